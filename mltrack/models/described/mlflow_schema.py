"""A signature as MLflow's schema has it."""

from typing import Any

from mltrack.models.entities import Column, ColumnType, Layout, Signature

_WITHOUT_WORD = {ColumnType.ANY, ColumnType.UINT64, ColumnType.FLOAT16}
_TYPES = {
    ColumnType.BOOL: "boolean",
    ColumnType.FLOAT16: "float",
    ColumnType.FLOAT32: "float",
    ColumnType.FLOAT64: "double",
    ColumnType.STR: "string",
    ColumnType.BYTES: "binary",
    ColumnType.DATETIME: "datetime",
}
_INTEGER = "long"
"""MLflow widens and never narrows, so only its widest integer lets all through that ours do."""
_DTYPES = {ColumnType.DATETIME: "datetime64[us]"}


def inputs_of(signature: Signature) -> list[dict[str, Any]]:
    """Return the inputs as a list of MLflow's column or tensor specifications.

    It is empty where the type of one of them is not known, or MLflow has none that would let its
    values through: it then takes all rows, and the package's own loader looks at them.
    """
    types = {column.type for column in signature.inputs}
    if signature.layout is Layout.TENSOR:
        return [] if ColumnType.ANY in types else [_tensor(column) for column in signature.inputs]
    if types & _WITHOUT_WORD:
        return []
    named = signature.layout is Layout.NAMED
    return [_column(column, named=named) for column in signature.inputs]


def outputs_of(signature: Signature) -> list[dict[str, Any]]:
    """Return the outputs in the same form; nothing where they are not known."""
    if any(column.type is ColumnType.ANY for column in signature.outputs):
        return []
    named = len(signature.outputs) > 1
    return [_column(column, named=named) for column in signature.outputs]


def _column(column: Column, *, named: bool) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": _type(column)}
    for _ in column.shape:
        kind = {"type": "array", "items": kind}
    required = not (named and column.nullable and column.shape)
    return kind | {"required": required} | ({"name": column.name} if named else {})


def _type(column: Column) -> str:
    """Return MLflow's word; its integers know no missing values, so they become real numbers."""
    kind = _TYPES.get(column.type, _INTEGER)
    return "double" if column.nullable and kind == _INTEGER else kind


def _tensor(column: Column) -> dict[str, Any]:
    dtype = _DTYPES.get(column.type, str(column.type))
    told: dict[str, Any] = {
        "type": "tensor",
        "tensor-spec": {"dtype": dtype, "shape": [-1, *column.shape]},
    }
    return told | ({"name": column.name} if column.name else {})
