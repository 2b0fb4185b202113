"""The input example of a package: a few rows as JSON, kept only because the user gave them.

Columns are `{"columns": [...], "data": [[...], ...]}`, as pandas has it, without `columns` where
they have no names; an array is lists in lists, several are such lists by name. MLflow reads both
(https://mlflow.org/docs/latest/ml/model/signatures/, "Input example").
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from mltrack.errors import IntegrityError, UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.plain import object_array, plain_of
from mltrack.models.signature.columns import Data, Table, table_of
from mltrack.models.signature.enforce import fitted

NAME = "input_example.json"


def encode(rows: Data, signature: Signature | None = None) -> bytes:
    """Return rows as JSON; those columns alone that the model takes, where its signature is known.

    Raises:
        UsageError: they are no rows, or do not fit the signature.
    """
    table = table_of(rows) if signature is None else fitted(signature, rows).table
    columns = [_plain(values) for values in table.columns]
    if table.layout is Layout.TENSOR:
        names = list(table.names or ())
        told = columns[0] if names == [""] else dict(zip(names, columns, strict=True))
    else:
        told = {"columns": list(table.names)} if table.names else {}
        told["data"] = [list(row) for row in zip(*columns, strict=True)]
    return json.dumps(told, default=_told).encode() + b"\n"


def _plain(values: Any) -> Any:  # noqa: ANN401 - an array or a Series
    """Return values as lists, None where one is missing: JSON has no NaN."""
    plain = plain_of(values)
    listed = plain.array.astype(object)
    if plain.array.dtype.kind == "M":
        listed = np.datetime_as_string(plain.array, timezone="naive").astype(object)
    if plain.gone is not None:
        listed[plain.gone] = None
    return [_strict(value) for value in listed.tolist()]


def _strict(value: Any) -> Any:  # noqa: ANN401 - what a column holds
    if isinstance(value, list | tuple | np.ndarray):
        return [_strict(inner) for inner in value]
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124


def _told(value: Any) -> Any:  # noqa: ANN401 - what JSON has no word for
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.tolist() if hasattr(value, "tolist") else str(value)


def mlflow_info(signature: Signature | None) -> dict[str, str]:
    """Return what MLmodel says of the example, under `saved_input_example_info`."""
    if signature is not None and signature.layout is Layout.TENSOR:
        return {"artifact_path": NAME, "type": "ndarray"}
    return {"artifact_path": NAME, "type": "dataframe", "pandas_orient": "split"}


def decode(data: bytes, signature: Signature) -> Table:
    """Return the rows of an example as the model is given them.

    Raises:
        IntegrityError: it is not what `encode` writes, or does not fit the signature.
    """
    try:
        return fitted(signature, _rows_in(json.loads(data), signature)).table
    except (KeyError, RecursionError, TypeError, ValueError, UsageError) as error:
        raise IntegrityError(f"{NAME} cannot be read: {error}") from error


def _rows_in(told: Any, signature: Signature) -> Table:  # noqa: ANN401 - what JSON holds
    if signature.layout is Layout.TENSOR:
        parts = told if isinstance(told, Mapping) else {"": told}
        names = tuple(parts)
        columns = tuple(_read(c, parts[c.name]) for c in signature.inputs)
        return Table(names=names, columns=columns, layout=Layout.TENSOR)
    turned = zip(*told["data"], strict=True)
    columns = tuple(
        _read(column, values) for column, values in zip(signature.inputs, turned, strict=True)
    )
    return Table.promised(signature, columns)


def _read(column: Column, values: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return values that JSON has as texts or without NaN as they were."""
    if column.type is ColumnType.BYTES:
        return object_array([_bytes_in(value) for value in values])
    if column.type is ColumnType.DATETIME:
        return np.array(values, dtype="datetime64[us]")
    return object_array(list(values)) if not column.shape else list(values)


def _bytes_in(told: Any) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(told, list):
        return [_bytes_in(inner) for inner in told]
    return told if told is None else base64.b64decode(told, validate=True)
