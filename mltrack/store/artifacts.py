"""Keep files in a folder of the store: small ones in place, large ones as objects."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import UsageError
from mltrack.store.atomic import explained, write_file
from mltrack.store.blobs import sha256_of
from mltrack.store.intake import Intake, Taken
from mltrack.store.layout import ARTIFACTS, MANIFEST, refuse_links
from mltrack.store.limits import InlineBytes, inline_bytes
from mltrack.store.manifest import Entry, Manifest, checked_path, load_manifest, refuse_newer
from mltrack.store.manifest_text import ManifestText
from mltrack.store.placing import Placing
from mltrack.store.portable import Names, is_portable
from mltrack.store.sources import files_of
from mltrack.store.store import Store

_AT_ONCE = 1_000
"""How many files wait for the disk together before they are put in their places."""


class ArtifactFolder:
    """The writer's side: adds files to a folder that nobody else writes to.

    The manifest is read once: what was written here needs no YAML reader to be written again.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    @cached_property
    def _manifest(self) -> Manifest:
        return load_manifest(self._folder)

    @cached_property
    def _text(self) -> ManifestText:
        return ManifestText(self._manifest)

    @cached_property
    def _names(self) -> Names:
        return Names(self._manifest.entries)

    @cached_property
    def _inline(self) -> InlineBytes:
        return InlineBytes(self._store.layout, self._folder, self._manifest)

    def add(self, source: Path, to: str) -> list[Entry]:
        """Copy a file, or a folder with all below it, to the path `to` and return what was added.

        Raises:
            As `add_all`.
        """
        return self.add_all([(source, to)])

    def add_all(self, sources: Sequence[tuple[Path, str]], *, inline: bool = True) -> list[Entry]:
        """Copy files and folders, each to its path, and write the manifest once.

        Args:
            sources: what to copy, and where to.
            inline: whether those that are small enough lie in place; if not, all are objects.

        Raises:
            NotFoundError: there is nothing at `source`, or a link below it leads nowhere.
            UsageError: `to` is no path below `artifacts/`, or is a file where a folder must be.
            ConflictError: a newer mltrack wrote the manifest.
            StoreWriteError: the disk refused.
        """
        tops = [(source, checked_path(to)) for source, to in sources]
        with explained(self._folder / ARTIFACTS / (tops[0][1] if len(tops) == 1 else "")):
            return self._add(
                [
                    (path, checked_path(f"{top}/{name}") if name else top)
                    for source, top in tops
                    for path, name in files_of(source, but=self._store.root)
                ],
                inline=inline,
            )

    def add_data(self, data: bytes, to: str) -> list[Entry]:
        """Keep bytes as a file of the path `to`.

        Raises:
            UsageError: `to` is no path below `artifacts/`, or is a file where a folder must be.
            ConflictError: a newer mltrack wrote the manifest.
            StoreWriteError: the disk refused.
        """
        name = checked_path(to)
        with explained(self._folder / ARTIFACTS / name):
            return self._add([(data, name)])

    def _add(self, files: "list[tuple[Path | bytes, str]]", *, inline: bool = True) -> list[Entry]:
        known = _Known(self._manifest, self._text, self._names, self._inline)
        try:
            return _Addition(self._store, self._folder, known, inline=inline).add(files)
        except BaseException:  # these two may count files that were not kept after all
            del self._names, self._inline
            raise


class _Known(NamedTuple):
    """What is known of the files that a folder keeps."""

    manifest: Manifest
    text: ManifestText
    names: Names
    inline: InlineBytes


class _Staged(NamedTuple):
    """A file that waits for its place, and what had its name before."""

    name: str
    taken: Taken
    target: str
    before: Entry | None


