"""Turn cells into the arrays that a model takes, and name those that are of another type."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mltrack.models.canonical import canonical
from mltrack.models.entities import Column, Layout, Signature
from mltrack.models.plain import object_array
from mltrack.models.rows.misfits import NO_VALUE, no_such
from mltrack.models.signature.columns import Table, Values
from mltrack.models.tensors import tensor

Reader = Callable[[Any], object]
"""Returns the value of a cell, None for a missing one, or raises ValueError for no such value."""
Problems = dict[int, tuple[str, str]]
"""Column and problem, by the place of the row."""


def read_table(
    signature: Signature, cells: Sequence[Sequence[object]], readers: Sequence[Reader]
) -> tuple[Table, Problems]:
    """Return the rows that fit, and the problems of those that do not.

    Args:
        signature: what the model takes.
        cells: its columns.
        readers: what reads each of them.
    """
    problems: Problems = {}
    lists = [
        read_values(column, values, reader, problems)
        for column, values, reader in zip(signature.inputs, cells, readers, strict=True)
    ]
    if signature.layout is Layout.TENSOR:
        for column, values in zip(signature.inputs, lists, strict=True):
            refuse_other_shapes(column, values, problems)
    columns = tuple(
        array_of(column, without(values, problems), signature.layout)
        for column, values in zip(signature.inputs, lists, strict=True)
    )
    return Table.promised(signature, columns), problems


def read_values(
    column: Column, cells: Sequence[object], read: Reader, problems: Problems
) -> list[object]:
    """Return the values of a column, None where one is missing or does not fit.

    Args:
        column: the column.
        cells: what stands for its values.
        read: what reads one.
        problems: those of the rows so far, to which those of the column are added.
    """
    values: list[object] = []
    for place, cell in enumerate(cells):
        value = None
        try:
            value = read(cell)
        except ValueError:
            problems.setdefault(place, (column.name, no_such(column, cell)))
        else:
            if value is None and not column.nullable:
                problems.setdefault(place, (column.name, NO_VALUE))
        values.append(value)
    return values


def refuse_other_shapes(column: Column, values: Sequence[object], problems: Problems) -> None:
    """Name the rows of another shape than the first that fits: they become one array."""
    first: tuple[int, ...] | None = None
    for place, value in enumerate(values):
        if place in problems:
            continue
        try:
            shape = np.asarray(value).shape
        except ValueError:
            problems[place] = (column.name, "its lists are of several lengths")
            continue
        first = shape if first is None else first
        if shape != first:
            problem = f"its shape is {shape}, that of the rows before it {first}"
            problems[place] = (column.name, problem)


def without(values: Sequence[Any], places: Problems) -> list[Any]:
    """Return the values but those at some places."""
    if not places:
        return list(values)
    return [value for place, value in enumerate(values) if place not in places]


def array_of(column: Column, values: list[Any], layout: Layout) -> Values:
    """Return values that fit as the array that every model is given."""
    form = tensor if layout is Layout.TENSOR else canonical
    cells = values if layout is Layout.TENSOR else object_array(values)
    return form(cells, column.type.value, nullable=column.nullable, shape=column.shape)
