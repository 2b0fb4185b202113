"""The digest that a run.yaml bears of its own bytes, by which a changed one is told: pure."""

import re

from mltrack.store.sha256 import sha256_hex

CHECK = "check"
DIGITS = 20
_DIGEST = re.compile(r"[0-9a-f]{20}\Z")
_SEEN = b"\nseen:"


def with_check(head: bytes, seen: bytes, check: str = "") -> bytes:
    """Return the bytes of a record with the line that bears their digest.

    Args:
        head: all but the last key.
        seen: the last key.
        check: what the line is to say instead, of a record that was changed: a copy says so too.
    """
    return b'%scheck: "%s"\n%s' % (head, check.encode() or _digest(head + seen), seen)


def is_as_written(data: bytes, *, bears_check: bool) -> bool:
    """Tell whether the bytes of a record are those that were written, were it with LF or CRLF.

    One without a digest is taken as it is, unless the digest stands there under a changed key.

    Args:
        data: the bytes.
        bears_check: whether the record has the key `check`.
    """
    for text in (data, data.replace(b"\r\n", b"\n")) if b"\r\n" in data else (data,):
        head, _, seen = text.rpartition(_SEEN)
        above, _, line = head.rpartition(b"\n")
        digest = _digest(above + _SEEN + seen)
        if digest in line:
            return line == b'check: "%s"' % digest
    return not bears_check


def unfitting(check: object) -> str:
    """Return what a copy of a changed record says for its digest: what that one says, if it can."""
    return check if isinstance(check, str) and _DIGEST.match(check) else "changed"


def _digest(data: bytes) -> bytes:
    return sha256_hex(data)[:DIGITS].encode()
