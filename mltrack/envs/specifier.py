"""Ranges of Python versions: the release-number part of PEP 440's version specifiers."""

import re
from typing import NamedTuple

from mltrack.errors import UsageError

Release = tuple[int, ...]

_CLAUSE = r"(~=|==|!=|<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+){0,2})(\.\*)?\Z"  # compiled once it is used
_LEAST_PARTS_OF_COMPATIBLE = 2


class Clause(NamedTuple):
    """One comparison: `>=3.11` or `==3.12.*`."""

    operator: str
    release: Release
    wildcard: bool = False

    def admits(self, release: Release) -> bool:
        """Tell whether a version's release numbers satisfy this comparison."""
        if self.wildcard:
            same = release[: len(self.release)] == self.release
            return same if self.operator == "==" else not same
        mine, theirs = _padded(self.release), _padded(release)
        if self.operator == "~=":
            return theirs >= mine and release[: len(self.release) - 1] == self.release[:-1]
        return {
            "==": theirs == mine,
            "!=": theirs != mine,
            "<=": theirs <= mine,
            ">=": theirs >= mine,
            "<": theirs < mine,
            ">": theirs > mine,
        }[self.operator]


class Specifier(NamedTuple):
    """A range: every clause must hold. No clause at all admits every version."""

    text: str = ""
    clauses: tuple[Clause, ...] = ()

    def admits(self, release: Release) -> bool:
        """Tell whether a version's release numbers lie in the range."""
        return all(clause.admits(release) for clause in self.clauses)


def parse(text: str) -> Specifier:
    """Return the range that a text such as `>=3.11,<3.14` names.

    Raises:
        UsageError: it is not a list of comparisons with release numbers.
    """
    return Specifier(
        text=text, clauses=tuple(_clause(part.strip(), text) for part in text.split(","))
    )


def _clause(part: str, whole: str) -> Clause:
    match = re.match(_CLAUSE, part)
    if match is None:
        raise _fault(part, whole)
    operator, numbers, star = match.groups()
    release = tuple(int(number) for number in numbers.split("."))
    if star and operator not in {"==", "!="}:
        raise _fault(part, whole)
    if operator == "~=" and len(release) < _LEAST_PARTS_OF_COMPATIBLE:
        raise _fault(part, whole)
    return Clause(operator=operator, release=release, wildcard=bool(star))


def _fault(part: str, whole: str) -> UsageError:
    return UsageError(
        f"{part!r} in {whole!r} is not a comparison with a Python version",
        fix='write it as ">=3.11,<3.14" or "==3.12.*"',
    )


def _padded(release: Release) -> Release:
    return release + (0,) * (3 - len(release))
