"""What a disk may hold after a power cut: what was synced for certain, and of the rest any part."""

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

MODES = ("least", "most", "empty", "zeros", "random")
"""What survives of what was not synced: nothing; all; names without bytes; zeros; any part."""


class Call(NamedTuple):
    """One recorded call: its name, and its arguments in the terms of folders, names and inodes."""

    name: str
    arguments: list[str]


def calls_in(log: Path) -> list[Call]:
    """Return the calls of a recording, in the order in which they took effect."""
    parts = [line.split("\t") for line in log.read_text().splitlines()]
    return [Call(name, arguments) for name, *arguments in parts]


@dataclass
class File:
    """A file: the bytes that were synced, and what was written since."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Bytes at a place; no bytes: the file was cut there."""

    def sync(self) -> None:
        """Make all of it safe."""
        self.synced = self.content("most", random.Random(0))
        self.since = []

    def content(self, mode: str, chance: random.Random) -> bytearray:
        """Return what the file may hold after a power cut."""
        data = bytearray(self.synced)
        for place, written in self.since:
            how = chance.choice(MODES[:4]) if mode == "random" else mode
            if how in {"least", "empty"}:
                continue
            if written is None:
                del data[place:]
                continue
            torn = mode == "random" and how == "most"
            part = written[: chance.randrange(len(written) + 1)] if torn else written
            data.extend(bytes(max(0, place + len(part) - len(data))))
            data[place : place + len(part)] = bytes(len(part)) if how == "zeros" else part
        return data


class Change(NamedTuple):
    """A change of names: the folders that it touches, what goes, and what comes.

    Attributes:
        folders: the folders whose sync makes it safe; a rename is safe with either.
        gone: a folder and a name.
        come: a folder, a name, and what it leads to.
    """

    folders: tuple[int, ...]
    gone: tuple[int, str] | None = None
    come: tuple[int, str, int] | None = None


class Disk:
    """Folders and files as a recording left them, each change synced or not."""

    def __init__(self, top: Path) -> None:
        self.files: dict[int, File] = {}
        self._numbers = itertools.count()
        self._changes: list[Change] = []
        self._safe: set[int] = set()
        self._named: dict[str, int] = {}
        self._first: dict[int, dict[str, int]] = {}
        self.top = self._taken(top)

    def _taken(self, path: Path) -> int:
        """Take over what lies at a path when the recording begins: all of it is safe."""
        own = self._new(str(path.lstat().st_ino))
        if path.is_dir():
            self._first[own] = {inner.name: self._taken(inner) for inner in path.iterdir()}
        else:
            self.files[own] = File(bytearray(path.read_bytes()))
        return own

    def _new(self, inode: str) -> int:
        """Give a number of our own, for the system uses those of removed files again."""
        self._named[inode] = next(self._numbers)
        return self._named[inode]

    def replay(self, calls: Iterable[Call]) -> None:
        """Let these calls take effect."""
        for call in calls:
            getattr(self, f"_{call.name}")(*call.arguments)

    def _note(self, text: str) -> None:
        """Take no effect."""

    def _create(self, inode: str, folder: str, name: str) -> None:
        own = self._new(inode)
        self.files[own] = File()
        self._change((folder,), come=(folder, name, own))

    def _mkdir(self, inode: str, folder: str, name: str) -> None:
        own = self._new(inode)
        self._first[own] = {}
        self._change((folder,), come=(folder, name, own))

    def _link(self, inode: str, folder: str, name: str) -> None:
        self._change((folder,), come=(folder, name, self._named[inode]))

    def _unlink(self, folder: str, name: str) -> None:
        self._change((folder,), gone=(folder, name))

    def _rename(self, folder: str, name: str, to: str, new: str) -> None:
        own = self._tree(self._changes)[self._named[folder]][name]
        self._change((folder, to), gone=(folder, name), come=(to, new, own))

    def _change(
        self,
        folders: tuple[str, ...],
        gone: tuple[str, str] | None = None,
        come: tuple[str, str, int] | None = None,
    ) -> None:
        self._changes.append(
            Change(
                tuple(self._named[folder] for folder in folders),
                (self._named[gone[0]], gone[1]) if gone else None,
                (self._named[come[0]], come[1], come[2]) if come else None,
            )
        )

    def _write(self, inode: str, place: str, data: str) -> None:
        self.files[self._named[inode]].since.append((int(place), bytes.fromhex(data)))

    def _truncate(self, inode: str, size: str) -> None:
        self.files[self._named[inode]].since.append((int(size), None))

    def _fsync(self, inode: str) -> None:
        own = self._named[inode]
        if own in self.files:
            self.files[own].sync()
            return
        for number, change in enumerate(self._changes):
            if own in change.folders:
                self._safe.add(number)

    def _syncfs(self) -> None:
        for file in self.files.values():
            file.sync()
        self._safe.update(range(len(self._changes)))

    def _tree(self, changes: Iterable[Change]) -> dict[int, dict[str, int]]:
        tree = {folder: dict(names) for folder, names in self._first.items()}
        for change in changes:
            if change.gone:
                tree[change.gone[0]].pop(change.gone[1], None)
            if change.come:
                tree[change.come[0]][change.come[1]] = change.come[2]
        return tree

    def cut(self, mode: str, chance: random.Random, target: Path) -> None:
        """Write to `target` what may be found after a power cut at this moment."""
        tree = self._tree(self._surviving(mode, chance))
        self._put(self.top, tree, target, mode, chance)

    def _surviving(self, mode: str, chance: random.Random) -> Sequence[Change]:
        """Return the changes of names that survive; those of one folder do so in their order."""
        if mode not in {"least", "random"}:
            return self._changes
        ends = {own: chance.randrange(len(self._changes) + 1) for own in sorted(self._first)}
        return [
            change
            for number, change in enumerate(self._changes)
            if number in self._safe
            or (mode == "random" and all(number < ends[own] for own in change.folders))
        ]

    def _put(
        self,
        own: int,
        tree: dict[int, dict[str, int]],
        target: Path,
        mode: str,
        chance: random.Random,
    ) -> None:
        if own in self.files:
            target.write_bytes(self.files[own].content(mode, chance))
            return
        target.mkdir(parents=True)
        for name, inner in sorted(tree[own].items()):
            self._put(inner, tree, target / name, mode, chance)
