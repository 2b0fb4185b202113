"""Unpack a zip file of runs into `tmp`, once all that it says of itself was seen to be harmless."""

import hashlib
import json
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import ConflictError, IntegrityError, StoreWriteError, UsageError
from mltrack.importers.entities import Request
from mltrack.store.atomic import explained, unused
from mltrack.store.layout import STORE_NAME, Layout
from mltrack.store.parcel import FORMAT, KIND, LIST, TOPS, Packed
from mltrack.store.portable import Names, is_portable
from mltrack.store.store import Store

MAX_FILES = 2_000_000
MAX_RATIO = 100
SMALL_BYTES = 256 * 1024 * 1024
"""So much may come out of a zip file of any size."""
_LONGEST_NAME = 1000
"""No path in a store is as long; to look at each folder of a far longer one fills the memory."""
_MAX_LIST_BYTES = 128 * 1024 * 1024
_MAX_DIRECTORY_BYTES = 512 * 1024 * 1024
_MAGIC = b"PK\x03\x04"
_END, _END_BYTES, _END64, _END64_BYTES = b"PK\x05\x06", 22, b"PK\x06\x06", 56
_COMMENT_BYTES = 65_535
_ENCRYPTED = 0x1
_WAYS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BLOCK_BYTES = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Unpacked(NamedTuple):
    """A zip file of runs that lies in a folder, and whether large files were packed too."""

    layout: Layout
    has_objects: bool


def is_zip(request: Request) -> bool:
    """Tell whether a source is a zip file, by what it begins with."""
    if request.path is None or not request.path.is_file():
        return False
    try:
        with request.path.open("rb") as file:
            return file.read(len(_MAGIC)) in {_MAGIC, _END}
    except OSError:
        return False


@contextmanager
def unpacked(store: Store, path: Path) -> Iterator[Unpacked]:
    """Give what is in a zip file of runs, each file as its list says; it goes away afterwards.

    Raises:
        UsageError: it is no zip file of runs.
        ConflictError: a newer mltrack wrote it.
        IntegrityError: it is broken, or holds what would do harm; nothing of it was written.
        StoreWriteError: the disk refused, or has too little room.
    """
    top = unused(store.layout.tmp)
    root = top / STORE_NAME
    try:
        with _opened(path) as archive:
            said = _list_of(archive, path)
            files = _checked(archive, said, path)
            _refuse_too_large(files, path, store.layout.tmp)
            for name, info in files.items():
                _unpack(archive, info, root / name, Packed(*said["files"][name]), path)
        yield Unpacked(Layout(root), said.get("objects") is not False)
    finally:
        shutil.rmtree(top, ignore_errors=True)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        _refuse_huge_directory(path)
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _BROKEN as error:
        raise IntegrityError(
            f"{path} is damaged: {error}", why="nothing was imported", fix="copy or export it anew"
        ) from error
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror or error}") from error


def _refuse_huge_directory(path: Path) -> None:
    """Refuse a list of files that would fill the memory before it can be looked at."""
    with path.open("rb") as file:
        file.seek(0, 2)
        most = _END_BYTES + _COMMENT_BYTES + _END64_BYTES + 20
        file.seek(max(0, file.tell() - most))
        tail = file.read()
    end, end64 = tail.rfind(_END), tail.rfind(_END64)
    size = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if end64 >= 0:
        size = max(size % 0xFFFFFFFF, int.from_bytes(tail[end64 + 40 : end64 + 48], "little"))
    if size > _MAX_DIRECTORY_BYTES:
        raise _harmful(path, f"its list of files has {size:,} bytes")


