"""The formats of files of rows, and which of them a file's name tells."""

import importlib.util
from enum import StrEnum
from pathlib import PurePath

from mltrack.errors import MissingExtraError, UsageError

_ENDINGS = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_PACKED = ".gz"


class RowsFormat(StrEnum):
    """What a file of rows is written in."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def pair(data: str, output: str, asked: tuple[str, str]) -> tuple[RowsFormat, RowsFormat]:
    """Return the formats of what is read and of what is written.

    Args:
        data: the name of the file that is read; empty for a stream, which is CSV.
        output: that of the file that is written; empty for a stream, which gets what is read,
            though never Parquet.
        asked: what the user calls the formats; empty where the names tell.

    Raises:
        UsageError: there is no such format, or a name that does not tell it.
        MissingExtraError: one is Parquet, and pyarrow is not installed.
    """
    found = _pair(data, output, asked)
    if RowsFormat.PARQUET in found and importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError("pyarrow", extra="parquet", feature="Parquet")
    return found


def format_of(name: str) -> RowsFormat:
    """Return the format of a file that is read, which its name tells.

    Raises:
        UsageError: the name does not tell it.
        MissingExtraError: it is Parquet, and pyarrow is not installed.
    """
    return pair(name, "", ("", ""))[0]


def _pair(data: str, output: str, asked: tuple[str, str]) -> tuple[RowsFormat, RowsFormat]:
    read = RowsFormat.CSV
    if asked[0] or data:
        read = _asked_for(asked[0]) if asked[0] else _named_by(_unpacked(data), "--format")
    if asked[1] or output:
        return read, _asked_for(asked[1]) if asked[1] else _named_by(output, "--output-format")
    return read, RowsFormat.CSV if read is RowsFormat.PARQUET else read


def _asked_for(text: str) -> RowsFormat:
    try:
        return RowsFormat(text)
    except ValueError:
        known = ", ".join(RowsFormat)
        raise UsageError(f"there is no format {text!r} for rows", fix=f"one of {known}") from None


def _unpacked(name: str) -> str:
    return name[: -len(_PACKED)] if name.lower().endswith(_PACKED) else name


def _named_by(name: str, option: str) -> RowsFormat:
    """Return the format that the ending of a file's name tells; a name without one tells CSV."""
    ending = PurePath(name).suffix.lower()
    if not ending:
        return RowsFormat.CSV
    if ending not in _ENDINGS:
        raise UsageError(
            f"{name} does not end like a file of rows: {', '.join(_ENDINGS)}",
            fix=f"say what it is: {option} csv",
        )
    return RowsFormat(_ENDINGS[ending])
