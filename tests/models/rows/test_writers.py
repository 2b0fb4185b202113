"""What a model gives is written so that it is read back as it was."""

import csv
import io
import json
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.outputs import columns_of
from mltrack.models.rows.writers import writer_of


def _written(kind: RowsFormat, *parts: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    writer = writer_of(kind, stream)
    for part in parts:
        writer.write(part)
    writer.close()
    return stream.getvalue()


def _rows(kind: RowsFormat, *parts: dict[str, Any]) -> list[list[Any]]:
    """Return what was written as Python has it; CSV has texts alone."""
    data = _written(kind, *parts)
    if kind is RowsFormat.CSV:
        return list(csv.reader(io.StringIO(data.decode())))[1:]
    if kind is RowsFormat.JSONL:
        return [list(json.loads(line).values()) for line in data.splitlines()]
    return [list(row.values()) for row in parquet.read_table(io.BytesIO(data)).to_pylist()]


TIME = np.array(["2026-01-31T12:00"], dtype="datetime64[ns]")
CASES: dict[str, tuple[Any, object, object]] = {
    "integers": (np.array([2**63 - 1]), str(2**63 - 1), 2**63 - 1),
    "bools": (np.array([True]), "True", True),
    "texts": (np.array(["a,b"]), "a,b", "a,b"),
    "objects": (np.array(["a"], dtype=object), "a", "a"),
    "nothing": (np.array([None, "a"], dtype=object), "", None),
    "tensors": (np.ones((1, 1, 2), dtype=np.float32), "[[1.0, 1.0]]", [[1.0, 1.0]]),
    "lists": (np.array([[1, 2], None], dtype=object), "[1, 2]", [1, 2]),
    "copied texts": (pa.array(["a", None]), "a", "a"),
    "copied lists": (pa.array([[1]]), "[1]", [1]),
    "NaN within lists": (np.array([[[math.nan]]]), '[["NaN"]]', [["NaN"]]),
    "times": (TIME, "2026-01-31T12:00:00", "2026-01-31T12:00:00"),
    "bytes": (np.array([b"\0"], dtype=object), "AA==", "AA=="),
}


@pytest.mark.parametrize("case", CASES)
def test_a_value_is_written_in_the_way_of_text_formats(case: str) -> None:
    array, cell, value = CASES[case]
    assert _rows(RowsFormat.CSV, {"p": array})[0] == [cell]
    assert _rows(RowsFormat.JSONL, {"p": array})[0] == [value]


@pytest.mark.parametrize("case", CASES)
def test_parquet_keeps_values_and_types(case: str) -> None:
    array, _, _ = CASES[case]
    (name, *_), *_ = _rows(RowsFormat.PARQUET, {"p": array})
    first = array[0].as_py() if hasattr(array[0], "as_py") else array[:1].tolist()[0]
    if case == "times":
        assert str(name).startswith("2026-01-31 12:00")
    elif case == "NaN within lists":
        assert math.isnan(name[0][0])
    else:
        assert name == first


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(), min_size=1, max_size=20))
def test_floats_come_back_to_the_last_bit(values: list[float]) -> None:
    array = {"p": np.array(values)}
    read = {
        RowsFormat.CSV: [float(cell) for (cell,) in _rows(RowsFormat.CSV, array)],
        RowsFormat.JSONL: [float(cell) for (cell,) in _rows(RowsFormat.JSONL, array)],
        RowsFormat.PARQUET: [cell for (cell,) in _rows(RowsFormat.PARQUET, array)],
    }
    for found in read.values():
        assert list(map(repr, found)) == list(map(repr, values))


@pytest.mark.parametrize("kind", list(RowsFormat))
def test_later_rows_follow_the_first_under_one_header(kind: RowsFormat) -> None:
    found = _rows(kind, {"p": np.array([1.5])}, {"p": np.array([2.5])})
    assert [float(value) for (value,) in found] == [1.5, 2.5]


def test_parquet_learns_a_type_where_the_first_rows_held_nothing() -> None:
    nothing, text = np.array([None], dtype=object), np.array(["a"], dtype=object)
    assert _rows(RowsFormat.PARQUET, {"p": nothing}, {"p": text}) == [[None], ["a"]]


def test_a_column_of_several_types_is_no_parquet() -> None:
    with pytest.raises(UsageError, match="column 'p' holds values of several types"):
        _written(RowsFormat.PARQUET, {"p": np.array([1])}, {"p": np.array([0.5])})
    with pytest.raises(UsageError, match="--output-format jsonl"):
        _written(RowsFormat.PARQUET, {"p": np.array([1, "a"], dtype=object)})


ANSWERS: dict[str, tuple[Answer, list[str]]] = {
    "one array": (Answer(None, (np.ones(2),)), ["prediction"]),
    "one column": (Answer(None, (np.ones((2, 1)),)), ["prediction"]),
    "a table": (Answer(None, (np.ones((2, 2)),)), ["prediction_0", "prediction_1"]),
    "a tensor": (Answer(None, (np.ones((2, 2, 2)),)), ["prediction"]),
    "several arrays": (
        Answer(None, (np.ones(2), np.ones((2, 3)))),
        ["prediction_0", "prediction_1"],
    ),
    "names": (Answer(("label", "scores"), (np.ones(2), np.ones((2, 3)))), ["label", "scores"]),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_the_columns_are_those_that_the_model_names_or_are_numbered(case: str) -> None:
    answer, names = ANSWERS[case]
    found = columns_of(answer, 2)
    assert list(found) == names
    assert all(len(values) == 2 for values in found.values())


@pytest.mark.parametrize("array", [np.ones(3), np.array(1.0)])
def test_a_model_must_give_a_value_for_each_row(array: Any) -> None:
    with pytest.raises(UsageError, match="for 2 rows"):
        columns_of(Answer(None, (array,)), 2)
