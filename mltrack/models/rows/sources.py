"""Open what rows come from: a file, a pipe or standard input, compressed or not."""

import contextlib
import gzip
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO, cast

from mltrack.errors import UsageError
from mltrack.models.rows import csv_rows, jsonl_rows, parquet_rows
from mltrack.models.rows.chunks import Far, RowsFile, Wanted, nobody_knows
from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.reading import Reading

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_MIB = 2**20


class Source(NamedTuple):
    """An open stream of bytes, and what they are."""

    stream: BinaryIO
    format: RowsFormat


@contextlib.contextmanager
def opened(source: Source, wanted: Wanted) -> Iterator[RowsFile]:
    """Give the rows of a stream.

    Raises:
        UsageError: it is not of that format, it is damaged, or lacks a column.
    """
    if source.format is RowsFormat.PARQUET:
        with _seekable(source.stream, wanted.source) as stream:
            yield parquet_rows.opened(stream, wanted)
        return
    reading = text(source.stream, wanted.source)
    reader = csv_rows if source.format is RowsFormat.CSV else jsonl_rows
    rows = reader.opened(reading, wanted)
    yield replace(rows, far=_meter(source.stream))


def text(stream: BinaryIO, source: str) -> Reading:
    """Return what reads a stream of text, unpacked where it is compressed."""
    reading = Reading(stream, source)
    head = reading.read(len(_PARQUET))
    reading.give_back(head)
    if head == _PARQUET:
        raise UsageError(f"{source} is Parquet", fix="say so: --format parquet")
    if not head.startswith(_GZIP):
        return reading
    packed = gzip.GzipFile(fileobj=cast("BinaryIO", reading), mode="rb")
    return Reading(cast("BinaryIO", packed), source)


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[TextIO]:
    """Give the text of a file that was read before, unpacked where it is compressed."""
    with path.open("rb") as stream:
        packed = stream.read(len(_GZIP)) == _GZIP
    opener: Any = gzip.open if packed else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
        yield text


@contextlib.contextmanager
def _seekable(stream: BinaryIO, source: str) -> Iterator[BinaryIO]:
    """Give a file in which one can go back: what comes by a pipe is copied to the disk first."""
    if stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        try:
            shutil.copyfileobj(stream, copy)
        except OSError as error:
            raise UsageError(
                f"{source} cannot be copied to {tempfile.gettempdir()}: {error.strerror or error}",
                why="Parquet begins at its end, so what comes by a pipe is kept until all is there",
                fix="free some space, or give the file by its path",
            ) from None
        yield cast("BinaryIO", copy)


def _meter(stream: BinaryIO) -> Far:
    """Return what tells how much of a file was read; of a pipe nobody knows how long it is."""
    try:
        status = os.fstat(stream.fileno())
    except OSError:  # a stream of this process alone
        return nobody_knows
    if not stat.S_ISREG(status.st_mode):
        return nobody_knows
    return lambda _rows: (stream.tell() // _MIB, status.st_size // _MIB, "MiB")
