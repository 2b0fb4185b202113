"""Lay out what is said of a model that was evaluated."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mltrack.cli.cells import MISSING, cell, counted, number, safe
from mltrack.cli.output import VerdictFormat, say, show, show_json, warn
from mltrack.cli.tables import drawn

if TYPE_CHECKING:
    from mltrack.api.evaluating.evaluate import Difference, Evaluation, SliceFigures


def show_evaluated(found: "Evaluation", format: VerdictFormat) -> None:
    """Print an evaluation, as tables or as JSON; then say in which runs it is kept."""
    for one in (found, *found.against):
        for note in one.notes:
            warn(f"{one.model}: {note}" if found.against else note)
    if format is VerdictFormat.JSON:
        from mltrack.api.evaluating.rows import evaluation_row

        show_json({"evaluation": evaluation_row(found)})
    else:
        show("\n".join(_lines(found)))
    _say_runs(found)


def _say_runs(found: "Evaluation") -> None:
    every = (found, *found.against)
    names = ", ".join(f"{one.handle} ({one.model})" for one in every)
    say(f"kept as run{'s' if found.against else ''} {names}")
    command = "compare" if found.against else "show"
    say(f"next: mltrack {command} {' '.join(one.handle for one in every)}")


def _lines(found: "Evaluation") -> Iterator[str]:
    positive = "" if found.positive is None else f", positive: {found.positive}"
    head = f"{found.model} on {found.source}: {counted(found.rows, 'row')}, {found.task}"
    yield safe(f"{head} of {found.target}{positive}")
    yield from _table(["metric", *_titles(found)], _metric_rows(found))
    if found.slices:
        yield ""
        yield from _slices(found)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    lines, lacking = drawn([safe(title) for title in titles], rows)
    yield from (f"  {line}" for line in lines)
    if lacking:
        yield f"  +{counted(lacking, 'column')} (a wider terminal or --output json shows the rest)"


def _titles(found: "Evaluation") -> list[str]:
    return [found.model, *(title for other in found.against for title in (other.model, "", ""))]


def _metric_rows(found: "Evaluation") -> list[list[str]]:
    from mltrack.api.evaluating.evaluate import differences

    names = list(dict.fromkeys(name for one in (found, *found.against) for name in one.metrics))
    columns = [{one.metric: one for one in differences(found, other)} for other in found.against]
    return [
        [
            safe(name),
            cell(found.metrics.get(name)),
            *(text for column in columns for text in _beside(column.get(name))),
        ]
        for name in names
    ]


def _beside(one: "Difference | None") -> tuple[str, str, str]:
    """Return the other's value, by how much the first is above it, and what that means."""
    if one is None or one.difference is None or one.metric == "n":
        return (MISSING if one is None else cell(one.other), "", "")
    return cell(one.other), number(one.difference, sign="+"), str(one.verdict)


def _slices(found: "Evaluation") -> Iterator[str]:
    """Lay out the slices, each figure with its distance from that of the first other model."""
    names = list(dict.fromkeys(name for part in found.slices for name in part.metrics))
    names = ["n", *(name for name in names if name != "n")]
    other = found.against[0] if found.against else None
    theirs = {part.key: part for part in other.slices} if other else {}
    if other:
        yield safe(f"slices (in brackets: how far above {other.model})")
    rows = [
        [
            safe(f"{','.join(part.by)} = {part.label}"),
            *(_figure(part, theirs.get(part.key), name) for name in names),
        ]
        for part in found.slices
    ]
    yield from _table(["slice", *names], rows)


def _figure(part: "SliceFigures", other: "SliceFigures | None", name: str) -> str:
    value = part.metrics.get(name)
    if value is None or other is None or name == "n" or name not in other.metrics:
        return cell(value)
    return f"{cell(value)} ({number(value - other.metrics[name], sign='+')})"
