"""Which run a few letters mean: a handle, an id, a position, or the best of something."""

import re
from collections.abc import Sequence

from mltrack.api.run_rows import full_row
from mltrack.errors import ConflictError, NotFoundError, UsageError, nearest
from mltrack.query.keys import metric_key, value_of
from mltrack.query.sorting import ranked
from mltrack.store.ids import is_id
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import list_runs, load_run

_POSITION = re.compile(r"[0-9]{1,9}\Z")
_RANGE = re.compile(r"([0-9]{1,9})\.\.([0-9]{1,9})\Z")
_LETTERS = re.compile(r"[a-z][a-z2-7]*(-[0-9a-f]{0,4})?\Z")
_ID_PREFIX = re.compile(r"[0-9]{8}-[0-9a-z-]*\Z")
MAX_CANDIDATES = 5
MAX_POSITION = 1_000_000


def select_run(store: Store, text: str) -> RunRecord:
    """Return the run that a selector means, whole.

    Args:
        store: where to look.
        text: an id, a handle or the beginning of either, a position (1 is the newest), `@latest`,
            `@failed`, `@max:METRIC` or `@min:METRIC`. Letters mean a removed run where no other
            has them; a position never does.

    Raises:
        UsageError: it is no selector.
        NotFoundError: no run matches.
        ConflictError: several runs match; they are named.
    """
    if is_id(text):
        return load_run(store, text)
    return load_run(store, _choose_known(list_runs(store, deleted=True).runs, text).id)


def select_runs(store: Store, texts: str | Sequence[str]) -> list[RunRecord]:
    """Return the runs that selectors mean, in that order; a range such as `1..5` means several.

    Raises:
        UsageError, NotFoundError, ConflictError: as for `select_run`.
    """
    found: list[str] = []
    listed: list[RunRecord] | None = None
    for text in parts_of(texts):
        if is_id(text):
            found.append(text)
            continue
        listed = list_runs(store, deleted=True).runs if listed is None else listed
        found.append(_choose_known(listed, text).id)
    return [load_run(store, run_id) for run_id in found]


def select_distinct(store: Store, texts: str | Sequence[str]) -> list[RunRecord]:
    """Return the runs that selectors mean, each once, whoever named it twice."""
    return list({record.id: record for record in select_runs(store, texts)}.values())


def parts_of(texts: str | Sequence[str]) -> list[str]:
    """Return selectors of one run each: a range stands for several.

    One text is one selector; taken for a list of letters it would name runs that nobody meant.
    """
    return [
        part for text in ([texts] if isinstance(texts, str) else texts) for part in _spread(text)
    ]


def _spread(text: str) -> list[str]:
    span = _RANGE.match(text)
    if span is None:
        return [text]
    first, last = int(span[1]), int(span[2])
    if not 1 <= first <= last <= MAX_POSITION:
        raise UsageError(f"{text!r} is no range", fix="write it from the newest on, such as 1..5")
    return [str(position) for position in range(first, last + 1)]


def _choose_known(everything: Sequence[RunRecord], text: str) -> RunRecord:
    """Return the run that a selector means; one that was removed where its letters name no other.

    Whoever reads a handle off `rm` or `ls --deleted` can go on with it: show, add, note, rm.
    """
    try:
        return choose([run for run in everything if not run.hidden], text)
    except NotFoundError:
        if _POSITION.match(text) or text.startswith("@"):
            raise
    return choose(everything, text)


def choose(runs: Sequence[RunRecord], text: str) -> RunRecord:
    """Return the one of these runs that a selector means.

    Raises:
        UsageError, NotFoundError, ConflictError: as for `select_run`.
    """
    if _POSITION.match(text):
        return _at_position(runs, int(text))
    if text.startswith("@"):
        return _named(runs, text)
    if _LETTERS.match(text):
        whole = [r for r in runs if r.handle == text]
        return _only(whole or [r for r in runs if r.handle.startswith(text)], text)
    if _ID_PREFIX.match(text):
        whole = [r for r in runs if r.id == text]
        return _only(whole or [r for r in runs if r.id.startswith(text)], text)
    raise UsageError(
        f"{text!r} names no run",
        why="a run is named by its handle, its id, a position, @latest, @failed or @max:METRIC",
        fix="mltrack ls",
    )


def _at_position(runs: Sequence[RunRecord], position: int) -> RunRecord:
    if not 1 <= position <= len(runs):
        count = f"there {'is' if len(runs) == 1 else 'are'} {len(runs)}"
        raise NotFoundError(f"there is no run {position}; {count}", fix="mltrack ls")
    return runs[position - 1]


def _named(runs: Sequence[RunRecord], text: str) -> RunRecord:
    word, _, metric = text[1:].partition(":")
    if word == "latest" and not metric:
        return _only(list(runs[:1]), text)
    if word == "failed" and not metric:
        return _only([r for r in runs if r.status is RunStatus.FAILED][:1], text)
    if word not in {"max", "min"} or not metric:
        raise UsageError(
            f"{text!r} is no selector", fix="use @latest, @failed, @max:METRIC or @min:METRIC"
        )
    return _best(runs, metric, highest=word == "max")


def _best(runs: Sequence[RunRecord], metric: str, *, highest: bool) -> RunRecord:
    """Return the newest of the runs whose number is best; NaN ranks last."""
    key = metric_key(metric)
    rows = [full_row(run) for run in runs]
    measured = [row for row in rows if isinstance(value_of(row, key), int | float)]
    if not measured:
        known = sorted({name for row in rows for name in row[key.group]})
        raise NotFoundError(f"no run has a number in {key}{nearest(key.name, known)}")
    best = ranked(measured, metric, highest=highest)[0]
    return next(run for run in runs if run.id == best["id"])


def _only(matching: list[RunRecord], text: str) -> RunRecord:
    if not matching:
        raise NotFoundError(f"no run matches {text!r}", fix="mltrack ls")
    if len(matching) > 1:
        names = ", ".join(f"{r.handle} ({r.name})" for r in matching[:MAX_CANDIDATES])
        rest = len(matching) - MAX_CANDIDATES
        more = f" and {rest} more" if rest > 0 else ""
        raise ConflictError(
            f"{text!r} means {len(matching)} runs: {names}{more}",
            fix="give more letters of the one you mean",
        )
    return matching[0]
