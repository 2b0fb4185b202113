"""What a program printed, as a terminal may have it: text, colours, and lines begun again."""

import codecs
import itertools
import re
from collections.abc import Iterable, Iterator

from mltrack.cli.cells import safe

_KEPT = re.compile(r"(\x1b\[[0-9;:]*m|[\r\n\t])")
_BEGUN = re.compile(r"\x1b(?:\[[0-9;:]{0,64})?\Z")
_PLAIN = "\x1b[0m"


def for_a_terminal(blocks: Iterable[bytes], *, styled: bool) -> Iterator[str]:
    r"""Yield what was printed, with every character replaced on which a terminal would act.

    A program, and the store it lies in, may be a stranger's: what stays is text, the ends of lines,
    tabs, `\r` (which draws a bar of progress) and colours.

    Args:
        blocks: the output, cut anywhere.
        styled: whether colours stay.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held = ""
    for block in itertools.chain(blocks, [b""]):
        text = held + decoder.decode(block, final=not block)
        begun = _BEGUN.search(text) if block else None  # a colour that the next block goes on with
        held = begun[0] if begun else ""
        yield "".join(_parts(text.removesuffix(held), styled=styled))
    if styled:
        yield _PLAIN


def _parts(text: str, *, styled: bool) -> Iterator[str]:
    for place, part in enumerate(_KEPT.split(text)):
        if place % 2 == 0:
            yield safe(part)
        elif styled or not part.startswith("\x1b"):
            yield part
