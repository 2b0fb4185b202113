"""Describe a data set without its values: digest, size, columns and where it came from."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mltrack.errors import NotFoundError
from mltrack.store.blobs import sha256_of
from mltrack.store.layout import STORE_NAME
from mltrack.store.secrets import MASK, masked_text
from mltrack.store.sources import files_of
from mltrack.tracking import notices
from mltrack.tracking.contents.tables import Column, columns_of, is_frame, plain_cells
from mltrack.tracking.relative import shown

MAX_COLUMNS = 1000
_NUMBERS = "biuf"
_BLOCK = 10_000
_as_json = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode
_SIGNED_URL = re.compile(
    r"(?<=[?&])((?:[A-Za-z0-9-]{1,60}-)?(?:sig|signature|token)=)[^&#]*", re.IGNORECASE
)
_USERINFO = re.compile(r"\A([^/?#]*://)[^/?#]*@")

Data = Any
"""A path, a DataFrame or Series of pandas or polars, an array, a dict of columns, or a list."""
Facts = dict[str, Any]


def facts_of(data: Data) -> Facts:
    """Return what is recorded of data: its digest, and its size, rows, shape, type or columns.

    Args:
        data: a path to a file or folder; a DataFrame or Series of pandas or polars; a numpy array,
            or whatever becomes one; a dict of columns; a list.

    Raises:
        NotFoundError: there is nothing at the path.
        TypeError: it is nothing of the kind.
        OSError: a file cannot be read.
    """
    if isinstance(data, str | Path):
        return _of_path(Path(data), str(data))
    if hasattr(data, "to_frame") and not is_frame(data):
        return _of_columns(columns_of(data.to_frame()))
    if is_frame(data) or isinstance(data, Mapping) or _are_dicts(data):
        return _of_columns(columns_of(data))
    if isinstance(data, list | tuple):
        digest = hashlib.sha256()
        _add_values(digest, data)
        return {"digest": digest.hexdigest(), "rows": len(data)}
    if hasattr(data, "__array__"):
        return _of_array(data)
    raise TypeError(
        "log_input describes a path, a DataFrame, an array, a dict of columns or a list, "
        f"not {type(data).__name__}"
    )


def _are_dicts(data: object) -> bool:
    return (
        isinstance(data, list | tuple)
        and bool(data)
        and all(isinstance(row, Mapping) for row in data)
    )


def _of_path(path: Path, told: str) -> Facts:
    if "://" in told:
        raise NotFoundError(
            f"log_input reads no {told.partition('://')[0]} address",
            fix="give the data itself or a local copy, and the address as source=",
        )
    return facts_of_files(files_below(path))


def files_below(path: Path) -> list[tuple[Path, str]]:
    """Return the files that data consists of, each with its path below a folder; of a file itself.

    Raises:
        NotFoundError: there is nothing at the path, or a link below it leads nowhere.
        UsageError: it is neither a file nor a folder, or a link below it leads out of it.
    """
    return files_of(path, but=path / STORE_NAME)


def facts_of_files(
    files: Sequence[tuple[Path, str]], digest_of: Callable[[Path], str] = sha256_of
) -> Facts:
    """Return digest and size of data that consists of these files.

    Args:
        files: as `files_below` returns them.
        digest_of: returns the sha256 of a file.

    Raises:
        OSError: one cannot be read.
    """
    size = sum(file.stat().st_size for file, _ in files)
    if len(files) == 1 and not files[0][1]:
        return {"digest": digest_of(files[0][0]), "size": size}
    lines = sorted(f"{digest_of(file)}  {name}\n" for file, name in files)
    digest = hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
    return {"digest": digest, "size": size, "files": len(files)}


def _of_array(data: Data) -> Facts:
    import numpy as np

    array = np.asarray(data)
    if array.dtype.kind == "O":
        return facts_of(array.tolist())
    digest = hashlib.sha256()
    _add_head(digest, {"dtype": _portable(array).dtype.str, "shape": list(array.shape)})
    digest.update(_bytes_of(array))
    rows = {"rows": array.shape[0]} if array.ndim else {}
    shape = {"shape": list(array.shape), "type": str(array.dtype)}
    return {"digest": digest.hexdigest(), **rows, **shape}


def _of_columns(columns: Sequence[Column]) -> Facts:
    digest = hashlib.sha256()
    for column in columns:
        _add_column(digest, column)
    more = {"columns_more": len(columns) - MAX_COLUMNS} if len(columns) > MAX_COLUMNS else {}
    return {
        "digest": digest.hexdigest(),
        "rows": len(columns[0].held) if columns else 0,
        "columns": {c.name: c.type or _type_of(c.held) for c in columns[:MAX_COLUMNS]},
        **more,
    }


def _type_of(values: Sequence[object]) -> str:
    """Return the types of a list's values, such as `float` or `int | str`."""
    return " | ".join(sorted({type(value).__name__ for value in values if value is not None}))


