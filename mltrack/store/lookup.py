"""Find a kept file or folder, see that its bytes are those that were kept, and hand it out."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import IntegrityError, NotFoundError, StoreWriteError
from mltrack.store.atomic import move
from mltrack.store.blobs import copy_hashing, make_read_only, sha256_of, temporary
from mltrack.store.folders import cache_folder
from mltrack.store.ids import handle_of
from mltrack.store.layout import ARTIFACTS, refuse_links
from mltrack.store.manifest import Entry, checked_path, encode_entries, load_manifest
from mltrack.store.store import Store


class _Kept(NamedTuple):
    """A file, the folder that keeps it, and the digests that its bytes may have."""

    folder: Path
    entry: Entry
    digests: tuple[str, ...]


def locate(store: Store, folders: Sequence[Path], relative: str) -> Path:
    """Return where an artifact can be read: a file, or a folder with all its files.

    What is returned is not to be changed: it may be the store's own copy.

    Args:
        store: the store that holds them.
        folders: the folders that keep files; of two files of one path the later counts.
        relative: the path of a file or folder below `artifacts/`.

    Raises:
        NotFoundError: no such artifact, or its object is not on this machine.
        IntegrityError: its bytes are not those that were kept, or a link stands in the way.
        StoreWriteError: a folder could not be put together.
    """
    wanted = checked_path(relative)
    found = {name: kept for folder in folders for name, kept in _kept_in(folder)}
    if wanted in found:
        return _verified(store, found[wanted])
    below = {
        name[len(wanted) + 1 :]: kept
        for name, kept in sorted(found.items())
        if name.startswith(f"{wanted}/")
    }
    if not below:
        raise NotFoundError(f"there is no artifact {relative!r} in {_holder(folders[-1])}")
    _refuse_missing(store, below.values())
    return _in_place(store, wanted, below) or _made_whole(store, wanted, below)


def _kept_in(folder: Path) -> Iterator[tuple[str, _Kept]]:
    manifest = load_manifest(folder)
    for name, entry in manifest.entries.items():
        before = manifest.replaced.get(name)
        digests = (entry.sha256, before) if before and entry.inline else (entry.sha256,)
        yield name, _Kept(folder, entry, digests)


def _verified(store: Store, kept: _Kept) -> Path:
    """Return where a file lies, once its bytes have been seen to be those that were kept."""
    path = _path_of(store, kept)
    try:
        digest = sha256_of(path)
    except FileNotFoundError:
        raise _missing(store, kept) from None
    except OSError as error:
        raise _changed(path, kept) from error
    if digest not in kept.digests:
        raise _changed(path, kept)
    return path


def _changed(path: Path, kept: _Kept) -> IntegrityError:
    return IntegrityError(
        f"{path} was changed after it was kept",
        why=f"it is the artifact {kept.entry.path!r} of {_holder(kept.folder)}",
        fix="bring it back from git, or from where the run was made",
    )


def _holder(folder: Path) -> str:
    """Return what a folder of kept files belongs to, as people name it."""
    name, _, _ = folder.name.partition("+")
    return f"run {handle_of(name)}" if folder.parents[2].name == "runs" else f"version {name}"


def _path_of(store: Store, kept: _Kept) -> Path:
    """Return where the bytes of a file lie on this machine; the place to ask remotes for them."""
    path = refuse_links(_place_of(store, kept))
    if not path.is_file():
        raise _missing(store, kept)
    return path


def _place_of(store: Store, kept: _Kept) -> Path:
    entry = kept.entry
    return kept.folder / ARTIFACTS / entry.path if entry.inline else object_of(store, entry)


def object_of(store: Store, entry: Entry) -> Path:
    """Return where the object of a file lies, if it is here."""
    return store.layout.object(entry.sha256)


def is_here(store: Store, entry: Entry) -> bool:
    """Tell whether a file is on this machine, as far as that is seen without reading it."""
    return entry.inline or object_of(store, entry).is_file()


def _missing(store: Store, kept: _Kept, others: int = 0) -> NotFoundError:
    """Return the error to raise for a file that is not here, and for so many others with it."""
    entry, name = kept.entry, _place_of(store, kept).relative_to(store.root)
    more = f" (nor are {others} more of its files)" if others else ""
    if entry.inline:
        return NotFoundError(
            f"the artifact {entry.path!r} of {_holder(kept.folder)} is gone from the disk{more}",
            fix=f"bring it back: git checkout -- {store.root.name}/{name}",
        )
    return NotFoundError(
        f"the artifact {entry.path!r} of {_holder(kept.folder)} is not on this machine{more}",
        why=f"its object {entry.sha256[:12]} ({entry.size} bytes) is not in {store.root}",
        fix=f"copy {store.root.name}/{name} from where the run was made",
    )


def _refuse_missing(store: Store, wanted: Iterable[_Kept]) -> None:
    """Say which of some files are not here, before the work of reading the others is done."""
    missing = [kept for kept in wanted if not refuse_links(_place_of(store, kept)).is_file()]
    if missing:
        raise _missing(store, missing[0], len(missing) - 1)


def _in_place(store: Store, wanted: str, below: Mapping[str, _Kept]) -> Path | None:
    """Return the folder in the store if it holds just these files; None when it does not."""
    holders = {kept.folder for kept in below.values()}
    if len(holders) > 1 or not all(kept.entry.inline for kept in below.values()):
        return None
    for kept in below.values():
        _verified(store, kept)
    folder = holders.pop() / ARTIFACTS / wanted
    return folder if set(_names_below(folder)) == set(below) else None


def _names_below(folder: Path) -> Iterator[str]:
    """Yield the path of everything below a folder that is no folder itself."""
    for parent, folders, files in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in (*files, *links):
            yield Path(parent, name).relative_to(folder).as_posix()


def _made_whole(store: Store, wanted: str, below: Mapping[str, _Kept]) -> Path:
    """Return a folder in a cache that holds all files of an artifact folder."""
    digest = _digest_of(kept.entry._replace(path=name) for name, kept in below.items())
    refused = StoreWriteError(f"could not put {wanted!r} together")
    for cache in (store.root / "cache", cache_folder()):
        folder = cache / "folders" / digest
        try:
            if not _is_whole(folder, below):
                _make_whole(store, folder, below)
        except OSError as error:
            refused = StoreWriteError(
                f"could not put {wanted!r} together in {folder}: {error.strerror or error}",
                fix="free some space, or set MLTRACK_HOME to a folder with room",
            )
        else:
            return folder
    raise refused


def _digest_of(entries: Iterable[Entry]) -> str:
    return hashlib.sha256(encode_entries(entries)).hexdigest()


def _is_whole(folder: Path, below: Mapping[str, _Kept]) -> bool:
    """Tell whether a folder holds these files and nothing else, byte for byte."""
    if refuse_links(folder).is_symlink() or set(_names_below(folder)) != set(below):
        return False
    paths = {folder / name: kept for name, kept in below.items()}
    return all(
        not path.is_symlink() and sha256_of(path) in kept.digests for path, kept in paths.items()
    )


def _make_whole(store: Store, folder: Path, below: Mapping[str, _Kept]) -> None:
    building = temporary(folder.parents[1] / "tmp")
    try:
        for name, kept in below.items():
            source, target = _path_of(store, kept), building / name
            try:
                _, sha256 = copy_hashing(source, target)
            except FileNotFoundError:
                raise _missing(store, kept) from None
            if sha256 not in kept.digests:
                raise _changed(source, kept)
            make_read_only(target)
        _replace(folder, building, below)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _replace(folder: Path, building: Path, below: Mapping[str, _Kept]) -> None:
    """Put a folder in place unless another process has just done so."""
    try:
        move(building, folder, sync=False)
    except OSError:
        if not _is_whole(folder, below):
            shutil.rmtree(folder)
            move(building, folder, sync=False)
