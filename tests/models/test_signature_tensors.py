"""Arrays that a model takes whole: their shapes, their types, and which belongs to which."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.signature.columns import rows_of
from mltrack.models.signature.enforce import fitted
from mltrack.models.signature.inferring import from_data

INT, FLOAT, SMALL, TEXT = (
    ColumnType.INT64, ColumnType.FLOAT64, ColumnType.FLOAT32, ColumnType.STR,
)  # fmt: skip
NAN = float("nan")
IMAGES = np.zeros((4, 28, 28), np.float32)
TENSORS: dict[str, tuple[Any, bool, tuple[Column, ...]]] = {
    "three dimensions": (IMAGES, False, (Column(name="", type=SMALL, shape=(28, 28)),)),
    "two dimensions": (np.ones((4, 3)), True, (Column(name="", type=FLOAT, shape=(3,)),)),
    "one dimension": (np.ones(4, int), True, (Column(name="", type=INT),)),
    "a tensor of torch": (torch.ones(4, 3), True, (Column(name="", type=SMALL, shape=(3,)),)),
    "lists in lists": ([[1, 2], [3, 4]], True, (Column(name="", type=INT, shape=(2,)),)),
    "a DataFrame": (
        pd.DataFrame({"a": [1.0], "b": [2.0]}), True, (Column(name="", type=FLOAT, shape=(2,)),),
    ),
    "with a missing value": (
        np.array([[NAN, 1.0]]), True, (Column(name="", type=FLOAT, nullable=True, shape=(2,)),),
    ),
    "texts": (
        np.array([["a", "b"]]), True, (Column(name="", type=TEXT, shape=(2,)),),
    ),
    "several by name": (
        {"image": IMAGES, "age": np.ones(4)}, False,
        (Column(name="image", type=SMALL, shape=(28, 28)), Column(name="age", type=FLOAT)),
    ),
    "mappings to arrays": (
        [{"x": np.ones(3), "y": 1}, {"x": np.ones(3), "y": 2}], True,
        (Column(name="x", type=FLOAT, shape=(3,)), Column(name="y", type=INT)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TENSORS)
def test_arrays_are_tensors_of_their_shape_and_come_through_as_they_are(case: str) -> None:
    data, tensors, inputs = TENSORS[case]
    signature = from_data(data, tensors=tensors)
    assert signature == Signature(layout=Layout.TENSOR, inputs=inputs)
    given = rows_of(fitted(signature, data).table)
    parts = list(given.values()) if isinstance(given, dict) else [given]
    assert [part.shape[1:] for part in parts] == [column.shape for column in inputs]
    if isinstance(data, np.ndarray):
        assert np.array_equal(given, data, equal_nan=data.dtype.kind == "f")


def _tensor(*shape: int, kind: ColumnType = SMALL, name: str = "") -> Signature:
    return Signature(layout=Layout.TENSOR, inputs=(Column(name=name, type=kind, shape=shape),))


def test_a_dimension_of_any_size_takes_every_size() -> None:
    for size in (1, 50):
        rows = rows_of(fitted(_tensor(-1, 3), np.ones((2, size, 3), np.float32)).table)
        assert rows.shape == (2, size, 3)


def test_one_column_fits_a_tensor_of_width_one() -> None:
    signature = Signature(
        layout=Layout.TENSOR,
        inputs=tuple(Column(name=name, type=FLOAT, shape=(1,)) for name in "ab"),
    )
    rows = rows_of(fitted(signature, pd.DataFrame({"b": [1, 2], "a": [3.5, 4.0]})).table)
    assert {name: part.tolist() for name, part in rows.items()} == {
        "a": [[3.5], [4.0]], "b": [[1.0], [2.0]],
    }  # fmt: skip


BAD_TENSORS: dict[str, tuple[Signature, Any, str]] = {
    "another shape": (
        _tensor(28, 28), np.zeros((4, 28, 29), np.float32),
        "it has the shape (4, 28, 29), the model takes (-1, 28, 28)",
    ),
    "another number of dimensions": (
        _tensor(-1, 3), np.zeros((4, 3), np.float32),
        "it has the shape (4, 3), the model takes (-1, -1, 3)",
    ),
    "float64 for float32": (_tensor(2), np.ones((3, 2)), "row 0: 1.0 is no float32"),
    "texts": (_tensor(1), [["a"]], "row 0: 'a' is no float32"),
    "rows of several lengths": (
        _tensor(-1), {"": [[1.0], [1.0, 2.0]]}, "its rows have several shapes",
    ),
    "a missing value": (
        _tensor(2, kind=FLOAT), np.array([[1, 2], [3, NAN]]), "row 1: there is no value",
    ),
    "too few arrays": (
        _tensor(2, name="x"), {"y": np.ones((1, 2)), "z": np.ones(1)}, "lacks the column x",
    ),
    "too many arrays": (
        _tensor(2), {"y": np.ones((1, 2)), "z": np.ones(1)}, "takes one array, the data has 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_TENSORS)
def test_a_tensor_that_does_not_fit_is_refused_with_both_shapes(case: str) -> None:
    signature, data, message = BAD_TENSORS[case]
    with pytest.raises(UsageError, match=re.escape(message)):
        fitted(signature, data)


def test_arrays_of_more_than_two_dimensions_are_no_columns() -> None:
    signature = Signature(layout=Layout.POSITIONS, inputs=(Column(name="x0", type=FLOAT),))
    with pytest.raises(UsageError, match="more than two dimensions"):
        fitted(signature, np.ones((2, 2, 2)))
