"""Files kept in a folder of the store: a manifest, small files in place, large ones as objects."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from mltrack.errors import IntegrityError, NotFoundError, StoreWriteError, UsageError
from mltrack.store.atomic import explained, write_file
from mltrack.store.blobs import copy_hashing, keep_object, sha256_of, temporary
from mltrack.store.layout import ARTIFACTS, MANIFEST, inside
from mltrack.store.portable import Names, is_portable
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_file
from mltrack.store.yaml_writer import dump

FORMAT = 1
_HEX = frozenset("0123456789abcdef")
_SHA256_LENGTH = 64


class Entry(NamedTuple):
    """One kept file: its path below `artifacts/`, size in bytes, digest, and where it lies."""

    path: str
    size: int
    sha256: str
    inline: bool


def read_manifest(folder: Path) -> dict[str, Entry]:
    """Return the files that a folder keeps, by path; none when it has no manifest.

    Raises:
        IntegrityError: the manifest cannot be understood.
    """
    path = folder / MANIFEST
    if not path.exists():
        return {}
    files = read_file(path).get("files")
    if not isinstance(files, dict):
        raise IntegrityError(f"{path} names no files")
    return {name: _entry(name, fields, path) for name, fields in files.items()}


def _entry(name: str, fields: Any, source: Path) -> Entry:  # noqa: ANN401 - a file's content
    sha256, size = (
        (fields.get("sha256"), fields.get("size")) if isinstance(fields, dict) else ("", 0)
    )
    if not isinstance(sha256, str) or len(sha256) != _SHA256_LENGTH or not _HEX >= set(sha256):
        raise IntegrityError(f"{source}: {name!r} has no sha256")
    if not isinstance(size, int) or size < 0:
        raise IntegrityError(f"{source}: {name!r} has no size")
    return Entry(name, size, sha256, fields.get("kept") == "inline")


def encode_manifest(entries: Iterable[Entry]) -> bytes:
    """Return a manifest's bytes, sorted by path."""
    files = {
        e.path: {"size": e.size, "sha256": e.sha256, "kept": "inline" if e.inline else "object"}
        for e in sorted(entries)
    }
    return dump({"format": FORMAT, "files": files})


class ArtifactFolder:
    """The writer's side: adds files to a folder that nobody else writes to."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Return the files kept so far, by path."""
        return read_manifest(self._folder)

    @cached_property
    def _names(self) -> Names:
        return Names(list(self.entries))

    @cached_property
    def _inline_bytes(self) -> int:
        return sum(entry.size for entry in self.entries.values() if entry.inline)

    def add(self, source: Path, to: str) -> list[Entry]:
        """Copy a file, or a folder with all below it, to the path `to` and return what was added.

        Raises:
            NotFoundError: there is nothing at `source`.
            UsageError: `to` is no path below `artifacts/`, or is a file where a folder must be.
            StoreWriteError: the disk refused.
        """
        if not source.exists():
            raise NotFoundError(f"there is no file {source} to log")
        with explained(self._folder / ARTIFACTS / to):
            added = [
                self._add_file(path, name) for path, name in _files_of(source, checked_path(to))
            ]
        if added:
            self._write_manifest()
        return added

    def _add_file(self, source: Path, name: str) -> Entry:
        blocking = self._names.blocks(name)
        if blocking is not None:
            raise UsageError(f"{name!r} cannot be logged: {blocking!r} is in its way")
        built = temporary(self._store.layout.tmp)
        try:
            size, sha256 = copy_hashing(source, built)
            entry = Entry(name, size, sha256, self._fits_inline(name, size))
            self._keep(built, entry)
        finally:
            built.unlink(missing_ok=True)
        self._take_note(entry)
        return entry

    def _fits_inline(self, name: str, size: int) -> bool:
        settings = self._store.settings
        return (
            size <= settings["artifacts.inline_file_bytes"]
            and self._inline_bytes + size <= settings["artifacts.inline_run_bytes"]
            and is_portable(name)
            and not self._names.differs_by_case_only(name)
        )

    def _take_note(self, entry: Entry) -> None:
        before = self.entries.get(entry.path)
        self._inline_bytes += (entry.size if entry.inline else 0) - (
            before.size if before and before.inline else 0
        )
        self._names.add(entry.path)
        self.entries[entry.path] = entry

    def _keep(self, built: Path, entry: Entry) -> None:
        in_place = self._folder / ARTIFACTS / entry.path
        if entry.inline:
            in_place.parent.mkdir(parents=True, exist_ok=True)
            built.replace(in_place)
        else:
            keep_object(built, self._store.layout.object(entry.sha256), sync=self._store.syncs)
            in_place.unlink(missing_ok=True)

    def _write_manifest(self) -> None:
        data = encode_manifest(self.entries.values())
        write_file(self._folder / MANIFEST, data, tmp=self._store.layout.tmp, sync=False)


