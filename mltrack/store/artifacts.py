"""Keep files in a folder of the store: small ones in place, large ones as objects."""

import contextlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from mltrack.errors import MltrackError, UsageError
from mltrack.store.atomic import explained, write_file
from mltrack.store.blobs import copy_hashing, keep, keep_object, sha256_of, temporary
from mltrack.store.ids import is_id
from mltrack.store.layout import ARTIFACTS, MANIFEST, folder_name, refuse_links, run_in
from mltrack.store.manifest import (
    Entry,
    Manifest,
    checked_path,
    encode_manifest,
    load_manifest,
    read_manifest,
    refuse_newer,
)
from mltrack.store.portable import Names, is_portable
from mltrack.store.sources import files_of
from mltrack.store.store import Store


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
    def _names(self) -> Names:
        return Names(self._manifest.entries)

    def add(self, source: Path, to: str) -> list[Entry]:
        """Copy a file, or a folder with all below it, to the path `to` and return what was added.

        Raises:
            As `add_all`.
        """
        return self.add_all([(source, to)])

    def add_all(self, sources: Sequence[tuple[Path, str]]) -> list[Entry]:
        """Copy files and folders, each to its path, and write the manifest once.

        Raises:
            NotFoundError: there is nothing at `source`, or a link below it leads nowhere.
            UsageError: `to` is no path below `artifacts/`, or is a file where a folder must be.
            ConflictError: a newer mltrack wrote the manifest.
            StoreWriteError: the disk refused.
        """
        tops = [(source, checked_path(to)) for source, to in sources]
        with explained(self._folder / ARTIFACTS / (tops[0][1] if len(tops) == 1 else "")):
            files = [
                (path, checked_path(f"{top}/{name}"))
                for source, top in tops
                for path, name in files_of(source, but=self._store.root)
            ]
            return _Addition(self._store, self._folder, self._manifest, self._names).add(files)


class _Addition:
    """Files on their way into a folder.

    Whenever it is killed, the manifest and what lies in place fit together: a new file is in place
    before the manifest names it; one that replaces another waits until the manifest names both.
    """

    def __init__(self, store: Store, folder: Path, manifest: Manifest, names: Names) -> None:
        self._store = store
        self._folder = folder
        self._manifest = manifest
        self._names = names
        self._inline_bytes = _inline_bytes_of_others(store, folder) + sum(
            map(_inline_bytes, self._manifest.entries.values())
        )
        self._waiting: dict[str, Path] = {}
        self._needless: list[Path] = []

    def add(self, files: list[tuple[Path, str]]) -> list[Entry]:
        refuse_newer(self._manifest, self._folder / MANIFEST)
        for _, name in files:
            self._refuse_blocked(name)
        added: list[Entry] = []
        try:
            for source, name in files:
                self._refuse_blocked(name)  # by one that was added a moment ago
                added.append(self._kept(source, name))
        finally:
            if added:
                self._write()
        return added

    def _refuse_blocked(self, name: str) -> None:
        blocking = self._names.blocks(name)
        if blocking is not None:
            raise UsageError(f"{name!r} cannot be logged: {blocking!r} is in its way")

    def _kept(self, source: Path, name: str) -> Entry:
        built = temporary(self._store.layout.tmp)
        try:
            size, sha256 = copy_hashing(source, built)
            before = self._manifest.entries.get(name)
            entry = Entry(name, size, sha256, self._fits_inline(name, size, before))
            self._put(built, entry, before)
        except BaseException:
            built.unlink(missing_ok=True)
            raise
        self._take_note(entry, before)
        return entry

    def _fits_inline(self, name: str, size: int, before: Entry | None) -> bool:
        settings = self._store.settings
        return (
            size <= settings["artifacts.inline_file_bytes"]
            and self._inline_bytes - _inline_bytes(before) + size
            <= settings["artifacts.inline_run_bytes"]
            and is_portable(name)
            and not self._names.differs_by_case_only(name)
        )

    def _put(self, built: Path, entry: Entry, before: Entry | None) -> None:
        self._manifest.replaced.pop(entry.path, None)
        if not entry.inline:
            keep_object(built, self._store.layout.object(entry.sha256), sync=self._store.syncs)
            if before and before.inline:
                self._needless.append(self._place_of(entry.path))
            return
        in_place = self._place_of(entry.path)
        if before and before.inline and in_place.is_file():
            self._waiting[entry.path] = built
            self._manifest.replaced[entry.path] = sha256_of(in_place)
        else:
            keep(built, in_place, sync=self._store.syncs)

    def _place_of(self, name: str) -> Path:
        return refuse_links(self._folder / ARTIFACTS / name)

    def _take_note(self, entry: Entry, before: Entry | None) -> None:
        self._inline_bytes += _inline_bytes(entry) - _inline_bytes(before)
        self._names.add(entry.path)
        self._manifest.entries[entry.path] = entry

    def _write(self) -> None:
        try:
            self._write_manifest()
            for name, built in self._waiting.items():
                keep(built, self._place_of(name), sync=self._store.syncs)
                del self._manifest.replaced[name]
            if self._waiting:
                self._write_manifest()
        finally:
            for built in self._waiting.values():
                built.unlink(missing_ok=True)
        for path in self._needless:
            path.unlink(missing_ok=True)

    def _write_manifest(self) -> None:
        data = encode_manifest(self._manifest)
        path, tmp = self._folder / MANIFEST, self._store.layout.tmp
        write_file(path, data, tmp=tmp, sync=self._store.syncs)


def _inline_bytes(entry: Entry | None) -> int:
    return entry.size if entry and entry.inline else 0


def _inline_bytes_of_others(store: Store, folder: Path) -> int:
    """Return how many bytes the other writers of a run keep in place."""
    run_id = run_in(folder.name)
    writers = store.layout.writers(run_id) if is_id(run_id) else []
    names = [run_id, *(folder_name(run_id, writer) for writer in writers)]
    total = 0
    for name in names:
        with contextlib.suppress(MltrackError):
            kept = read_manifest(folder.with_name(name)) if name != folder.name else {}
            total += sum(map(_inline_bytes, kept.values()))
    return total