def _list_of(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    """Return what a zip file says that it holds.

    Raises:
        UsageError: it says nothing, or is of another kind.
        ConflictError: a newer mltrack wrote it.
        IntegrityError: what it says cannot be understood.
    """
    fix = "mltrack export -o runs.zip makes one"
    try:
        info = archive.getinfo(LIST)
    except KeyError:
        raise UsageError(f"{path} is no zip file of runs: it has no {LIST}", fix=fix) from None
    if info.file_size > _MAX_LIST_BYTES or info.flag_bits & _ENCRYPTED:
        raise _harmful(path, f"{LIST} is too large, or encrypted")
    try:
        said = json.loads(archive.read(info))
    except RecursionError as error:
        raise _harmful(path, f"{LIST} cannot be understood") from error
    if not isinstance(said, dict) or said.get("kind") != KIND:
        raise UsageError(f"{path} is no zip file of runs", fix=fix)
    version = said.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise ConflictError(
            f"{path} is of format {version}, newer than this mltrack knows",
            fix="pip install --upgrade mltrack-local",
        )
    files = said.get("files")
    if version != FORMAT or not isinstance(files, dict) or not all(map(_is_packed, files.values())):
        raise _harmful(path, f"{LIST} cannot be understood")
    return said


def _is_packed(value: object) -> bool:
    return isinstance(value, list) and [type(part) for part in value] == [int, str]


def _checked(
    archive: zipfile.ZipFile, said: dict[str, Any], path: Path
) -> dict[str, zipfile.ZipInfo]:
    """Return the files to unpack by name, each of which may lie where it wants to."""
    names, found = Names(()), dict[str, zipfile.ZipInfo]()
    infos = archive.infolist()
    if len(infos) > MAX_FILES:
        raise _harmful(path, f"it holds {len(infos):,} files")
    for info in infos:
        if info.filename == LIST and LIST not in found:
            found[LIST] = info
            continue
        if info.is_dir() and not info.file_size and info.filename not in said["files"]:
            continue  # as other programs pack it; no folder is made of it
        if fault := _fault_of(info, names, said["files"]):
            raise _harmful(path, f"{info.filename!r:.200} {fault}")
        names.add(_spelt(info.filename))
        found[info.filename] = info
    del found[LIST]
    if missing := sorted(set(said["files"]) - set(found)):
        raise _harmful(path, f"{missing[0]!r:.200} is not in it")
    return found


def _fault_of(info: zipfile.ZipInfo, names: Names, said: dict[str, Any]) -> str:
    """Return why a file must not be unpacked; empty when it may be."""
    name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
    if len(name) > _LONGEST_NAME:
        return "has too long a name"
    spelt = _spelt(name)
    faults = {
        "leads out of the store": not _lies_inside(info.orig_filename) or not _lies_inside(name),
        "is a link, or no plain file": kind not in {0, stat.S_IFREG} or name.endswith("/"),
        "is encrypted": info.flag_bits & _ENCRYPTED,
        "is compressed in a way that is not read": info.compress_type not in _WAYS,
        "stands in it twice": names.has(spelt),
        "differs from another only in the spelling": names.differs_by_case_only(spelt),
        "is a file and a folder": names.blocks(spelt),
        f"does not have the size that {LIST} says": said.get(name, [-1])[0] != info.file_size,
    }
    return next((fault for fault, found in faults.items() if found), "")


def _lies_inside(name: str) -> bool:
    parts = name.rstrip("/").split("/")
    return parts[0] in TOPS and len(parts) > 1 and all(map(_is_part, parts))


def _is_part(part: str) -> bool:
    return part not in {"", ".", ".."} and "\0" not in part and is_portable(part)


def _spelt(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _refuse_too_large(files: dict[str, zipfile.ZipInfo], path: Path, tmp: Path) -> None:
    """Refuse what unpacks to far more than it is, or to more than the disk can take."""
    total = sum(info.file_size for info in files.values())
    if total > max(SMALL_BYTES, MAX_RATIO * path.stat().st_size):
        raise _harmful(path, f"it says that it unpacks to {total:,} bytes")
    free = shutil.disk_usage(tmp).free
    if total > free:
        raise StoreWriteError(
            f"{path} unpacks to {total:,} bytes, and {free:,} are free", fix="free some space"
        )


def _unpack(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, said: Packed, path: Path
) -> None:
    digest = hashlib.sha256()
    with archive.open(info) as source, explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while block := source.read(_BLOCK_BYTES):
                digest.update(block)
                file.write(block)
    if digest.hexdigest() != said.sha256:
        raise _harmful(path, f"{info.filename!r:.200} is not what {LIST} says")


def _harmful(path: Path, why: str) -> IntegrityError:
    return IntegrityError(
        f"{path} is not imported: {why}",
        why="nothing of it was imported",
        fix="have it exported anew by who sent it",
    )
