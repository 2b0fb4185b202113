"""JSON lines: one object a row, each value of the type that the signature says."""

import base64
import json
from typing import Any

import numpy as np
import pytest

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.misfits import in_words
from mltrack.models.rows.reading import MAX_LINE_BYTES
from tests.models.rows.asking import chunks, column, signature, values

TWO = signature(Column(name="age", type=ColumnType.INT64), Column(name="zip", type=ColumnType.STR))


def _read(text: str, taken: Signature, keep: tuple[str, ...] = ()) -> list[Any]:
    return chunks(text.encode(), taken, RowsFormat.JSONL, keep)


def _said(text: str, taken: Signature) -> list[str]:
    found = _read(text, taken)
    return [in_words(misfit, "line") for chunk in found for misfit in chunk.misfits]


TAKEN: dict[str, tuple[Column, str, object]] = {
    "bool": (column(ColumnType.BOOL), "true", True),
    "int64": (column(ColumnType.INT64), "9007199254740993", 9007199254740993),
    "uint64": (column(ColumnType.UINT64), "18446744073709551615", 2**64 - 1),
    "an integer beside missing ones": (column(ColumnType.INT64, nullable=True), "5.0", 5.0),
    "float64": (column(ColumnType.FLOAT64), "1", 1.0),
    "float32": (column(ColumnType.FLOAT32), "0.1", float(np.float32(0.1))),
    "infinity": (column(ColumnType.FLOAT64), '"-Infinity"', float("-inf")),
    "str": (column(ColumnType.STR), '"02139"', "02139"),
    "bytes": (column(ColumnType.BYTES), json.dumps(base64.b64encode(b"\0a").decode()), b"\0a"),
    "any": (column(ColumnType.ANY), '{"a": [1]}', {"a": [1]}),
    "a list": (column(ColumnType.FLOAT64, shape=(-1,)), "[1, 2.5]", [1.0, 2.5]),
    "lists": (column(ColumnType.INT64, shape=(2, -1)), "[[1], [2, 3]]", [[1], [2, 3]]),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_value_is_read_as_its_column_says(case: str) -> None:
    taken, text, expected = TAKEN[case]
    found = _read(f'{{"x": {text}}}\n', signature(taken))
    assert values(found) == [expected]
    assert type(values(found)[0]) is type(expected)


REFUSED: dict[str, tuple[Column, str, str]] = {
    "a text for a number": (column(ColumnType.INT64), '"1"', "'1' is no int64"),
    "a number for a text": (column(ColumnType.STR), "2139", "2139 is no str"),
    "a bool for a number": (column(ColumnType.FLOAT64), "true", "True is no float64"),
    "a number for a bool": (column(ColumnType.BOOL), "1", "1 is no bool"),
    "a float for an integer": (column(ColumnType.INT64), "5.0", "5.0 is no int64"),
    "half an integer": (column(ColumnType.INT64, nullable=True), "5.5", "5.5 is no int64"),
    "9 bits": (column(ColumnType.INT8), "128", "128 is no int8"),
    "too large": (column(ColumnType.FLOAT64), "1" + "0" * 400, "1000000"),
    "no value": (column(ColumnType.STR), "null", "there is no value, and one is needed"),
    "NaN": (column(ColumnType.FLOAT64), '"NaN"', "there is no value, and one is needed"),
    "bare NaN": (column(ColumnType.FLOAT64), "NaN", "there is no value, and one is needed"),
    "no time": (column(ColumnType.DATETIME), '"soon"', "'soon' is no datetime"),
    "a number for a time": (column(ColumnType.DATETIME), "5", "5 is no datetime"),
    "no base64": (column(ColumnType.BYTES), '"\u00e9"', "is no bytes"),
    "a short list": (column(ColumnType.INT64, shape=(2,)), "[1]", "[1] is no int64 of shape (2,)"),
    "a list with a hole": (column(ColumnType.INT64, shape=(-1,)), "[1, null]", "is no int64 of"),
    "a flat list": (column(ColumnType.INT64, shape=(1, 1)), "[1]", "[1] is no int64 of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_value_that_does_not_fit_is_named_by_line_column_and_value(case: str) -> None:
    taken, text, problem = REFUSED[case]
    (said,) = _said(f'{{"x": {text}}}\n', signature(taken))
    assert said.startswith("line 1, column 'x': ")
    assert problem in said


LINES = {
    "no JSON": ("age=1", "line 2: the line is no JSON: Expecting value at 1"),
    "half an object": ('{"age": 1', "line 2: the line is no JSON: Expecting ',' delimiter at 10"),
    "two objects": ('{"age":1,"zip":"a"}{}', "line 2: the line is no JSON: Extra data at 20"),
    "a list": ("[1, 2]", "line 2: the line holds no JSON object"),
    "a row without a column": ('{"age": 1}', "line 2, column 'zip': the row lacks the column"),
    "half a character": ('{"age": 1, "zip": "\\ud800"}', "line 2: the line holds half a character"),
    "a deep nest": ("[" * 100_000, "line 2: the line cannot be read: it is nested too deeply"),
    "a huge number": ('{"age": 1' + "0" * 5000 + "}", "line 2: the line cannot be read: Exceeds"),
}


@pytest.mark.parametrize("case", LINES)
def test_a_line_that_is_no_row_is_named_and_the_others_are_read(case: str) -> None:
    line, expected = LINES[case]
    good = '{"zip": "a", "age": 1}'
    text = f"{good}\n{line}\n\n{good}\n"
    assert _said(text, TWO)[0].startswith(expected)
    assert values(_read(text, TWO)) == [1, 1]


FILES = {
    "nothing": (b"", "rows is empty"),
    "a column that is missing": (b'{"age": 1}\n', "rows: the data lacks the column zip"),
    "Latin-1": (b'{"age": 1, "zip": "\xe9"}\n', "rows:1 is not UTF-8"),
    "a NUL byte": (b'{"age": 1, "zip": "a"}\n\0\n', "rows:2 holds a NUL byte"),
    "a line without end": (b" " * (MAX_LINE_BYTES + 1), "rows:1: the line is longer than 16 MiB"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_does_not_fit_says_what_and_where(case: str) -> None:
    data, message = FILES[case]
    with pytest.raises(UsageError, match=message):
        chunks(data, TWO, RowsFormat.JSONL)


def test_missing_values_are_null() -> None:
    found = _read('{"x": null}\n{"x": "a"}\n', signature(column(ColumnType.STR, nullable=True)))
    nothing, text = values(found)
    assert (str(nothing), text) == ("nan", "a")


def test_what_the_model_does_not_take_is_noted_once_and_can_be_kept() -> None:
    row = '{"id": [1], "age": 1, "zip": "a", "more": 2}\n'
    (chunk,) = _read(row * 2, TWO, keep=("id",))
    assert chunk.kept[0].tolist() == [[1], [1]]


def test_a_model_without_names_takes_arrays_and_objects_by_position() -> None:
    taken = signature(
        Column(name="x0", type=ColumnType.FLOAT64),
        Column(name="x1", type=ColumnType.FLOAT64),
        layout=Layout.POSITIONS,
    )
    assert values(_read("[1, 2]\n[3, 4]\n", taken), 1) == [2.0, 4.0]
    assert values(_read('{"a": 1, "b": 2}\n{"b": 4, "a": 3}\n', taken), 1) == [2.0, 4.0]
    assert _said("[1]\n", taken) == ["line 1: the line has 1 values, the model takes 2"]


def test_a_model_of_one_value_takes_the_value_itself() -> None:
    taken = signature(Column(name="value", type=ColumnType.STR), layout=Layout.SINGLE)
    assert values(_read('"good"\n{"text": "bad"}\n', taken)) == ["good", "bad"]


def test_a_tensor_is_an_array_whose_first_dimension_is_the_rows() -> None:
    one = Column(name="", type=ColumnType.FLOAT32, shape=(2, -1))
    taken = signature(one, layout=Layout.TENSOR)
    (chunk,) = _read("[[1], [2]]\n[[3], [4]]\n[[5, 5], [6, 6]]\n[[7], [8, 8]]\n", taken)
    assert chunk.table.columns[0].tolist() == [[[1], [2]], [[3], [4]]]
    assert chunk.table.columns[0].dtype == np.float32
    assert [misfit.problem for misfit in chunk.misfits] == [
        "its shape is (2, 2), that of the rows before it (2, 1)",
        "its lists are of several lengths",
    ]
