"""What the type hints of a function tell of its rows."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Optional, TypedDict

import numpy as np
import pandas as pd
import pytest

from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.signature.enforce import fitted
from mltrack.models.signature.hints import from_hints

if TYPE_CHECKING:
    from nowhere import Elsewhere  # type: ignore[import-not-found]  # a test of what is not there


class Customer(TypedDict):
    age: int
    dose: Optional[float]  # noqa: UP045 - as many write it
    name: str
    active: bool | None
    since: datetime.date
    score: np.float32
    plan: Literal["a", "b"]
    rank: Annotated[int, "from 1"]
    tags: list[str]
    grid: list[list[float]]
    point: tuple[float, float]
    photo: bytes
    extra: dict[str, int]


CUSTOMER = {
    "age": ("int64", False, ()),
    "dose": ("float64", True, ()),
    "name": ("str", False, ()),
    "active": ("bool", True, ()),
    "since": ("datetime", False, ()),
    "score": ("float32", False, ()),
    "plan": ("str", False, ()),
    "rank": ("int64", False, ()),
    "tags": ("str", False, (-1,)),
    "grid": ("float64", False, (-1, -1)),
    "point": ("float64", False, (2,)),
    "photo": ("bytes", False, ()),
    "extra": ("any", True, ()),
}


@dataclass
class Record:
    a: "int"
    b: bool = True


class Pair(NamedTuple):
    a: int
    b: bool


def _of_customers(rows: list[Customer]) -> list[float]:
    return [0.0 for _ in rows]


def test_each_field_of_a_row_is_a_column() -> None:
    signature = from_hints(_of_customers)
    assert signature is not None
    assert signature.layout is Layout.NAMED
    assert {c.name: (str(c.type), c.nullable, c.shape) for c in signature.inputs} == CUSTOMER
    assert signature.outputs == (Column(name="prediction", type=ColumnType.FLOAT64),)


def test_rows_of_the_class_fit_the_signature_of_its_hints() -> None:
    row: Customer = {
        "age": 1, "dose": None, "name": "02139", "active": None, "since": datetime.date(2026, 7, 1),
        "score": np.float32(0.5), "plan": "a", "rank": 1, "tags": [], "grid": [[1.0], []],
        "point": (1.0, 2.0), "photo": b"", "extra": {"a": 1},
    }  # fmt: skip
    signature = from_hints(_of_customers)
    assert signature is not None
    assert fitted(signature, [row]).notes == ()


def _of_records(rows: Sequence[Record]) -> None: ...
def _of_pairs(rows: "list[Pair]") -> None: ...


class Model:
    def predict(self, rows: list[Record]) -> None: ...


@pytest.mark.parametrize("function", [_of_records, _of_pairs, Model().predict])
def test_dataclasses_and_named_tuples_tell_the_same(function: Callable[..., Any]) -> None:
    inputs = (Column(name="a", type=ColumnType.INT64), Column(name="b", type=ColumnType.BOOL))
    assert from_hints(function) == Signature(layout=Layout.NAMED, inputs=inputs)


def _of_texts(rows: list[str]) -> None: ...
def _of_lists(rows: list[list[float]]) -> None: ...


def test_rows_of_single_values_are_such() -> None:
    text, lists = from_hints(_of_texts), from_hints(_of_lists)
    assert text is not None
    assert lists is not None
    assert text.layout is lists.layout is Layout.SINGLE
    assert text.inputs == (Column(name="value", type=ColumnType.STR),)
    assert fitted(lists, [[1.0], [2.0, 3.0]]).table.columns[0].tolist() == [[1.0], [2.0, 3.0]]
    assert fitted(lists, np.ones((2, 2))).table.columns[0].tolist() == [[1.0, 1.0]] * 2


def _of_a_frame(rows: pd.DataFrame) -> None: ...
def _of_an_array(rows: np.ndarray) -> None: ...
def _of_mappings(rows: list[dict[str, float]]) -> None: ...
def _of_one_row(row: Customer) -> None: ...
def _of_anything(rows: list[Any]) -> None: ...
def _without_hints(rows) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001 - so it is
def _of_what_is_elsewhere(rows: "list[Elsewhere]") -> None: ...


@pytest.mark.parametrize(
    "function",
    [
        _of_a_frame, _of_an_array, _of_mappings, _of_one_row, _of_anything, _without_hints,
        _of_what_is_elsewhere, print, int,
    ],
)  # fmt: skip
def test_other_hints_tell_nothing(function: Callable[..., Any]) -> None:
    assert from_hints(function) is None
