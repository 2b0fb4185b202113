"""Lay out what is said of a run that was run again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mltrack.cli.cells import counted, safe
from mltrack.cli.output import VerdictFormat, show, show_json
from mltrack.cli.tables import drawn

if TYPE_CHECKING:
    from mltrack.api.projects.verify import Difference, Verified

_TITLES = ("what", "name", "step", "before", "after", "points", "")
_DIGEST = 12


def show_verified(verified: "Verified", format: VerdictFormat) -> None:
    """Print a verdict, as a table or as JSON."""
    if format is VerdictFormat.JSON:
        show_json({"verify": verified.to_json()})
    else:
        show("\n".join(_lines(verified)))


def _lines(verified: "Verified") -> Iterator[str]:
    yield safe(f"{verified.word}: {verified.run.name} {verified.run.handle}, run again as ") + (
        verified.rerun.handle
    )
    verdict = verified.verdict
    if verdict is None:
        yield f"  {safe(verified.rerun.record.error or verified.rerun.status)}"
    else:
        yield (
            f"  compared: {counted(verdict.metrics, 'metric')} with "
            f"{counted(verdict.points, 'point')}, {counted(verdict.artifacts, 'artifact')}"
        )
        if verdict.ignored:
            yield f"  not compared: {safe(', '.join(verdict.ignored))}"
        if verdict.differences:
            rows = [_row(one) for one in verdict.differences]
            yield from drawn(list(_TITLES), rows)[0]
    yield from (f"  {safe(note)}" for note in verified.notes)
    for cause in verified.causes:
        yield f"{cause.kind} {'differ' if cause.kind == 'parameters' else 'differs'}"
        yield from (f"  {safe(line)}" for line in cause.details)
    if not verified.causes:
        yield "code, environment, data, parameters and machine are the same"


def _row(one: "Difference") -> list[str]:
    told = (
        one.kind,
        one.name,
        "" if one.step is None else str(one.step),
        _value(one.before),
        _value(one.after),
        str(one.points or ""),
        "within tolerance" if one.within else "",
    )
    return [safe(text) for text in told]


def _value(value: float | str | None) -> str:
    if value is None:
        return "nothing"
    return value[:_DIGEST] if isinstance(value, str) else repr(value)
