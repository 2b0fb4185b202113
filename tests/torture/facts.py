"""What a store must hold: for each fact the values of which one must be found.

While an operation is under way, what was there before and what it is to write are both right; once
it has been acknowledged, only the latter is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

Key = tuple[str, ...]
Value = str | int | float | bool | None
Said = tuple[Key, Value]


class Facts:
    """The facts that were told of, and what each may be."""

    def __init__(self) -> None:
        self.allowed: dict[Key, set[Value]] = {}

    def begin(self, facts: Iterable[Said]) -> None:
        """Take note that an operation which is to make these facts has begun."""
        for key, value in facts:
            self.allowed.setdefault(key, {None}).add(value)

    def done(self, facts: Iterable[Said]) -> None:
        """Take note that the operation has been acknowledged."""
        for key, value in facts:
            self.allowed[key] = {value}

    def excuse(self, keys: Iterable[Key]) -> None:
        """Expect nothing of some facts any more."""
        for key in list(keys):
            self.allowed.pop(key, None)

    def names(self, kind: str) -> Iterator[str]:
        """Yield the first name of every fact of a kind: of `run`, the ids of the runs."""
        yield from (key[1] for key in self.allowed if key[0] == kind)

    def broken(self, seen: Mapping[Key, Value], kinds: Collection[str]) -> list[str]:
        """Return a line for each fact of these kinds that is not as it must be, and forget it."""
        wrong = [k for k, v in self.allowed.items() if k[0] in kinds and seen.get(k) not in v]
        found = [
            f"{'/'.join(k)}: {seen.get(k)!r} found, not {sorted(map(repr, self.allowed[k]))}"
            for k in wrong
        ]
        self.excuse(wrong)
        return found
