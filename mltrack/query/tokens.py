"""Cut the text of a filter into words."""

import re
from typing import NamedTuple

from mltrack.errors import UsageError
from mltrack.query.pointing import pointed
from mltrack.store.repeats import ONCE

MAX_LENGTH = 10_000
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<text>"(?:[^"]|"")*{ONCE}"|'(?:[^']|'')*{ONCE}')
    | (?P<number>[-+]?(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?{ONCE}(?![\w./-]))
    | (?P<operator><=|>=|==|!=|=|<|>)
    | (?P<bracket>[()\[\],])
    | (?P<word>(?:[^\W\d]|`[^`]+`)(?:[\w./-]|`[^`]+`|(?<=\.)"[^"]+"|(?<=\.)'[^']+')*)
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A word of a filter: its kind, such as text, number or word, itself, and its place."""

    kind: str
    text: str
    place: int


def tokens_of(where: str) -> list[Token]:
    """Return the words of a filter; the last is of the kind `end`.

    Raises:
        UsageError: it is too long, or something is no word, number, text or comparison.
    """
    if len(where) > MAX_LENGTH:
        raise UsageError(f"a filter of more than {MAX_LENGTH:,} characters is not read")
    if not is_text(where):
        raise UsageError("the filter holds bytes that are no text")
    tokens: list[Token] = []
    place, end = 0, len(where.rstrip())
    while place < end:
        found = _TOKEN.match(where, place)
        if found is None or found.lastgroup is None:
            place += len(where[place:]) - len(where[place:].lstrip())
            raise pointed(where, place, _fault_at(where[place]))
        tokens.append(Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)))
        place = found.end()
    return [*tokens, Token("end", "", end)]


def is_text(text: str) -> bool:
    """Tell whether a text from the command line is one: its bytes may be anything."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _fault_at(character: str) -> str:
    if character in "\"'`":
        return f"the text that begins with {character} does not end"
    return f"{character!r} is not understood here"
