"""Lists of what this user made, or trusted once, in the user's own settings.

They are never in a store: whoever can write a store could otherwise vouch in another's name.
"""

import os
import re
import time
from pathlib import Path

from mltrack.store import clock
from mltrack.store.atomic import write_all
from mltrack.store.folders import user_folder

MADE = "made"
TRUSTED = "trusted"
_MODE = 0o600


def path_of(name: str) -> Path:
    """Return where a list of this user lies."""
    return user_folder() / name


def known(name: str) -> frozenset[bytes]:
    """Return what a list vouches for; nothing where there is none."""
    try:
        lines = path_of(name).read_bytes().splitlines()
    except OSError:
        return frozenset()
    return frozenset(line.split(b" ", 1)[0] for line in lines)


def said_of(name: str, token: str) -> tuple[str, str] | None:
    """Return how and since when a list vouches for something; None when it does not."""
    try:
        lines = path_of(name).read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    for line in lines:
        words = line.split(" ", 3)
        if words[0] == token:
            return (words[1], words[2]) if len(words) > 2 else (TRUSTED, "")  # noqa: PLR2004
    return None


def remember(name: str, token: str, how: str, what: str) -> bool:
    """Add to a list what it does not hold; tell whether it now holds it.

    Args:
        name: of the list.
        token: a digest, or whatever else names a thing for good, without spaces.
        how: `MADE` or `TRUSTED`.
        what: a few words for the person who reads the list.
    """
    return token.encode() in known(name) or add(name, token, how, what)


def add(name: str, token: str, how: str, what: str) -> bool:
    """Add to a list without a look at what it holds; tell whether that could be written."""
    words = re.sub(r"[^\x20-\x7e]", "?", what)
    line = f"{token} {how} {clock.to_text(time.time())} {words}\n"
    try:
        _append(path_of(name), line.encode())
    except OSError:
        return False
    return True


def _append(path: Path, line: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        write_all(descriptor, (b"\n" if torn else b"") + line)
    finally:
        os.close(descriptor)
