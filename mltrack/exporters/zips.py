"""Pack runs into a zip file that another store imports: the same bytes for the same runs."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mltrack.errors import IntegrityError, UsageError
from mltrack.exporters.gathering import Gathered, gathered
from mltrack.store.layout import refuse_links
from mltrack.store.parcel import FORMAT, KIND, LIST, Packed
from mltrack.store.plain import open_plain
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord

_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3
_BLOCK_BYTES = 1024 * 1024


class Parcel(NamedTuple):
    """What is to be packed.

    Attributes:
        runs: the runs, none of which is written to.
        files: the path of each file in the store, and where it is; sorted.
        large: which of these are objects, and are packed as they are.
        has_objects: whether large files were to come too.
        warnings: a line for each thing that is left out.
    """

    runs: tuple[str, ...]
    files: dict[str, Path]
    large: frozenset[str]
    has_objects: bool
    warnings: tuple[str, ...]


def parcel_of(store: Store, records: Sequence[RunRecord], *, objects: bool) -> Parcel:
    """Return what is to be packed of some runs, without those that still go on or are damaged.

    Raises:
        UsageError: no run is left.
    """
    found: dict[str, Gathered] = {}
    warnings: list[str] = []
    for record in records:
        try:
            found[record.id] = gathered(store, record, objects=objects)
        except IntegrityError as error:
            warnings.append(f"run {record.id} is left out: {error.message}")
        else:
            told = f"of run {record.id} is not on this machine, and is left out"
            warnings += [f"{name!r} {told}" for name in found[record.id].missing]
    if not found:
        raise UsageError("there are no runs to pack", why="\n".join(warnings[:1]), fix="mltrack ls")
    return _parcel(store, found, warnings, objects=objects)


def _parcel(
    store: Store, found: dict[str, Gathered], warnings: Sequence[str], *, objects: bool
) -> Parcel:
    def named(paths: Iterable[Path]) -> dict[str, Path]:
        return {path.relative_to(store.root).as_posix(): path for path in paths}

    large = named(path for one in found.values() for path in one.large)
    files = named(path for one in found.values() for path in one.files) | large
    return Parcel(
        runs=tuple(sorted(found)),
        files=dict(sorted(files.items())),
        large=frozenset(large),
        has_objects=objects,
        warnings=tuple(warnings),
    )


def write_zip(parcel: Parcel, output: BinaryIO) -> None:
    """Write what is to be packed, then the list of it.

    Raises:
        IntegrityError: a file is none, or cannot be read.
    """
    packed: dict[str, Packed] = {}
    with zipfile.ZipFile(output, "w") as archive:
        for name, path in parcel.files.items():
            packed[name] = _pack(archive, name, path, is_large=name in parcel.large)
        info = _info(LIST, zipfile.ZIP_DEFLATED)
        archive.writestr(info, _list(parcel, packed))


def _pack(archive: zipfile.ZipFile, name: str, path: Path, *, is_large: bool) -> Packed:
    info = _info(name, zipfile.ZIP_STORED if is_large else zipfile.ZIP_DEFLATED)
    digest, size = hashlib.sha256(), 0
    try:
        source = open_plain(refuse_links(path))
    except OSError as error:
        raise IntegrityError(
            f"{path} cannot be packed: {error.strerror}", fix="mltrack fsck"
        ) from error
    with source:
        info.file_size = os.fstat(source.fileno()).st_size
        with archive.open(info, "w") as target:
            while block := source.read(_BLOCK_BYTES):
                digest.update(block)
                size += target.write(block)
    return Packed(size, digest.hexdigest())


def _info(name: str, how: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type, info.external_attr, info.create_system = how, _MODE, _UNIX
    return info


def _list(parcel: Parcel, packed: dict[str, Packed]) -> str:
    document = {
        "format": FORMAT,
        "kind": KIND,
        "runs": parcel.runs,
        "objects": parcel.has_objects,
        "files": packed,
    }
    return json.dumps(document, ensure_ascii=False) + "\n"
