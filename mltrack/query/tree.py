"""What a filter says, as a tree: comparisons joined by and, or, not."""

from collections.abc import Iterator
from typing import NamedTuple

from mltrack.query.keys import Key

Literal = bool | float | str
Compared = Literal | tuple[Literal, ...] | None
NO_KIND = "nothing"
"""What a value is that cannot be compared."""

SIGNS = ("=", "==", "!=", "<", "<=", ">", ">=")
ORDERS = ("<", "<=", ">", ">=")
PATTERNS = ("like", "ilike", "matches")
IS_NULL, IS_TRUE, IN, NOT_IN = "is null", "is true", "in", "not in"


class Comparison(NamedTuple):
    """One comparison of a filter, and where it stands in the text.

    Attributes:
        key: what is compared.
        operator: a sign, a pattern's word, `in`, `is null`, or `is true` for a key by itself; of
            data sets also `not in`, which holds when one of them is not among the values.
        literal: what it is compared with; of `in` and `not in` a tuple, of `is null` and
            `is true` nothing.
        place: where that stands.
        start: where the key stands; None for a comparison that stands in no text.
    """

    key: Key
    operator: str
    literal: Compared
    place: int = 0
    start: int | None = None

    @property
    def literals(self) -> tuple[Literal, ...]:
        """Return all values that it names."""
        if self.literal is None:
            return ()
        return self.literal if isinstance(self.literal, tuple) else (self.literal,)


class Not(NamedTuple):
    """What does not hold; a comparison with a key that a run lacks does not hold."""

    inner: "Filter"


class All(NamedTuple):
    """What holds when each part does; with none, always."""

    parts: "tuple[Filter, ...]"


class Either(NamedTuple):
    """What holds when one part does."""

    parts: "tuple[Filter, ...]"


Filter = Comparison | Not | All | Either


def comparisons_of(found: Filter) -> Iterator[Comparison]:
    """Yield the comparisons of a filter, in the order of its text."""
    match found:
        case Comparison():
            yield found
        case Not(inner):
            yield from comparisons_of(inner)
        case All(parts) | Either(parts):
            for part in parts:
                yield from comparisons_of(part)


def kind_of(value: object) -> str:
    """Return what a value can be compared with: its like."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else NO_KIND
