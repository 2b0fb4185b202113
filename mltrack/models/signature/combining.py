"""Bring together what data shows of a model's inputs and what the model itself knows of them."""

from dataclasses import replace

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature

_BROAD = {ColumnType.INT32, ColumnType.INT64, ColumnType.UINT32, ColumnType.UINT64}
"""Integers that become float64 beside real numbers of any width anyway."""
_REALS = {ColumnType.FLOAT16, ColumnType.FLOAT32, ColumnType.FLOAT64}
_INTEGERS = _BROAD | {ColumnType.INT8, ColumnType.INT16, ColumnType.UINT8, ColumnType.UINT16}


def combined(seen: Signature, known: Signature | None) -> Signature:
    """Return what data shows, in the order and with the allowances that the model itself knows.

    Args:
        seen: from data.
        known: from the model; None when it knows nothing.

    Raises:
        UsageError: the data lacks a column that the model was trained with, or has another shape.
    """
    if known is None:
        return seen
    if Layout.TENSOR in {seen.layout, known.layout}:
        return _of_tensors(seen, known)
    if seen.layout is Layout.SINGLE:
        return seen
    if seen.layout is Layout.POSITIONS and _takes_lists(known):
        return known
    if seen.layout is known.layout is Layout.NAMED:
        seen = _found(seen, known)
    if len(seen.inputs) != len(known.inputs):
        raise UsageError(
            f"inputs has {len(seen.inputs)} columns, the model was trained with {len(known.inputs)}"
        )
    if known.layout is Layout.NAMED and seen.layout is not Layout.NAMED:
        seen = replace(seen, layout=Layout.NAMED, inputs=_renamed(seen.inputs, known.inputs))
    pairs = zip(seen.inputs, known.inputs, strict=True)
    return replace(
        seen,
        inputs=tuple(_allowing(ours, theirs) for ours, theirs in pairs),
        outputs=known.outputs,
    )


def _takes_lists(known: Signature) -> bool:
    """Tell whether a model takes one list a row, as a hint says: rows of an array are such, too."""
    return known.layout is Layout.SINGLE and bool(known.inputs[0].shape)


def _found(seen: Signature, known: Signature) -> Signature:
    """Return the columns that the model knows, in its order."""
    by_name = _by_name(seen.inputs)
    lacking = [column.name for column in known.inputs if column.name not in by_name]
    if lacking:
        raise UsageError(
            f"inputs lacks columns that the model was trained with: {', '.join(lacking)}"
        )
    return replace(seen, inputs=tuple(by_name[column.name] for column in known.inputs))


def _by_name(columns: tuple[Column, ...]) -> dict[str, Column]:
    """Return columns by name, also as LightGBM writes the name: it turns spaces into `_`."""
    spaceless = {column.name.replace(" ", "_"): column for column in columns}
    return spaceless | {column.name: column for column in columns}


def _renamed(ours: tuple[Column, ...], theirs: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(replace(a, name=b.name) for a, b in zip(ours, theirs, strict=True))


def _allowing(seen: Column, known: Column) -> Column:
    """Take the model's word for it that it copes with missing values and wants real numbers.

    Integers stay free of missing values: with one they would be real numbers, and a model that
    tells the two apart would see other values than it was trained with.
    """
    widened = seen.type in _BROAD and known.type is ColumnType.FLOAT64
    kind = ColumnType.FLOAT64 if widened else seen.type
    allowed = known.nullable and kind not in _INTEGERS
    return replace(seen, type=kind, nullable=seen.nullable or allowed)


def _of_tensors(seen: Signature, known: Signature) -> Signature:
    """Return the arrays that the model knows, with the types of the data where it knows none."""
    if known.layout is not Layout.TENSOR:
        raise UsageError(
            "inputs is an array of more than two dimensions",
            why=f"the model takes {len(known.inputs)} columns",
        )
    if seen.layout is not Layout.TENSOR:
        seen = replace(seen, layout=Layout.TENSOR)
    names = [column.name for column in known.inputs]
    if len(names) == len(seen.inputs) == 1:
        seen = replace(seen, inputs=_renamed(seen.inputs, known.inputs))
    seen = _found(seen, known)
    pairs = zip(seen.inputs, known.inputs, strict=True)
    inputs = tuple(_shaped(ours, theirs) for ours, theirs in pairs)
    return replace(known, inputs=inputs)


def _shaped(seen: Column, known: Column) -> Column:
    shape = (1,) if known.shape == (1,) and not seen.shape else seen.shape
    fits = [size in {-1, there} for size, there in zip(known.shape, shape, strict=False)]
    if len(shape) != len(known.shape) or not all(fits):
        where = f"the array {seen.name!r} of inputs" if seen.name else "the array of inputs"
        raise UsageError(
            f"{where} has the shape {(-1, *seen.shape)}, the model takes {(-1, *known.shape)}"
        )
    kind = seen.type if known.type is ColumnType.ANY else known.type
    allowed = known.nullable and kind in _REALS
    return replace(known, type=kind, nullable=seen.nullable or allowed)
