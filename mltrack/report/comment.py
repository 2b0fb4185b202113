"""A comment for a pull request, in Markdown: runs that a branch adds, deltas, models, gates."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mltrack.charts.labels import MISSING, brief, number, safe
from mltrack.charts.sparks import spark
from mltrack.registry.entities import HistoryEntry, name_of
from mltrack.registry.facts import MOVES
from mltrack.report.words import counted, moment
from mltrack.tracking.entities import RunRecord

_ACTS = re.compile(r"([\\`*_{}\[\]<>|#@~$&:!])")
"""What Markdown would act on."""
_REFERS = re.compile(
    r"(?<=[@#~$!%&^])(?=\w)|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bgh)(?=-\d)", re.IGNORECASE
)
"""Where to break what a code host acts on once it is HTML: mentions, issues, addresses."""
_BREAK = "\u200b"
_MOST_METRICS = 4
_MOST_EVENTS = 50
_MOST_WARNINGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A run that a branch adds.

    Attributes:
        record: the run.
        handle: the letters by which people name it.
        baseline: the run to hold it against; None where there is none of its experiment.
        committed: whether git has it.
        curve: the values of the metric whose curves are shown.
    """

    record: RunRecord
    handle: str
    baseline: RunRecord | None = None
    committed: bool = True
    curve: Sequence[float] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What a branch adds.

    Attributes:
        base: what it is held against, as it was named.
        commit: where it left that.
        runs: the runs that it adds, the best or newest first.
        most: how many of them have a row; None means all.
        metrics: the metrics to show, in order.
        curved: the metric whose curves are shown; empty where none has more than a point.
        best: the metric that says which run is best; empty where none was named.
        highest: whether the highest of it is the best.
        events: what was done to models on the branch, oldest first.
        handles: the letters by which people name the runs of the base, by id.
        contested: what branches disagree on in the registry, a line each.
        warnings: what is not as it should be, a line each.
    """

    base: str
    commit: str
    runs: tuple[Added, ...]
    most: int | None = None
    metrics: tuple[str, ...] = ()
    curved: str = ""
    best: str = ""
    highest: bool = True
    events: tuple[HistoryEntry, ...] = ()
    handles: Mapping[str, str] = field(default_factory=dict)
    contested: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def comment_on(branch: Branch) -> str:
    """Return the comment."""
    since = f"`{_code(branch.base)}` (`{branch.commit[:10]}`)"
    if branch.runs or branch.events:
        runs = counted(len(branch.runs), "run") if branch.runs else "No runs"
        parts = [f"### {runs} added since {since}"]
    else:
        parts = [f"This branch adds no runs and no registry events to {since}."]
    parts += _runs(branch) if branch.runs else []
    parts += _models(branch.events) if branch.events else []
    parts += [f"**{_plain(line)}**" for line in branch.contested]
    parts += _warnings(branch.warnings) if branch.warnings else []
    return "\n\n".join(parts) + "\n"


def _runs(branch: Branch) -> list[str]:
    metrics = branch.metrics[:_MOST_METRICS]
    curve = [f"curve of {_plain(branch.curved)}"] if branch.curved else []
    titles = ["run", "name", "status", *map(_plain, metrics), *curve]
    rows = [_row(added, metrics, branch) for added in branch.runs[: branch.most]]
    parts = [_table(titles, rows, numeric=range(3, 3 + len(metrics)))]
    more = len(branch.runs) - len(rows)
    notes = [f"and {counted(more, 'more run')}"] if more > 0 else []
    notes += _baselines(branch)
    return [*parts, *([" \n".join(notes)] if notes else [])]


def _row(added: Added, metrics: Sequence[str], branch: Branch) -> list[str]:
    record = added.record
    status = _plain(str(record.status)) + ("" if added.committed else ", not committed")
    figures = [_figure(name, added, branch) for name in metrics]
    curve = [spark(added.curve)] if branch.curved else []
    return [f"`{added.handle}`", _plain(record.name), status, *figures, *curve]


def _figure(name: str, added: Added, branch: Branch) -> str:
    if name not in added.record.metrics:
        return MISSING
    value = added.record.metrics[name].last
    before = added.baseline.metrics.get(name) if added.baseline else None
    if before is None or math.isnan(value - before.last):
        return number(value)
    delta = value - before.last
    return f"{number(value)} {_delta(delta, is_best=name == branch.best, highest=branch.highest)}"


def _delta(delta: float, *, is_best: bool, highest: bool) -> str:
    if not delta:
        return "(=)"
    told = f"{'▲' if delta > 0 else '▼'} {number(delta, sign='+')}"
    if not is_best:
        return f"({told})"
    return f"({told} {'better' if (delta > 0) == highest else 'worse'})"


def _baselines(branch: Branch) -> list[str]:
    known = {a.baseline.id: a.baseline for a in branch.runs if a.baseline}
    word = "best" if branch.best else "newest"
    return [
        f"Deltas are to `{branch.handles.get(run.id, run.handle)}` {_plain(run.name)},"
        f" the {word} of experiment {_plain(run.experiment)} on the base."
        for run in known.values()
    ]


def _models(events: Sequence[HistoryEntry]) -> list[str]:
    shown = events[-_MOST_EVENTS:]
    rows = [
        [
            moment(event.time),
            _plain(event.model),
            _plain(event.label),
            _what(event),
            _plain(name_of(event.actor)),
            _plain(event.reason),
        ]
        for event in shown
    ]
    parts = ["### Models", _table(["when (UTC)", "model", "version", "what", "who", "why"], rows)]
    gates = [
        [
            _plain(f"{event.model} {event.label}"),
            _plain(event.to_stage),
            _plain(gate.gate),
            "✅ met" if gate.passed else "❌ not met",
            _plain(gate.found),
        ]
        for event in shown
        for gate in event.evidence.gates
    ]
    if gates:
        titles = ["model", "to", "gate", "result", "found"]
        parts += ["#### Gates", _table(titles, gates)]
    return parts


def _warnings(lines: Sequence[str]) -> list[str]:
    told = [f"- {_plain(line)}" for line in lines[:_MOST_WARNINGS]]
    more = len(lines) - len(told)
    told += [f"- and {more:,} more"] if more > 0 else []
    title = f"{counted(len(lines), 'warning')} about the store"
    return [f"<details><summary>{title}</summary>", "\n".join(told), "</details>"]


def _what(event: HistoryEntry) -> str:
    moved = event.to_stage and event.kind in MOVES
    words = f"{event.from_stage or MISSING} → {event.to_stage}" if moved else event.kind
    return f"{_plain(words)}{' **forced**' if event.forced else ''}"


def _table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()
) -> str:
    rule = ["---:" if at in numeric else "---" for at in range(len(titles))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, rule, *rows))


def _plain(text: str) -> str:
    """Return a text as Markdown shows it: nothing in it acts.

    Hosts look for mentions and links in the HTML that they made, where an escaped letter is itself
    again; so what is not seen stands behind the first letter of each.
    """
    broken = _REFERS.sub(_BREAK, safe(brief(text)))
    escaped = _ACTS.sub(lambda found: f"&#{ord(found[1])};", broken)
    return escaped.replace(_BREAK, f"&#{ord(_BREAK)};")


def _code(text: str) -> str:
    return safe(brief(text)).replace("`", "'")
