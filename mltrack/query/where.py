"""Read a filter: comparisons, and, or, not, brackets. What it means is tried in tests.

What MLflow's filters say means the same: its names of groups and attributes are understood, and a
parameter that is compared with a text is taken as the text that was logged.
"""

import re
from math import floor

from mltrack.errors import UsageError, nearest
from mltrack.query.keys import (
    ASPECTS,
    ATTRIBUTES,
    GROUPS,
    OF_DATASETS,
    Key,
    attribute_named,
    divided,
    unquoted,
)
from mltrack.query.moments import FORMS, moment
from mltrack.query.pointing import pointed
from mltrack.query.tokens import Token, tokens_of
from mltrack.query.tree import (
    IN,
    IS_NULL,
    IS_TRUE,
    NOT_IN,
    PATTERNS,
    SIGNS,
    All,
    Compared,
    Comparison,
    Either,
    Filter,
    Literal,
    Not,
    comparisons_of,
)
from mltrack.store.clock import to_text

MAX_COMPARISONS = 200
MAX_DEPTH = 50
MAX_DIGITS = 600
_METRIC = re.compile(r"metrics?\.")
_TIMES = ("started", "ended")
_LATER = "~"
"""Comes behind every character of a time."""
_ALIKE, _MISSPELT = 0.5, 0.8
"""How alike a known key is to what was meant; a word alone is a metric rather than an attribute."""
_ABSOLUTE = "artifact_uri"
_A_TIME = f"a time is written as {FORMS}"
_WORDS = ("and", "or", "not", "in", "is", *PATTERNS)


def parse(where: str) -> Filter:
    """Return what a filter says.

    Raises:
        UsageError: the text is no filter; it shows where.
    """
    found = _Parser(where).whole()
    if sum(1 for _ in comparisons_of(found)) > MAX_COMPARISONS:
        raise UsageError(f"a filter of more than {MAX_COMPARISONS} comparisons is not read")
    return found


