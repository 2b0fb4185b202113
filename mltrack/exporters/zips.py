"""Pack runs into a zip file that another store imports: the same bytes for the same runs."""

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mltrack.errors import IntegrityError, UsageError
from mltrack.exporters.gathering import files_of, is_live, objects_of
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
    """Return what is to be packed of some runs; those that are still written to are left out.

    Raises:
        UsageError: no run is left.
        IntegrityError: a manifest cannot be understood.
    """
    ended = [record for record in records if not is_live(store, record)]
    if not ended:
        why = "none of those that are meant has ended" if records else ""
        raise UsageError("there are no runs to pack", why=why, fix="mltrack ls")
    left = {record.id for record in records} - {record.id for record in ended}
    warnings = [
        f"run {run} is left out: it has not ended, or its end is not sealed" for run in sorted(left)
    ]
    files = {path for record in ended for path in files_of(store, record)}
    large: set[Path] = set()
    for record in ended if objects else ():
        for path, name in objects_of(store, record).items():
            if path.is_file():
                large.add(path)
            else:
                told = f"{name!r} of run {record.id} is not on this machine"
                warnings.append(f"{told}, and is left out")
    root = store.root
    named = {path.relative_to(root).as_posix(): path for path in files | large}
    return Parcel(
        runs=tuple(sorted(record.id for record in ended)),
        files=dict(sorted(named.items())),
        large=frozenset(path.relative_to(root).as_posix() for path in large),
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
