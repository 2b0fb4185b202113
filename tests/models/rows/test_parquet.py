"""Parquet: columns of the types that a model takes, rows named by their number."""

import datetime
import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.misfits import in_words
from tests.models.rows.asking import chunks, column, signature, values

NOON = datetime.datetime.fromisoformat("2026-01-31T12:00")


def _bytes(*columns: pa.Array, names: str = "xyz", group: int = 3) -> bytes:
    stream = io.BytesIO()
    table = pa.Table.from_arrays(list(columns), names=list(names[: len(columns)]))
    parquet.write_table(table, stream, row_group_size=group)
    return stream.getvalue()


def _read(data: bytes, taken: Signature, keep: tuple[str, ...] = ()) -> list[Any]:
    return chunks(data, taken, RowsFormat.PARQUET, keep)


TAKEN: dict[str, tuple[Column, pa.Array, list[object]]] = {
    "bool": (column(ColumnType.BOOL), pa.array([True, False]), [True, False]),
    "large integers": (column(ColumnType.INT64), pa.array([2**63 - 1]), [2**63 - 1]),
    "narrow integers": (column(ColumnType.INT64), pa.array([1], pa.int8()), [1]),
    "floats that are whole": (column(ColumnType.INT64, nullable=True), pa.array([5.0]), [5.0]),
    "integers as floats": (column(ColumnType.FLOAT64), pa.array([1, 2]), [1.0, 2.0]),
    "narrow floats": (column(ColumnType.FLOAT64), pa.array([0.5], pa.float32()), [0.5]),
    "texts": (column(ColumnType.STR), pa.array(["02139"]), ["02139"]),
    "large texts": (column(ColumnType.STR), pa.array(["a"], pa.large_string()), ["a"]),
    "categories": (column(ColumnType.STR), pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
    "bytes": (column(ColumnType.BYTES), pa.array([b"\0"]), [b"\0"]),
    "times": (column(ColumnType.DATETIME), pa.array([NOON], pa.timestamp("ns")), [NOON]),
    "times of a zone": (
        column(ColumnType.DATETIME),
        pa.array([NOON], pa.timestamp("us", tz="Europe/Berlin")),
        [NOON],
    ),
    "days": (column(ColumnType.DATETIME), pa.array([NOON.date()]), [NOON.replace(hour=0)]),
    "lists": (
        column(ColumnType.FLOAT64, shape=(-1,)),
        pa.array([[1.5], [2.5, 3]]),
        [[1.5], [2.5, 3]],
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_column_is_read_as_the_signature_says(case: str) -> None:
    taken, array, expected = TAKEN[case]
    assert values(_read(_bytes(array), signature(taken))) == expected


REFUSED: dict[str, tuple[Column, pa.Array, str]] = {
    "texts for numbers": (column(ColumnType.INT64), pa.array(["1"]), "holds string"),
    "floats for integers": (column(ColumnType.INT64), pa.array([1.0]), "holds double"),
    "wide floats for narrow ones": (column(ColumnType.FLOAT32), pa.array([0.1]), "holds double"),
    "integers for bools": (column(ColumnType.BOOL), pa.array([1]), "holds int64"),
    "numbers for texts": (column(ColumnType.STR), pa.array([1]), "holds int64"),
    "numbers for lists": (column(ColumnType.INT64, shape=(-1,)), pa.array([1]), "int64 in lists"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_column_of_another_type_is_named(case: str) -> None:
    taken, array, message = REFUSED[case]
    with pytest.raises(UsageError, match="column 'x' holds") as error:
        _read(_bytes(array), signature(taken))
    assert message in str(error.value)


def test_rows_that_do_not_fit_are_named_by_their_number_and_the_others_are_read() -> None:
    taken = signature(
        Column(name="x", type=ColumnType.INT8),
        Column(name="y", type=ColumnType.STR),
        Column(name="z", type=ColumnType.FLOAT64),
    )
    data = _bytes(
        pa.array([1, 128, 3, None, 5, 6]),
        pa.array(["a", "b", None, "d", "e", "f"]),
        pa.array([0.5, 0.5, 0.5, 0.5, float("nan"), 6.5]),
    )
    found = _read(data, taken, keep=("y",))
    assert [in_words(misfit, "row") for chunk in found for misfit in chunk.misfits] == [
        "row 2, column 'x': 128 is no int8",
        "row 3, column 'y': there is no value, and one is needed",
        "row 4, column 'x': there is no value, and one is needed",
        "row 5, column 'z': there is no value, and one is needed",
    ]
    assert (values(found, 0), values(found, 1), values(found, 2)) == (
        [1, 6],
        ["a", "f"],
        [0.5, 6.5],
    )
    assert [kept for chunk in found for kept in chunk.kept[0].to_pylist()] == ["a", "f"]


def test_missing_values_are_those_of_numpy() -> None:
    data = _bytes(pa.array([2**53, None]), pa.array([None, "a"]), pa.array([NOON, None]))
    taken = signature(
        Column(name="x", type=ColumnType.INT64, nullable=True),
        Column(name="y", type=ColumnType.STR, nullable=True),
        Column(name="z", type=ColumnType.DATETIME, nullable=True),
    )
    (chunk,) = _read(data, taken)
    integers, texts, times = chunk.table.columns
    assert (integers.dtype, integers[0], np.isnan(integers[1])) == (np.float64, 2.0**53, True)
    assert (np.isnan(texts[0]), texts[1], np.isnat(times[1])) == (True, "a", True)


def test_a_tensor_may_be_one_column_of_lists_or_a_column_for_each_number() -> None:
    one = Column(name="", type=ColumnType.FLOAT32, shape=(2,))
    taken = signature(one, layout=Layout.TENSOR)
    numbers = pa.array([1, 3], pa.float32()), pa.array([2, 4], pa.float32())
    lists = pa.array([[1, 2], [3, 4]], pa.list_(pa.float32()))
    for data in (_bytes(*numbers), _bytes(lists)):
        (chunk,) = _read(data, taken)
        assert chunk.table.columns[0].tolist() == [[1, 2], [3, 4]]
        assert chunk.table.columns[0].dtype == np.float32


def test_wide_rows_are_read_fewer_at_a_time() -> None:
    data = _bytes(pa.array([f"{number}" * 50_000 for number in range(100, 300)]), group=200)
    assert len(_read(data, signature(column(ColumnType.STR)))) > 1


BROKEN = {
    "nothing": b"",
    "a text": b"age,dose\n1,2\n",
    "the beginning alone": _bytes(pa.array(range(99)))[:200],
    "a page of zeros": b"PAR1" + bytes(60) + _bytes(pa.array([f"{n}" * 9 for n in range(99)]))[64:],
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_no_bug(case: str) -> None:
    with pytest.raises(UsageError, match="rows cannot be read as Parquet"):
        _read(BROKEN[case], signature(column(ColumnType.ANY)))


def test_two_columns_of_a_name_are_an_error() -> None:
    data = _bytes(pa.array([1]), pa.array([2]), names="xx")
    with pytest.raises(UsageError, match="two columns called 'x'"):
        _read(data, signature(column(ColumnType.INT64)))