class _Parser:
    """Reads one word after the other: or binds least, then and, then not."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._rest = iter(tokens_of(where))
        self._depth = 0
        self._start = 0
        self.next = next(self._rest)

    def _take(self) -> Token:
        taken = self.next
        self.next = next(self._rest, taken)
        return taken

    def _is_word(self, *words: str) -> bool:
        return self.next.kind == "word" and self.next.text.lower() in words

    def _took_word(self, word: str) -> bool:
        found = self._is_word(word)
        if found:
            self._take()
        return found

    def whole(self) -> Filter:
        found = self._either()
        if self.next.text == ")":
            raise self._fault(self.next, "no bracket was opened that this one closes")
        if self.next.kind != "end":
            raise self._fault(self.next, "comparisons are joined by: and, or")
        return found

    def _either(self) -> Filter:
        parts = [self._all()]
        while self._took_word("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self) -> Filter:
        parts = [self._one()]
        while self._took_word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Filter:
        if self.next.text == "(" or self._is_word("not"):
            return self._nested()
        return self._comparison()

    def _nested(self) -> Filter:
        """Return what stands in brackets or behind `not`; neither may be nested too deep."""
        opening = self._take()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._fault(opening, f"more than {MAX_DEPTH} brackets in each other are not read")
        found = self._in_brackets(opening) if opening.text == "(" else Not(self._one())
        self._depth -= 1
        return found

    def _in_brackets(self, opening: Token) -> Filter:
        found = self._either()
        if self.next.text != ")":
            if self.next.kind == "end":
                raise self._fault(opening, "this bracket is not closed: ) is missing")
            raise self._fault(self.next, "comparisons are joined by: and, or")
        self._take()
        return found

    def _comparison(self) -> Filter:
        self._start = self.next.place
        key = self._key()
        if self.next.kind == "end" or self.next.text == ")" or self._is_word("and", "or"):
            return self._compared(key, IS_TRUE, None, self.next.place)
        if self.next.kind == "operator":
            sign, place = self._take(), self.next.place
            return self._compared(key, sign.text, self._literal(key), place)
        if self._is_word("is"):
            return self._null(key)
        if self._took_word("not"):
            return self._negated(key)
        return self._said(key, f"one of {' '.join(SIGNS)}, in, like, matches, is null")

    def _negated(self, key: Key) -> Filter:
        there = Not(self._compared(key, IS_NULL, None, self.next.place))
        found = self._said(key, "in, like, ilike or matches")
        if key.group == "datasets" and found.operator == IN:
            return found._replace(operator=NOT_IN)
        return All((there, Not(found)))

    def _said(self, key: Key, wanted: str) -> Comparison:
        if self._is_word(IN):
            return self._among(key)
        if self._is_word(*PATTERNS):
            return self._pattern(key)
        raise self._fault(self.next, f"{wanted} belongs here")

    def _pattern(self, key: Key) -> Comparison:
        word, token = self._take().text.lower(), self._take()
        if token.kind != "text":
            raise self._fault(token, "a text in quotes belongs here")
        if word == "matches" and (fault := _regex_fault(token.text[1:-1])):
            raise self._fault(token, f"this is no regular expression: {fault}")
        text = token.text[1:-1]
        is_status = key == Key("", "status") and word != "matches"
        return self._compared(key, word, text.lower() if is_status else text, token.place)

    def _among(self, key: Key) -> Comparison:
        self._take()
        opening = self._take()
        closing = {"[": "]", "(": ")"}.get(opening.text)
        if closing is None:
            raise self._fault(opening, "a list belongs here, such as [0.1, 0.3]")
        literals = [self._literal(key)]
        while self.next.text == ",":
            self._take()
            if self.next.text != closing:
                literals.append(self._literal(key))
        if self.next.text != closing:
            at = opening if self.next.kind == "end" else self.next
            raise self._fault(at, f"a comma or {closing} belongs behind each value")
        self._take()
        return self._compared(key, IN, tuple(literals), opening.place)

    def _null(self, key: Key) -> Filter:
        self._take()
        is_not = self._took_word("not")
        word = self._take()
        if word.text.lower() not in {"null", "none"}:
            raise self._fault(word, "null belongs here")
        found = self._compared(key, IS_NULL, None, word.place)
        return Not(found) if is_not else found

    def _compared(self, key: Key, operator: str, literal: Compared, place: int) -> Comparison:
        return Comparison(key, operator, literal, place, self._start)

    def _key(self) -> Key:
        word = self._take()
        if word.kind == "text" and word.text[0] == '"' and attribute_named(word.text[1:-1]):
            return self._attribute(word, word.text)
        if word.kind != "word" or word.text.lower() in _WORDS:
            raise self._fault(word, "a key such as metrics.acc belongs here")
        if word.text in ASPECTS and self.next.kind == "word" and not self._is_word(*_WORDS):
            named = self._take()
            return Key("metrics", unquoted(_METRIC.sub("", named.text)), word.text)
        group, name = divided(word.text)
        if group == "datasets" and unquoted(name) not in OF_DATASETS:
            raise self._fault(word, f"of data sets there is {', '.join(OF_DATASETS)}")
        if group in GROUPS:
            return Key(group, unquoted(name))
        return self._attribute(word, name if group == "attributes" else word.text)

    def _attribute(self, word: Token, name: str) -> Key:
        attribute = attribute_named(unquoted(name))
        if attribute is None:
            raise self._unknown(word, unquoted(name))
        return Key("", attribute)

    def _unknown(self, word: Token, name: str) -> UsageError:
        if name == _ABSOLUTE:
            return self._fault(word, f"no store has {_ABSOLUTE}, for it holds no absolute path")
        if word.text.removesuffix(".") in GROUPS:
            group = word.text.removesuffix(".")
            return self._fault(word, f"a name belongs here, such as {group}.lr or {group}.`a b`")
        named = word.text.partition(".")[2]
        known = [*ATTRIBUTES, *(f"{group}.{named}" for group in GROUPS)]
        alike = _ALIKE if named else _MISSPELT
        guess = nearest(word.text, known, alike=alike) or f", did you mean metrics.{word.text}?"
        return self._fault(word, f"there is no key {word.text}{guess}")

    def _literal(self, key: Key) -> Literal:
        token = self._take()
        if not key.group and key.name in _TIMES and token.kind in {"number", "text"}:
            return self._time(token)
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "text":
            text = token.text[1:-1]
            return text.lower() if key == Key("", "status") else text
        if token.text.lower() in {"true", "false"}:
            return token.text.lower() == "true"
        raise self._fault(token, "a number, or a text in quotes, belongs here")

    def _time(self, token: Token) -> str:
        if token.kind == "number":
            if self.next.kind == "word" and not self._is_word("and", "or"):  # as in 3 days ago
                raise self._fault(token, _A_TIME)
            return _epoch(_number(token.text))
        try:
            return to_text(moment(token.text[1:-1]).timestamp())
        except UsageError:
            raise self._fault(token, _A_TIME) from None

    def _fault(self, token: Token, fault: str) -> UsageError:
        return pointed(self._where, token.place, fault)


def _epoch(milliseconds: float) -> str:
    """Return a text that stands among the times of the store as milliseconds since 1970 do."""
    try:
        whole = floor(milliseconds)
        return to_text(whole / 1000) + ("" if whole == milliseconds else _LATER)
    except (UsageError, OverflowError):
        return _LATER if milliseconds > 0 else ""


def _regex_fault(pattern: str) -> str:
    """Return why a text is no regular expression; empty when it is one."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return ""


def _number(text: str) -> float:
    """Return a number as it is written: of a whole one every digit counts, as of a seed."""
    is_whole = text.lstrip("+-").isdecimal() and len(text) <= MAX_DIGITS
    return int(text) if is_whole else float(text)
