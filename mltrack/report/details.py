"""All of single runs: what a report folds away below each run's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mltrack.charts.labels import brief, cell, number, safe
from mltrack.report.entities import RunFacts
from mltrack.report.words import lasting, moment, passage, shown, size

MOST_RUNS = 60
"""Of more runs only the table tells, or the page would be too large."""
_MOST_FILES = 100
_MOST_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedFile:
    """A file that a run logged."""

    path: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One run with all that was logged."""

    handle: str
    id: str
    name: str
    status: str
    facts: tuple[tuple[str, str], ...]
    params: tuple[tuple[str, str], ...]
    metrics: tuple[tuple[str, ...], ...]
    tags: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    files: tuple[LoggedFile, ...]
    more_files: int
    error: str
    traceback: str
    warnings: tuple[str, ...]


def details_of(runs: Sequence[RunFacts]) -> list[Detail]:
    """Return all of the first runs."""
    return [_detail(run) for run in runs[:MOST_RUNS]]


def _detail(run: RunFacts) -> Detail:
    record = run.record
    files = [_file(entry.path, entry.size, entry.sha256) for entry in run.artifacts[:_MOST_FILES]]
    return Detail(
        handle=run.handle,
        id=record.id,
        name=safe(brief(record.name)),
        status=str(record.status),
        facts=_facts(run),
        params=tuple(shown(record.params)),
        metrics=tuple(
            (
                safe(brief(name)),
                number(summary.last),
                str(summary.last_step),
                number(summary.min),
                number(summary.max),
                f"{summary.count:,}",
            )
            for name, summary in sorted(record.metrics.items())
        ),
        tags=tuple(shown(record.tags)),
        inputs=tuple((safe(name), _input(facts)) for name, facts in sorted(record.inputs.items())),
        notes=tuple((passage(n.text), f"{safe(n.by or '')} {n.time[:10]}") for n in record.notes),
        files=tuple(files),
        more_files=len(run.artifacts) - len(files),
        error=passage(record.error),
        traceback="\n".join(map(passage, record.traceback.splitlines()[-_MOST_LINES:])),
        warnings=tuple(map(safe, record.warnings)),
    )


def _facts(run: RunFacts) -> tuple[tuple[str, str], ...]:
    record = run.record
    code = record.code
    said = {
        "experiment": record.experiment,
        "began (UTC)": moment(record.started),
        "took": lasting((record.ended - record.started).total_seconds()) if record.ended else None,
        "by": record.user,
        "on": record.host,
        "part of": record.parent,
        "commit": str(code.get("commit") or "")[:12] or None,
        "branch": code.get("branch"),
        "uncommitted changes": "yes" if code.get("dirty") else None,
        "command": _command(record.project.get("argv")),
        "python": record.environment.get("python"),
        "platform": record.environment.get("platform"),
    }
    return tuple((key, cell(value)) for key, value in said.items() if value is not None)


def _command(argv: object) -> str | None:
    return " ".join(map(str, argv)) if isinstance(argv, list) and argv else None


def _input(facts: object) -> str:
    if not isinstance(facts, Mapping):
        return cell(facts)
    return ", ".join(f"{safe(str(key))} {cell(value)}" for key, value in facts.items())


def _file(path: str, size_bytes: int, sha256: str) -> LoggedFile:
    return LoggedFile(path=passage(path), size=size(size_bytes), sha256=sha256[:12])
