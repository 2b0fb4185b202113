"""What can go, what stays although it was deleted, and what went: frozen, free of files."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What may be removed."""

    RUN = "run"
    OBJECT = "object"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that can go.

    Attributes:
        name: the run's id, the object's sha256, or a name below `tmp/`.
        size_bytes: what its files take.
        since: the moment from which its age is counted, in Unix seconds.
        paths: what is removed, in this order.
        runs: of an object, the runs that name it and go; it stays if one of them does.
    """

    kind: Kind
    name: str
    size_bytes: int
    since: float
    paths: tuple[Path, ...]
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """A deleted run that stays, and why."""

    run: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would go now.

    Attributes:
        items: runs first, then objects and leftovers.
        spared: runs that are deleted here and stay all the same.
        kept_objects: how many objects stay.
        in_git: whether git was asked; the removal of runs is then a change to commit.
        before: what is younger than this moment stays, in Unix seconds.
    """

    items: tuple[Item, ...]
    spared: tuple[Spared, ...]
    kept_objects: int
    in_git: bool
    before: float

    @property
    def size_bytes(self) -> int:
        """Return what all of it takes."""
        return sum(item.size_bytes for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What went.

    Attributes:
        removed: what is gone.
        passed_over: what somebody began to use meanwhile, or the disk refused to remove.
        failures: a line for each thing that the disk refused to remove.
        put_back: how many objects an earlier removal had set aside when it was killed.
    """

    removed: tuple[Item, ...] = ()
    passed_over: tuple[Item, ...] = ()
    failures: tuple[str, ...] = ()
    put_back: int = 0

    @property
    def size_bytes(self) -> int:
        """Return what it took."""
        return sum(item.size_bytes for item in self.removed)