def _add_column(digest: "hashlib._Hash", column: Column) -> None:
    array = _numbers_of(column.held)
    kind = "text" if array is None else _portable(array).dtype.str
    _add_head(digest, {"name": column.name, "dtype": kind, "rows": len(column.held)})
    if array is None:
        _add_values(digest, column.values())
    else:
        digest.update(_bytes_of(array))


def _numbers_of(held: Data) -> Any:  # noqa: ANN401 - a numpy array, or None
    """Return a column of numbers without a missing one as an array, else None."""
    dtype: Any = getattr(held, "dtype", None)
    if hasattr(held, "null_count"):  # polars
        numeric = dtype.is_numeric() or str(dtype) == "Boolean"
        array = held.to_numpy() if numeric and not held.null_count() else None
    else:
        array = held.to_numpy() if hasattr(held, "to_numpy") and _is_plain(dtype) else held
    found = getattr(getattr(array, "dtype", None), "kind", "O")
    return array if found in _NUMBERS and hasattr(array, "tobytes") else None


def _is_plain(dtype: object) -> bool:
    return type(dtype).__module__.partition(".")[0] == "numpy"


def _portable(array: Any) -> Any:  # noqa: ANN401 - a numpy array
    """Return an array in little-endian order, every NaN the same."""
    import numpy as np

    if array.dtype.kind == "f" and np.isnan(array).any():
        array = np.where(np.isnan(array), array.dtype.type(np.nan), array)
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _bytes_of(array: Any) -> Any:  # noqa: ANN401 - numpy's
    import numpy as np

    return np.ascontiguousarray(_portable(array)).reshape(-1).view(np.uint8)


def _add_head(digest: "hashlib._Hash", head: Mapping[str, Any]) -> None:
    digest.update(f"{_as_json(head)}\n".encode())


def _add_values(digest: "hashlib._Hash", values: Sequence[object]) -> None:
    for start in range(0, len(values), _BLOCK):
        cells = plain_cells(list(values[start : start + _BLOCK]))
        digest.update("".join(f"{_as_json(cell)}\n" for cell in cells).encode())


def shown_source(source: str, project: Path) -> str:
    """Return where data came from, without secrets and without a path of this machine.

    User name, password and signatures are cut out of an address. A path is relative to the project
    or the home folder; of one elsewhere only the last part is kept.
    """
    if source.startswith("file://"):
        source = source.removeprefix("file://")
    if "://" in source:
        address = _SIGNED_URL.sub(rf"\g<1>{MASK}", _USERINFO.sub(r"\1", source))
        return _said(source, masked_text(address))
    text = shown(_said(source, masked_text(source)), project)
    return Path(text).name if Path(text).is_absolute() else text


def _said(source: str, masked: str) -> str:
    if masked != source:
        notices.say_once("the source of input data held a secret, which was left out")
    return masked


def source_of(data: Data, project: Path) -> str | None:
    """Return where data lies that was named by its path, else None."""
    if not isinstance(data, str | Path):
        return None
    path = Path(data).absolute()
    return shown_source(str(path.resolve() if ".." in path.parts else path), project)
