"""How many bytes a run keeps in place, whoever of its writers put them there."""

import contextlib
import os
import time
from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.store.ids import is_id
from mltrack.store.layout import MANIFEST, Layout, folder_name, run_in
from mltrack.store.manifest import Entry, Manifest, read_manifest

_TICK_SECONDS = 0.1
"""A folder that changed so lately may change again without another time to show for it."""


class InlineBytes:
    """The bytes in place of one folder, and of those of the other writers of its run.

    Attributes:
        total: all of them, when they were last counted.
    """

    def __init__(self, layout: Layout, folder: Path, manifest: Manifest) -> None:
        self._own = sum(map(inline_bytes, manifest.entries.values()))
        self._others = _Others(layout, folder)
        self.total = self._own

    def count(self) -> None:
        """Count those of the others, of which only what has changed is read again."""
        self.total = self._own + self._others.count()

    def add(self, size: int) -> None:
        """Take note of bytes that come to this folder, or go if there are less than none."""
        self._own += size
        self.total += size


class _Others:
    def __init__(self, layout: Layout, folder: Path) -> None:
        self._layout = layout
        self._folder = folder
        self._run = run_in(folder.name)
        self._listed_at: tuple[int, ...] = ()
        self._names: list[str] = []
        self._known: dict[str, tuple[tuple[int, ...], int]] = {}

    def count(self) -> int:
        return sum(self._bytes_of(name) for name in self._writers())

    def _writers(self) -> list[str]:
        looked = time.time()
        now = _state_of(self._folder.parent)
        if not now or now != self._listed_at:
            writers = self._layout.writers(self._run) if is_id(self._run) else []
            names = [self._run, *(folder_name(self._run, writer) for writer in writers)]
            self._names = [name for name in names if name != self._folder.name]
            is_settled = bool(now) and looked - now[0] / 1e9 > _TICK_SECONDS
            self._listed_at = now if is_settled else ()
        return self._names

    def _bytes_of(self, name: str) -> int:
        folder = self._folder.with_name(name)
        now = _state_of(folder / MANIFEST)
        before, size = self._known.get(name, ((), 0))
        if now != before:
            size = 0
            with contextlib.suppress(MltrackError):
                size = sum(map(inline_bytes, read_manifest(folder).values()))
            self._known[name] = now, size
        return size


def _state_of(path: Path) -> tuple[int, ...]:
    """Return what changes with a file or folder; nothing where it is not there."""
    try:
        told = os.lstat(path)
    except OSError:
        return ()
    return told.st_mtime_ns, told.st_ino, told.st_size


def inline_bytes(entry: Entry | None) -> int:
    """Return how many bytes a file has in place; none for an object, or for None."""
    return entry.size if entry and entry.inline else 0
