"""Lay out what a promotion would do, and which gates of the stage it meets."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mltrack.cli.cells import counted, safe
from mltrack.cli.output import VerdictFormat, show, show_json
from mltrack.cli.tables import laid_out

if TYPE_CHECKING:
    from mltrack.registry.moves import Promotion

_TITLES = ["gate", "verdict", "found"]
MET, NOT_MET = "met", "NOT MET"


def show_promotion(move: "Promotion", format: VerdictFormat, *, gates: bool) -> None:
    """Print a promotion, as lines or as JSON.

    Args:
        move: the promotion.
        format: how.
        gates: whether the lines have a table of the gates; JSON has them always.
    """
    if format is VerdictFormat.JSON:
        from mltrack.api.registry.rows import promotion_row

        show_json({"promotion": promotion_row(move)})
        return
    show("\n".join([safe(move.words), *(_table(move) if gates else ())]))


def _table(move: "Promotion") -> Iterator[str]:
    rows = [[safe(one.gate), MET if one.passed else NOT_MET, safe(one.found)] for one in move.gates]
    if move.unpushed:
        found = safe(f"on this machine only: {', '.join(move.unpushed)}")
        rows.append(["git carries its files", NOT_MET, found])
    if not rows:
        return
    yield from laid_out([_TITLES, *rows])  # not cut to a terminal: commands stand in it
    unmet = sum(row[1] == NOT_MET for row in rows)
    yield f"{unmet} of {counted(len(rows), 'gate')} not met" if unmet else "all gates are met"
