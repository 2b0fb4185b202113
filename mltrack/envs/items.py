"""What of the cache can go: a thing, what it is, and when it was used last."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import cached
from mltrack.envs.home import Home


class Kind(StrEnum):
    """What may go; the order is that of listings."""

    ENVIRONMENT = "environment"
    DATASET = "dataset"
    LOAN = "loan"
    CHECKOUT = "checkout"
    LEFTOVER = "leftover"
    INSTALLER = "installer"


class Item(NamedTuple):
    """Something that can go.

    Attributes:
        name: an environment's id, or a path below the cache.
        why: in some words; empty where only its age or size may be a reason.
        size_bytes: what would be free.
        used: when it was used last, in Unix seconds.
    """

    kind: Kind
    name: str
    path: Path
    why: str
    size_bytes: int
    used: float


def item_of(kind: Kind, path: Path, home: Home, why: str = "") -> Item:
    """Return what lies at a path of the cache as something that can go."""
    try:
        used = path.lstat().st_mtime
    except OSError:
        used = 0.0
    return Item(
        kind=kind,
        name=path.relative_to(home.root).as_posix(),
        path=path,
        why=why,
        size_bytes=cached.size_of(path),
        used=used,
    )
