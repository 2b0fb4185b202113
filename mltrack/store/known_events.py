"""The events of one folder, for who asks again and again: each is read once.

An event never changes, and its name holds the digest of its bytes, so what was read under a name
is what that name stands for, whatever becomes of the file; who lists models, or checks a store,
reads every file and tells of that. A file that is no event now may be one later, such as one
that git is still writing, so it is read again each time.
"""

import errno
import os
import stat
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.store.events import SUFFIX, Event, read_each
from mltrack.store.layout import refuse_links

_MILLISECOND = 1_000_000
_COARSE_SECONDS, _FINE_SECONDS = 2.5, 0.1


class Change(NamedTuple):
    """What became of a folder since it was last looked at.

    Attributes:
        added: the events that came.
        is_less: whether an event went, as with a checkout of another branch.
        faults: what is wrong with files here, told each time.
    """

    added: tuple[Event, ...]
    is_less: bool
    faults: tuple[str, ...]


class KnownEvents:
    """The events of a folder that have been read.

    Attributes:
        events: those that are there, by the names of their files.
    """

    __slots__ = ("_faulty", "_folder", "_is_sure", "_mark", "_newer", "_seen", "events")

    def __init__(self, folder: Path) -> None:
        self.events: dict[str, Event] = {}
        self._folder = folder
        self._newer: dict[str, str] = {}
        self._faulty: tuple[str, ...] = ()
        self._mark: tuple[int, ...] | None = None
        self._seen = 0.0
        self._is_sure = False

    def look(self, *, afresh: bool = False) -> Change:
        """Read what came, and find out what went.

        Args:
            afresh: list the folder though nothing about it says that it changed.

        Raises:
            OSError: the folder cannot be listed.
            IntegrityError: a symbolic link leads to it.
        """
        mark = _mark_of(refuse_links(self._folder))
        if mark != self._mark:
            self._mark, self._seen, self._is_sure = mark, time.monotonic(), False
        if self._is_sure and not afresh:
            return self._read(self._faulty, is_less=False)
        # What comes after this moment changes the mark, unless the clock of the disk stands where
        # it stood when the mark was first seen: until it has gone on, nothing is sure.
        is_sure = time.monotonic() - self._seen > _tick_seconds(mark)
        self._is_sure = False
        names = os.listdir(self._folder)  # noqa: PTH208 - a fifth of what paths cost
        new = [name for name in names if name not in self.events]
        is_less = len(names) - len(new) < len(self.events)
        if is_less:
            gone = self.events.keys() - set(names)
            self.events = {file: e for file, e in self.events.items() if file not in gone}
        change = self._read([name for name in new if name.endswith(SUFFIX)], is_less=is_less)
        self._is_sure = is_sure
        return change

    def _read(self, files: Sequence[str], *, is_less: bool) -> Change:
        found = read_each(self._folder, files) if files else []
        added = {one.file: one.event for one in found if one.event is not None}
        self.events.update(added)
        self._newer.update({one.file: one.fault for one in found if one.event and one.fault})
        self._faulty = tuple(one.file for one in found if one.event is None)
        newer = (fault for file, fault in self._newer.items() if file in self.events)
        faults = (*newer, *(one.fault for one in found if one.event is None))
        return Change(tuple(added.values()), is_less, faults)


def _mark_of(folder: Path) -> tuple[int, ...]:
    """Return what changes whenever a file comes to a folder or leaves it, and nobody can set."""
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), f"{folder}")
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def _tick_seconds(mark: tuple[int, ...]) -> float:
    """Return how long the clock of a disk may stand still, going by a time that it gave.

    Most disks tell the time as the system does, whose clock goes on a hundred times a second or
    oftener; some tell whole seconds, or every second one.
    """
    return _COARSE_SECONDS if mark[-1] % _MILLISECOND == 0 else _FINE_SECONDS
