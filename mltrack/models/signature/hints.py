"""Read what a model takes from the type hints of its function."""

import collections.abc
import dataclasses
import datetime
import inspect
import types
import typing
from collections.abc import Callable
from typing import Any

import numpy as np

from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.signature.inferring import PREDICTION
from mltrack.models.signature.types import type_of_value

_ROWS = (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_LISTS = (*_ROWS, tuple)
_SINGLE_NAME = "value"
_IN_LISTS = {ColumnType.BYTES, ColumnType.DATETIME}


def from_hints(function: Callable[..., Any]) -> Signature | None:
    """Return the signature that a function's hints tell; None when they tell nothing.

    `rows: list[Customer]`, where Customer is a TypedDict, a dataclass or a NamedTuple, tells
    columns by name, `rows: list[str]` single values. A DataFrame or an array tells nothing. A field
    whose type no column has takes values as they are.

    Args:
        function: a function, a bound method, or an object that is called; its first parameter
            takes the rows.
    """
    hints = _hints_of(function if inspect.isroutine(function) else type(function).__call__)
    takes = next((hints.get(name) for name in _parameters(function)), None)
    row = _row_of(takes)
    if row is None:
        return None
    fields = _fields_of(row)
    if fields is not None:
        inputs = tuple(_column(name, hint) for name, hint in fields.items())
        return (
            Signature(layout=Layout.NAMED, inputs=inputs, outputs=_outputs(hints))
            if inputs
            else None
        )
    value = _column(_SINGLE_NAME, row)
    if value.type is ColumnType.ANY:
        return None
    return Signature(layout=Layout.SINGLE, inputs=(value,), outputs=_outputs(hints))


def _hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the hints of a function; none where a name in them is not there while it runs."""
    try:
        return typing.get_type_hints(function)
    except (AttributeError, NameError, TypeError, SyntaxError):
        return {}


def _parameters(function: Callable[..., Any]) -> list[str]:
    try:
        found = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return []
    return list(found)


def _row_of(hint: Any) -> Any:  # noqa: ANN401 - a hint
    """Return the hint of one row where a hint is that of rows; None where it is not."""
    inside = typing.get_args(hint)
    return inside[0] if typing.get_origin(hint) in _ROWS and len(inside) == 1 else None


def _fields_of(hint: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a hint
    """Return the hints of the fields of a row; None for a single value."""
    named = typing.is_typeddict(hint) or hasattr(hint, "_fields") or dataclasses.is_dataclass(hint)
    if not isinstance(hint, type) or not named:
        return None
    found = _hints_of(hint)
    if dataclasses.is_dataclass(hint):
        return {field.name: found.get(field.name) for field in dataclasses.fields(hint)}
    return found


def _column(name: str, hint: Any) -> Column:  # noqa: ANN401 - a hint
    hint, nullable = _without_none(hint)
    shape: tuple[int, ...] = ()
    while typing.get_origin(hint) in _LISTS:
        inside = [part for part in typing.get_args(hint) if part is not Ellipsis]
        if len(set(inside)) != 1:
            break
        fixed = typing.get_origin(hint) is tuple and Ellipsis not in typing.get_args(hint)
        shape = (*shape, len(inside) if fixed else -1)
        hint, inner = _without_none(inside[0])
        nullable = nullable or inner
    found = _type_of(hint)
    if found is None or (shape and found in _IN_LISTS):
        return Column(name=name, type=ColumnType.ANY, nullable=True)
    return Column(name=name, type=found, nullable=nullable, shape=shape)


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - hints
    """Return a hint without None, and whether None was part of it."""
    if typing.get_origin(hint) not in {typing.Union, types.UnionType}:
        return hint, False
    parts = [part for part in typing.get_args(hint) if part is not types.NoneType]
    nullable = len(parts) < len(typing.get_args(hint))
    if set(parts) == {int, float}:
        return float, nullable
    return (parts[0] if len(parts) == 1 else None), nullable


def _type_of(hint: Any) -> ColumnType | None:  # noqa: ANN401 - a hint
    if typing.get_origin(hint) is typing.Literal:
        found = {type_of_value(type(value)) for value in typing.get_args(hint)}
        return found.pop() if len(found) == 1 else None
    if typing.get_origin(hint) is not None or not isinstance(hint, type):
        return None
    if hint in {np.floating, np.integer, np.number, datetime.time}:
        return None
    return type_of_value(hint)


def _outputs(hints: dict[str, Any]) -> tuple[Column, ...]:
    """Return the column that a function gives; nothing where its hint does not tell."""
    row = _row_of(hints.get("return"))
    found = None if row is None else _column(PREDICTION, row)
    return () if found is None or found.type is ColumnType.ANY else (found,)
