"""Put together what bash cuts in two at an `@`, as in `churn@staging`, when Tab is pressed.

To bash an `@` begins a word, and what it is answered takes the place of that word only.
"""

import io
import os
import sys
from collections.abc import Sequence
from typing import TextIO, cast

_AT = "@"


def mend() -> None:
    """Let what bash asks about be whole words, and the answer what stands in its last piece."""
    if os.environ.get("_MLTRACK_COMPLETE") != "complete_bash":
        return
    pieces = os.environ.get("COMP_WORDS", "").split("\n")
    at = os.environ.get("COMP_CWORD", "")
    words, before = joined(pieces[: int(at) + 1] if at.isdecimal() else pieces)
    if before:
        os.environ.update(COMP_WORDS="\n".join(words), COMP_CWORD=f"{len(words) - 1}")
        sys.stdout = cast("TextIO", _Cut(before))


def joined(pieces: Sequence[str]) -> tuple[list[str], str]:
    """Return words, the last of them whole, and which part of it stands before its last piece."""
    last = len(pieces) - 1
    for place in (last, last - 1):
        if place > 1 and pieces[place] == _AT:
            return [*pieces[: place - 1], "".join(pieces[place - 1 :])], pieces[place - 1]
    return list(pieces), ""


class _Cut(io.TextIOBase):
    """Standard output without what each line begins with."""

    def __init__(self, before: str) -> None:
        self._before, self._output = before, sys.stdout

    def write(self, text: str) -> int:
        """Write whole lines."""
        self._output.write("\n".join(line.removeprefix(self._before) for line in text.split("\n")))
        return len(text)

    def flush(self) -> None:
        """Write what is still held."""
        self._output.flush()