def _files_of(source: Path, to: str) -> list[tuple[Path, str]]:
    if source.is_file():
        return [(source, to)]
    files = [p for p in sorted(source.rglob("*")) if p.is_file()]
    return [(p, checked_path(f"{to}/{p.relative_to(source).as_posix()}")) for p in files]


def checked_path(path: str) -> str:
    """Return an artifact's path in NFC without needless parts.

    Raises:
        UsageError: it is empty, absolute, climbs out, or holds a control character.
    """
    pure = PurePosixPath(unicodedata.normalize("NFC", path.replace("\\", "/")))
    control = any(unicodedata.category(c).startswith("C") for c in path)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or control:
        raise UsageError(
            f"{path!r} cannot be the path of an artifact",
            fix="use a relative path such as plots/roc.png",
        )
    return str(pure)


def locate(store: Store, folders: Sequence[Path], relative: str) -> Path:
    """Return where an artifact can be read: a file, or a folder with all its files.

    Args:
        store: the store that holds them.
        folders: the folders that keep files, the later before the earlier.
        relative: the path of a file or folder below `artifacts/`.

    Raises:
        NotFoundError: no such artifact, or its object is not on this machine.
        IntegrityError: an object does not have its digest, or a path leads out of the store.
    """
    wanted = checked_path(relative)
    found = _merged(folders)
    if wanted in found:
        return _file(store, *found[wanted])
    below = {name: at for name, at in found.items() if name.startswith(f"{wanted}/")}
    if not below:
        raise NotFoundError(f"there is no artifact {relative!r} in {folders[-1].name}")
    holders = {folder for folder, _ in below.values()}
    if len(holders) == 1 and all(entry.inline for _, entry in below.values()):
        return inside(holders.pop() / ARTIFACTS, wanted)
    return _made_whole(store, wanted, below)


def _merged(folders: Sequence[Path]) -> dict[str, tuple[Path, Entry]]:
    found: dict[str, tuple[Path, Entry]] = {}
    for folder in folders:
        found |= {name: (folder, entry) for name, entry in read_manifest(folder).items()}
    return found


def _file(store: Store, folder: Path, entry: Entry) -> Path:
    if entry.inline:
        path = inside(folder / ARTIFACTS, entry.path)
        if not path.is_file():
            raise NotFoundError(
                f"the artifact {entry.path!r} of {folder.name} is gone from the disk"
            )
        return path
    path = store.layout.object(entry.sha256)
    if not path.is_file():
        raise NotFoundError(
            f"the artifact {entry.path!r} of {folder.name} is not on this machine",
            why=f"its object {entry.sha256[:12]} ({entry.size} bytes) was never copied here",
            fix=f"copy {path.relative_to(store.root)} from where the run was made",
        )
    if sha256_of(path) != entry.sha256:
        raise IntegrityError(f"the object {path} was changed after it was written")
    return path


def _made_whole(store: Store, wanted: str, below: dict[str, tuple[Path, Entry]]) -> Path:
    """Return a folder in the cache that holds all files of an artifact folder."""
    digest = sha256_of_entries(entry for _, entry in below.values())
    target = store.root / "cache" / "folders" / digest
    if target.is_dir():
        return target
    building = temporary(store.layout.tmp)
    try:
        for name, (folder, entry) in below.items():
            copy_hashing(_file(store, folder, entry), building / name[len(wanted) + 1 :])
        target.parent.mkdir(parents=True, exist_ok=True)
        building.replace(target)
    except OSError as error:
        raise StoreWriteError(f"could not put {wanted!r} together: {error.strerror}") from error
    return target


def sha256_of_entries(entries: Iterable[Entry]) -> str:
    """Return a digest that stands for the names and contents of files."""
    return hashlib.sha256(encode_manifest(entries)).hexdigest()
