"""Find the columns of a file that a model takes, and those that are copied."""

from collections.abc import Sequence
from typing import NamedTuple

from mltrack.errors import UsageError
from mltrack.models.entities import Layout, Signature
from mltrack.models.rows.chunks import Wanted
from mltrack.models.signature.enforce import positions_of

_SHOWN = 10


class Found(NamedTuple):
    """Where columns stand in a file.

    Attributes:
        inputs: those of the model, in its order.
        kept: those that are copied, in the order they were asked for.
        notes: on those that nobody needs.
    """

    inputs: list[int]
    kept: list[int]
    notes: tuple[str, ...]


def found(wanted: Wanted, names: Sequence[str]) -> Found:
    """Return where the columns stand.

    Columns that are copied count as the model's where it finds them by name, or where it takes as
    many columns as the file has.

    Raises:
        UsageError: one is not there, or there twice, or there are too many or too few of them.
    """
    kept = [_place(wanted.source, name, names) for name in wanted.keep]
    by_name = _is_by_name(wanted.signature)
    theirs = [column.name for column in wanted.signature.inputs] if by_name else ()
    spare = {place for place in kept if names[place] not in theirs}
    taken = list(range(len(names)))
    if by_name or len(names) != len(wanted.signature.inputs):
        taken = [place for place in taken if place not in spare]
    known = [names[place] for place in taken]
    try:
        positions, notes = positions_of(wanted.signature, known if by_name else None, len(known))
    except UsageError as error:
        raise UsageError(f"{wanted.source}: {error.message}", why=error.why) from None
    return Found([taken[position] for position in positions], kept, notes)


def _is_by_name(signature: Signature) -> bool:
    names = [column.name for column in signature.inputs]
    return signature.layout is Layout.NAMED or (signature.layout is Layout.TENSOR and names != [""])


def _place(source: str, name: str, names: Sequence[str]) -> int:
    places = [place for place, each in enumerate(names) if each == name]
    if not places:
        shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
        raise UsageError(f"{source} has no column {name!r} to keep", why=f"it has {shown}")
    if len(places) > 1:
        raise UsageError(f"{source} has two columns called {name!r}")
    return places[0]
