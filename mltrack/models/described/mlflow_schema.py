"""A signature as MLflow's schema has it."""

from collections.abc import Sequence
from typing import Any

from mltrack.models.entities import Column, ColumnType, Layout, Signature

_TYPES = {
    ColumnType.BOOL: "boolean",
    ColumnType.INT8: "integer",
    ColumnType.INT16: "integer",
    ColumnType.INT32: "integer",
    ColumnType.INT64: "long",
    ColumnType.UINT8: "integer",
    ColumnType.UINT16: "integer",
    ColumnType.UINT32: "long",
    ColumnType.UINT64: "long",
    ColumnType.FLOAT16: "float",
    ColumnType.FLOAT32: "float",
    ColumnType.FLOAT64: "double",
    ColumnType.STR: "string",
    ColumnType.BYTES: "binary",
    ColumnType.DATETIME: "datetime",
}


def inputs_of(signature: Signature) -> list[dict[str, Any]]:
    """Return the inputs as a list of MLflow's column or tensor specifications."""
    if signature.layout is Layout.TENSOR:
        return [_tensor(column) for column in signature.inputs]
    named = signature.layout is Layout.NAMED
    return [_column(column, named=named) for column in signature.inputs]


def outputs_of(signature: Signature) -> list[dict[str, Any]]:
    """Return the outputs in the same form; nothing where they are not known."""
    return _columns(signature.outputs)


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    if any(column.type is ColumnType.ANY for column in columns):
        return []
    named = len(columns) > 1
    return [_column(column, named=named) for column in columns]


def _column(column: Column, *, named: bool) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": _type(column)}
    for _ in column.shape:
        kind = {"type": "array", "items": kind}
    return kind | {"required": True} | ({"name": column.name} if named else {})


def _type(column: Column) -> str:
    """Return MLflow's word; its integers know no missing values, so they become real numbers."""
    kind = _TYPES.get(column.type, "string")
    return "double" if column.nullable and kind in {"integer", "long"} else kind


def _tensor(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "tensor",
        "tensor-spec": {"dtype": str(column.type), "shape": [-1, *column.shape]},
    }
    return told | ({"name": column.name} if column.name else {})
