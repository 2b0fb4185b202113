"""Read a filter: comparisons joined by `and`. What one means of a run is tried in tests."""

from datetime import datetime
from typing import NamedTuple

from mltrack.errors import UsageError, nearest
from mltrack.query.keys import ASPECTS, ATTRIBUTES, GROUPS, Key
from mltrack.query.tokens import Token, pointed, tokens_of
from mltrack.store.clock import to_text

Literal = bool | float | str
MAX_COMPARISONS = 200
MAX_DIGITS = 600
NO_KIND = "nothing"
"""What a value is that cannot be compared."""
_TIMES = ("started", "ended")
OPERATORS = ("=", "==", "!=", "<", "<=", ">", ">=")


class Comparison(NamedTuple):
    """One comparison of a filter, and where its value stands in the text."""

    key: Key
    operator: str
    literal: Literal
    place: int


def kind_of(value: object) -> str:
    """Return what a value can be compared with: its like."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else NO_KIND


def wrong_kind(comparison: Comparison, kinds: set[str], where: str) -> UsageError | None:
    """Return the error that what is compared is of another kind in every run; None if it is not.

    Args:
        comparison: what is compared.
        kinds: of what kinds its key is in the runs, as `kind_of` names them.
        where: the filter, to point at the place.
    """
    wanted = kind_of(comparison.literal)
    if not kinds or wanted in kinds:
        return None
    told = f"{comparison.key} is {' or '.join(sorted(kinds))} in every run, this is {wanted}"
    return pointed(where, comparison.place, told)


def parse(where: str) -> list[Comparison]:
    """Return the comparisons of a filter, all of which must hold.

    Raises:
        UsageError: the text is no filter; it shows where.
    """
    parser = _Parser(where)
    comparisons = [parser.comparison()]
    while parser.next.kind != "end":
        parser.expect_and()
        comparisons.append(parser.comparison())
    if len(comparisons) > MAX_COMPARISONS:
        raise UsageError(f"a filter of more than {MAX_COMPARISONS} comparisons is not read")
    return comparisons


class _Parser:
    """Reads one word after the other."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._rest = iter(tokens_of(where))
        self.next = next(self._rest)

    def _take(self) -> Token:
        taken = self.next
        self.next = next(self._rest, taken)
        return taken

    def comparison(self) -> Comparison:
        key = self._key()
        sign = self._take()
        if sign.kind != "operator":
            raise self._fault(sign, f"one of {' '.join(OPERATORS)} belongs here")
        place = self.next.place
        return Comparison(key, sign.text, self._literal(key), place)

    def expect_and(self) -> None:
        word = self._take()
        if word.text.lower() != "and":
            raise self._fault(word, "comparisons are joined by: and")

    def _key(self) -> Key:
        word = self._take()
        if word.kind != "word":
            raise self._fault(word, "a key such as metrics.acc belongs here")
        if word.text in ASPECTS and self.next.kind == "word":
            named = self._take()
            return Key("metrics", _bare(named.text.removeprefix("metrics.")), word.text)
        group, dot, name = word.text.partition(".")
        if dot and group in GROUPS and name:
            return Key(group, _bare(name))
        if word.text in ATTRIBUTES:
            return Key("", word.text)
        raise self._unknown(word)

    def _unknown(self, word: Token) -> UsageError:
        if word.text.removesuffix(".") in GROUPS:
            group = word.text.removesuffix(".")
            return self._fault(word, f"a name belongs here, such as {group}.lr or {group}.`a b`")
        known = [*ATTRIBUTES, *(f"{group}." for group in GROUPS)]
        guess = nearest(word.text, known) or f", did you mean metrics.{word.text}?"
        return self._fault(word, f"there is no key {word.text}{guess}")

    def _literal(self, key: Key) -> Literal:
        token = self._take()
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "text":
            text = token.text[1:-1]
            return self._moment(text, token) if str(key) in _TIMES else text
        if token.text.lower() in {"true", "false"}:
            return token.text.lower() == "true"
        raise self._fault(token, "a number, or a text in quotes, belongs here")

    def _moment(self, text: str, token: Token) -> str:
        try:
            return to_text(datetime.fromisoformat(text).astimezone().timestamp())
        except (ValueError, OverflowError):
            raise self._fault(
                token, "a time is written as 2026-01-31 or 2026-01-31T12:00"
            ) from None

    def _fault(self, token: Token, fault: str) -> UsageError:
        return pointed(self._where, token.place, fault)


def _number(text: str) -> float:
    """Return a number as it is written: of a whole one every digit counts, as of a seed."""
    is_whole = text.lstrip("+-").isdecimal() and len(text) <= MAX_DIGITS
    return int(text) if is_whole else float(text)


def _bare(name: str) -> str:
    return name.replace("`", "")
