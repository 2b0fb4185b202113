"""Find out which columns a model takes and gives, from data that is looked at and not kept."""

from dataclasses import replace

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.signature.columns import Data, Values, missing, table_of, type_of

PREDICTION = "prediction"
SAMPLE_ROWS = 100
_SINGLE_NAME = "value"


def from_data(data: Data, *, tensors: bool = False) -> Signature:  # noqa: ARG001
    """Return the signature that data shows.

    Args:
        data: rows.
        tensors: whether arrays of two dimensions are one tensor, and not columns.

    Raises:
        UsageError: a column holds no value, values of several types, or of a type without a name.
    """
    table = table_of(data)
    single = table.layout is Layout.SINGLE
    names = table.names or _made_up(len(table.columns), single=single)
    _refuse_duplicates(names)
    pairs = zip(names, table.columns, strict=True)
    return Signature(
        layout=table.layout, inputs=tuple(_column(name, values) for name, values in pairs)
    )


def sample_of(data: Data) -> Data:
    """Return the first rows of what a user gave: enough to see what a model gives."""
    return data.iloc[:SAMPLE_ROWS] if hasattr(data, "iloc") else data[:SAMPLE_ROWS]


def _made_up(count: int, *, single: bool) -> tuple[str, ...]:
    return (_SINGLE_NAME,) if single else position_names(count)


def position_names(count: int) -> tuple[str, ...]:
    """Return the names that scikit-learn, too, makes up for columns without: x0, x1, ..."""
    return tuple(f"x{position}" for position in range(count))


def _refuse_duplicates(names: tuple[str, ...]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"inputs has two columns called {name!r}")


def _column(name: str, values: Values) -> Column:
    found = type_of(values)
    gone = missing(values)
    if found is None or gone.all():
        what = "holds no value" if gone.all() else "holds values of several or unknown types"
        raise UsageError(
            f"the type of column {name!r} cannot be inferred",
            why=f"in inputs it {what}",
            fix="give inputs whose columns hold bool, int, float, str or datetime values",
        )
    return Column(name=name, type=found, nullable=bool(gone.any()))


def combined(seen: Signature, known: Signature | None) -> Signature:
    """Return what data shows, in the order and with the allowances that the model itself knows.

    Args:
        seen: from data.
        known: from the model; None when it knows nothing.

    Raises:
        UsageError: the data lacks a column that the model was trained with.
    """
    if known is None or seen.layout is Layout.SINGLE:
        return seen
    if seen.layout is known.layout is Layout.NAMED:
        by_name = {column.name: column for column in seen.inputs}
        lacking = [column.name for column in known.inputs if column.name not in by_name]
        if lacking:
            raise UsageError(
                f"inputs lacks columns that the model was trained with: {', '.join(lacking)}"
            )
        seen = replace(seen, inputs=tuple(by_name[column.name] for column in known.inputs))
    if len(seen.inputs) != len(known.inputs):
        raise UsageError(
            f"inputs has {len(seen.inputs)} columns, the model was trained with {len(known.inputs)}"
        )
    if known.layout is Layout.NAMED:
        seen = replace(seen, layout=Layout.NAMED, inputs=_renamed(seen.inputs, known.inputs))
    pairs = zip(seen.inputs, known.inputs, strict=True)
    return replace(seen, inputs=tuple(_allowing(ours, theirs) for ours, theirs in pairs))


def _renamed(ours: tuple[Column, ...], theirs: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(replace(a, name=b.name) for a, b in zip(ours, theirs, strict=True))


def _allowing(seen: Column, known: Column) -> Column:
    """Take the model's word for it that it copes with missing values and wants real numbers."""
    widened = seen.type is ColumnType.INT64 and known.type is ColumnType.FLOAT64
    return replace(
        seen,
        type=ColumnType.FLOAT64 if widened else seen.type,
        nullable=seen.nullable or known.nullable,
    )


def outputs_of(answer: Answer) -> tuple[Column, ...]:
    """Return the columns of what a model gave."""
    columns = columns_of(answer)
    names = answer.names or prediction_names(len(columns))
    found = [type_of(values) for values in columns]
    return tuple(
        Column(name=name, type=kind or ColumnType.ANY)
        for name, kind in zip(names, found, strict=True)
    )


def columns_of(answer: Answer) -> list[Values]:
    """Return what a model gave column by column: an array of two dimensions has several."""
    if len(answer.arrays) > 1 or answer.names:
        return list(answer.arrays)
    array = answer.arrays[0]
    return [array] if array.ndim == 1 else list(array.reshape(len(array), -1).T)


def prediction_names(count: int) -> tuple[str, ...]:
    """Return the names of the columns that a model gives."""
    if count == 1:
        return (PREDICTION,)
    return tuple(f"{PREDICTION}_{position}" for position in range(count))
