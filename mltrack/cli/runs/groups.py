"""Show groups of runs: mean and spread in one cell for people, in columns for programs."""

from typing import TYPE_CHECKING, Any

from mltrack.cli.cells import MISSING, cell, number
from mltrack.cli.output import Format, show_listing

if TYPE_CHECKING:
    from mltrack.api.runs.groups import Groups
    from mltrack.query.grouping import Group, Spread

_FACTS = ("mean", "std", "n")


def show_groups(output: Format, found: "Groups", limit: int | None) -> None:
    """Print one row for each group.

    Args:
        output: how.
        found: the groups.
        limit: at most so many; None: all.
    """
    groups = found.groups[:limit]
    if output in {Format.JSON, Format.JSONL}:
        show_listing(output, "groups", [group.to_json() for group in groups], [])
    elif output is Format.CSV:
        show_listing(output, "groups", [_flat(found, g) for g in groups], _flat_columns(found))
    else:
        rows = [_for_people(found, group) for group in groups]
        show_listing(output, "groups", rows, [*found.others, "n", *found.metrics])


def _for_people(found: "Groups", group: "Group") -> dict[str, Any]:
    values = {
        title: _spread(value, len(group.rows)) if title in found.metrics else cell(value)
        for title, value in found.values(group).items()
    }
    return {**values, "n": len(group.rows)}


def _spread(spread: "Spread | None", runs: int) -> str:
    """Return `mean ± std`, and of how many values where not every run has one."""
    if spread is None:
        return MISSING
    around = "" if spread.std is None else f" ± {number(spread.std, digits=2)}"
    few = "" if spread.n == runs else f" ({spread.n})"
    return f"{number(spread.mean)}{around}{few}"


def _flat_columns(found: "Groups") -> list[str]:
    return [*found.others, "n", *(f"{title}.{fact}" for title in found.metrics for fact in _FACTS)]


def _flat(found: "Groups", group: "Group") -> dict[str, Any]:
    values = found.values(group)
    flat = {"n": len(group.rows), **{title: values[title] for title in found.others}}
    for title in found.metrics:
        flat |= {f"{title}.{fact}": getattr(values[title], fact, None) for fact in _FACTS}
    return flat
