"""What every repair is made of: set aside, put in place, take away; in a dry run none of it."""

import shutil
from collections.abc import Callable, Iterator
from functools import cached_property

from mltrack.errors import MltrackError
from mltrack.fsck.git_view import GitView
from mltrack.fsck.look import Lives, Look
from mltrack.fsck.past import is_partial
from mltrack.fsck.places import Place, place_of
from mltrack.fsck.quarantine import Quarantine
from mltrack.store.atomic import explained, write_file
from mltrack.store.git import GitError
from mltrack.store.layout import refuse_links
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_bytes

Fits = Callable[[bytes], bool]


class CannotMendError(Exception):
    """A repair that is not possible; the message says why."""


class Mender:
    """The hands of a repair."""

    def __init__(self, store: Store, *, dry_run: bool) -> None:
        self.store = store
        self.is_dry = dry_run
        self._quarantine = Quarantine(store)

    @cached_property
    def git(self) -> GitView | None:
        """Return what git says of the store; None where there is no git."""
        return GitView.of(self.store)

    def lives(self, run_id: str) -> Lives:
        """Return what this machine knows of the processes that write a run."""
        return Look(store=self.store, git=None, present=frozenset(), runs=frozenset()).lives(run_id)

    def stands(self, path: str) -> bool:
        """Tell whether anything is at a path of the store."""
        place = self.store.root / path
        return place.is_symlink() or place.exists()

    def bytes_of(self, path: str) -> bytes:
        """Return what is left of a file; nothing where nothing can be read."""
        place = self.store.root / path
        try:
            return read_bytes(place) if place.is_file() else b""
        except MltrackError:
            return b""

    def set_aside(self, path: str) -> str:
        """Move something to quarantine and say where it is."""
        if self.is_dry:
            return "moved to quarantine"
        return f"moved to {self._quarantine.take(path)}"

    def put(self, path: str, data: bytes) -> None:
        """Write a whole file in the place of what stands there, which is set aside first."""
        if self.stands(path):
            self.set_aside(path)
        if not self.is_dry:
            write_file(self.store.root / path, data, tmp=self.store.layout.tmp)

    def rename(self, path: str, to: str) -> None:
        """Give a file of the store another name in its folder."""
        if not self.is_dry:
            source, target = self.store.root / path, self.store.root / to
            refuse_links(source)
            with explained(target):
                source.rename(target)

    def remove(self, path: str) -> None:
        """Take away what nobody needs; of a link, the link."""
        place = self.store.root / path
        if self.is_dry:
            return
        refuse_links(place.parent)
        with explained(place):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)

    def from_git(self, path: str, fits: Fits) -> bool:
        """Bring a file back from git if git has bytes that fit and are not those on the disk."""
        here = self.bytes_of(path)
        for data in self.in_git(path):
            if (data != here or not self.stands(path)) and fits(data):
                self.put(path, data)
                return True
        return False

    def from_past(self, path: str, fits: Fits) -> bool:
        """Bring an event back as any commit ever had it, if one had bytes that fit."""
        if self.git is None or is_partial(self.store.root):
            return False
        try:
            known = self.git.past.contents([path] if path in self.git.past.files else [])
            data = next((data for _, _, data in known if fits(data)), None)
        except GitError:
            return False
        if data is not None:
            self.put(path, data)
        return data is not None

    def in_git(self, path: str) -> Iterator[bytes]:
        """Yield what git has of a file."""
        if self.git:
            yield from self.git.kept(path)


def placed(path: str) -> Place:
    """Return what a file is for.

    Raises:
        CannotMendError: no file of a store lies there.
    """
    place = place_of(path)
    if place is None:
        raise CannotMendError("no file of a store lies here")
    return place