class _Addition:
    """Files on their way into a folder.

    Whenever it is killed, the manifest and what lies in place fit together: a new file is in place
    before the manifest names it; one that replaces another waits until the manifest names both.
    """

    def __init__(self, store: Store, folder: Path, known: _Known, *, inline: bool) -> None:
        self._store = store
        self._may_be_inline = inline
        self._folder = folder
        self._artifacts = folder / ARTIFACTS
        self._manifest, self._text, self._names, self._inline = known
        self._intake = Intake(store.layout, sync=store.syncs)
        self._staged: dict[str, _Staged] = {}
        self._added: list[Entry] = []
        self._waiting: dict[str, _Staged] = {}
        self._needless: set[str] = set()

    def add(self, files: "list[tuple[Path | bytes, str]]") -> list[Entry]:
        refuse_newer(self._manifest, self._folder / MANIFEST)
        self._inline.count()
        for _, name in files:
            self._refuse_blocked(name)
        try:
            for source, name in files:
                self._refuse_blocked(name)  # by one that was added a moment ago
                if name in self._staged or len(self._staged) >= _AT_ONCE:
                    self._place()
                self._stage(source, name)
        finally:
            try:
                self._place()
            finally:
                if self._added:
                    self._write()
        return self._added

    def _refuse_blocked(self, name: str) -> None:
        blocking = self._names.blocks(name)
        if blocking is not None:
            raise UsageError(f"{name!r} cannot be logged: {blocking!r} is in its way")

    def _stage(self, source: Path | bytes, name: str) -> None:
        before = self._manifest.entries.get(name)
        taken = self._intake.take(source, lambda size: self._fits_inline(name, size, before))
        self._staged[name] = _Staged(name, taken, self._target(name, taken), before)
        self._inline.add((taken.size if taken.inline else 0) - inline_bytes(before))
        self._names.add(name)

    def _fits_inline(self, name: str, size: int, before: Entry | None) -> bool:
        settings = self._store.settings
        return (
            self._may_be_inline
            and size <= settings["artifacts.inline_file_bytes"]
            and self._inline.total - inline_bytes(before) + size
            <= settings["artifacts.inline_run_bytes"]
            and is_portable(name)
            and not self._names.differs_by_case_only(name)
        )

    def _place(self) -> None:
        """Put what is staged in its place, all of it or what comes before a failure."""
        staged, self._staged = list(self._staged.values()), {}
        placing, done = Placing(sync=self._store.syncs), 0
        olds: list[str] = []
        try:
            placing.make_safe([one.taken.built or one.target for one in staged])
            for one in staged:
                olds.append(self._put(one, placing))  # noqa: PERF401 - it knows where it stopped
        finally:
            try:
                placing.finish()
                done = len(olds)
            finally:
                _discard(staged[done:])
                for one, old in zip(staged[:done], olds, strict=False):
                    self._take_note(one, old)

    def _put(self, one: _Staged, placing: Placing) -> str:
        """Move a file to its place, or return the digest of what it must not replace yet."""
        if one.taken.inline and one.before and one.before.inline:
            in_place = refuse_links(Path(one.target))
            if in_place.is_file():
                return sha256_of(in_place)
        if one.taken.built:
            placing.move(one.taken.built, one.target)
        else:
            placing.stays(one.target)
        return ""

    def _take_note(self, one: _Staged, old: str) -> None:
        name, taken, _, before = one
        self._manifest.replaced.pop(name, None)
        _discard([self._waiting.pop(name)] if name in self._waiting else [])
        if old:
            self._manifest.replaced[name] = old
            self._waiting[name] = one
        if taken.inline:
            self._needless.discard(name)
        elif before and before.inline:
            self._needless.add(name)
        entry = Entry(name, taken.size, taken.sha256, taken.inline)
        self._manifest.entries[name] = entry
        self._text.note(name)
        self._added.append(entry)

    def _target(self, name: str, taken: Taken) -> str:
        if taken.inline:
            return f"{self._artifacts}/{name}"
        return str(self._store.layout.object(taken.sha256))

    def _write(self) -> None:
        try:
            self._write_manifest()
            if self._waiting:
                self._replace()
                self._write_manifest()
        finally:
            _discard(self._waiting.values())
        for name in self._needless:
            refuse_links(self._artifacts / name).unlink(missing_ok=True)

    def _replace(self) -> None:
        placing = Placing(sync=self._store.syncs)
        for one in self._waiting.values():
            placing.move(one.taken.built or "", one.target)
            del self._manifest.replaced[one.name]
            self._text.note(one.name)
        placing.finish()

    def _write_manifest(self) -> None:
        path, tmp = self._folder / MANIFEST, self._store.layout.tmp
        write_file(path, self._text.encode(), tmp=tmp, sync=self._store.syncs)


def _discard(staged: Iterable[_Staged]) -> None:
    """Remove the copies of files that did not come to their place."""
    for one in staged:
        if one.taken.built:
            Path(one.taken.built).unlink(missing_ok=True)
