"""The models whose code may run here: those this user made, or trusted once.

The list lies in the user's own settings, never in a store: whoever can write a store could
otherwise trust a model in another's name.
"""

import os
import re
import time
from pathlib import Path

from mltrack.errors import TrustError
from mltrack.store import clock
from mltrack.store.atomic import write_all
from mltrack.store.folders import user_folder

LIST = "trusted.txt"
MADE = "made"
TRUSTED = "trusted"
_MODE = 0o600


def list_path() -> Path:
    """Return where this user's list lies."""
    return user_folder() / LIST


def is_known(digest: str) -> bool:
    """Tell whether this user made or trusted the model with this digest."""
    try:
        lines = list_path().read_bytes().splitlines()
    except OSError:
        return False
    wanted = digest.encode()
    return any(line.split(b" ", 1)[0] == wanted for line in lines)


def remember(digest: str, how: str, what: str) -> bool:
    """Add a digest to the list; tell whether the list now holds it.

    Args:
        digest: the model's digest.
        how: `MADE` or `TRUSTED`.
        what: a few words for the person who reads the list.
    """
    if is_known(digest):
        return True
    words = re.sub(r"[^\x20-\x7e]", "?", what)
    line = f"{digest} {how} {clock.to_text(time.time())} {words}\n"
    try:
        _append(list_path(), line.encode())
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


def require(digest: str, *, trust: bool, what: str, where: str) -> None:
    """Return when the code of a model may run; remember the digest if `trust` says so now.

    Args:
        digest: the model's digest.
        trust: whether the user vouches for it in this call.
        what: what would run: flavour, file, format.
        where: the model as the user knows it.

    Raises:
        TrustError: nobody vouches for it.
    """
    if is_known(digest):
        return
    if not trust:
        raise TrustError(
            f"loading {where} would run code that you have neither made nor trusted",
            why=f"{what}, digest {digest[:12]}",
            fix="if you know where it comes from: --trust, in Python trust=True",
        )
    remember(digest, TRUSTED, what)
