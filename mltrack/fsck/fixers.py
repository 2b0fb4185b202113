"""Undo what tools that tidy texts do before a commit, and name the one that did it: pure."""

from collections.abc import Iterator
from typing import NamedTuple

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_NEWLINES = 8
_SPACES = (b" ", b"\t")


class Undone(NamedTuple):
    """Bytes as they may have been, and the tool that makes of them what was found."""

    data: bytes
    fixer: str


def undone(data: bytes) -> Iterator[Undone]:
    """Yield what a text may have been before a fixer changed it.

    What `trailing-whitespace` took away is not known, so it is not among these.
    """
    bare = data.rstrip(b"\r\n")
    ends = [b"", *(b"\n" * count for count in range(1, _MOST_NEWLINES + 1)), b"\r\n"]
    for end in ends:
        yield Undone(bare + end, "end-of-file-fixer")
    unix = data.replace(b"\r\n", b"\n")
    yield Undone(unix.replace(b"\n", b"\r\n"), "mixed-line-ending")
    yield Undone(unix, "autocrlf")
    yield Undone(_BYTE_ORDER_MARK + data, "fix-byte-order-marker")


def is_text(data: bytes) -> bool:
    """Tell whether bytes are a text that a fixer would touch."""
    if b"\0" in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def may_have_lost_spaces(data: bytes) -> bool:
    """Tell whether a text looks as `trailing-whitespace` leaves one."""
    return is_text(data) and not any(line.endswith(_SPACES) for line in data.split(b"\n"))
