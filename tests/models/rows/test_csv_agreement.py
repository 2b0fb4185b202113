"""Fast and exact readers of CSV agree: on every cell, and on which rows are refused."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.models.canonical import canonical
from mltrack.models.entities import Column, ColumnType
from mltrack.models.rows.chunks import Wanted
from mltrack.models.rows.columns import found
from mltrack.models.rows.csv_arrow import arrow_reader
from mltrack.models.rows.csv_blocks import FIRST_BYTES, Blocks
from mltrack.models.rows.csv_checks import Fast
from mltrack.models.rows.csv_pandas import pandas_reader
from mltrack.models.rows.csv_rows import RowsReader
from mltrack.models.rows.outputs import listed
from mltrack.models.rows.reading import Reading
from tests.models.rows.asking import signature

Library = Callable[..., Fast]
FITTING = {
    ColumnType.INT64: "5",
    ColumnType.UINT64: "5",
    ColumnType.INT8: "5",
    ColumnType.FLOAT64: "0.1",
    ColumnType.FLOAT32: "0.1",
    ColumnType.BOOL: "true",
    ColumnType.STR: "a",
    ColumnType.DATETIME: "2026-01-31",
}
COLUMNS = [
    Column(name=f"{kind}{'?' if nullable else ''}", type=kind, nullable=nullable)
    for kind in FITTING
    for nullable in (False, True)
]
ODD = (
    *("", '""', " ", "0", "-0", "1", "-1", "+1", "5.0", "2.5", "1_000", " 7 ", "007", "0x1F"),
    *("0X1f", "9007199254740992", "9007199254740993", "9007199254740993.0", "9223372036854775807"),
    *("9223372036854775808", "9.223372036854775808e18", "18446744073709551615", "128", "-129"),
    *("-9223372036854775808", "-9.223372036854775808e18", "1e3", "1e18", "1e40", "1e400", "-inf"),
    *("Infinity", "nan", "NaN", "NAN", "nan(1)", "-nan", "NA", "N/A", "null", "None", "#N/A"),
    *("true", "True", "TRUE", "tRUE", " true", "false", "yes", "t", "2026-01-31 12:00"),
    *("2026-01-31T12:00:00", "2026-01-31T12:00:00.5", "2026-01-31T12:00:00.1234567", "20260131"),
    *("2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00", "0000-01-01", "0001-01-01", "2026-W05"),
    *("2026-02-30", "24:00", "2026-01-31T24:00", "\uff11\uff12", "caf\u00e9", "\u2028", "\ufeff1"),
    *('"a,b"', '"a\nb"', '"a\r\nb"', '"say ""hi"""', 'a"b', '"a"b', ' "a"', '"5"', '" 5"', "a\rb"),
    *(
        "\t1",
        "1\t",
        "1\u00a0",
        "1f",
        "1d5",
        ".1",
        ".5",
        "5.",
        "-",
        "\x00",
        "\x1c1",
        "a,b",
        '"',
        "1\r",
    ),
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)
CELLS = st.one_of(
    st.sampled_from(ODD),
    st.integers(-(2**64), 2**64).map(str),
    st.floats().map(repr),
    st.datetimes().map(str),
    TEXTS.map(lambda text: '"{}"'.format(text.replace('"', '""'))),
)


def _read(data: bytes, columns: list[Column], library: Library | None) -> Any:
    """Return every row's values, what is copied of it, the misfits, and the error at the end."""
    names = [column.name for column in columns]
    wanted = Wanted(signature=signature(*columns), source="rows.csv", keep=(names[0],))
    where = found(wanted, names)
    reader = RowsReader(wanted, where, len(names))
    places = list(zip(where.inputs, columns, strict=True))
    reader.fast = library(places, where.kept, len(names)) if library else None
    rows: list[tuple[str, ...]] = []
    misfits: list[Any] = []
    try:
        for chunk in reader.chunks(Reading(io.BytesIO(data), "rows.csv"), 2):
            kinds = [str(values.dtype) for values in chunk.table.columns]
            _check_canonical(columns, chunk.table.columns)
            lists = [listed(values) for values in (*chunk.table.columns, *chunk.kept)]
            rows += [(*kinds, *map(repr, row)) for row in zip(*lists, strict=True)]
            misfits += chunk.misfits
    except UsageError as error:
        return rows, misfits, error.message
    return rows, misfits, ""


def _check_canonical(columns: list[Column], arrays: Sequence[Any]) -> None:
    """Make sure that the model gets here what it gets of rows in memory."""
    for column, array in zip(columns, arrays, strict=True):
        found = canonical(array, column.type.value, nullable=column.nullable)
        assert (found.dtype, repr(found.tolist())) == (array.dtype, repr(array.tolist()))


@pytest.mark.parametrize("library", [arrow_reader, pandas_reader])
@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_cell_is_read_the_same_or_refused_by_both(library: Library, column: Column) -> None:
    note = Column(name="note", type=ColumnType.STR)
    for cell in ODD:
        fitting = FITTING[column.type]
        beside_one = f"{cell},a\n{fitting},b\n", [column, note]
        alike = f"{cell},a\n{cell},b\n", [column, note]
        alone = f"{fitting}\n{cell}\n", [column]
        for text, columns in (beside_one, alike, alone):
            data = text.encode()
            assert _read(data, columns, library) == _read(data, columns, None), text


@pytest.mark.parametrize("library", [arrow_reader, pandas_reader])
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_files_of_odd_cells_are_read_the_same(library: Library, data: st.DataObject) -> None:
    columns = data.draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True))
    row = st.tuples(*(st.just(FITTING[column.type]) | CELLS for column in columns))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\n\n", " \n"]))
    rows = data.draw(st.lists(row, max_size=4))
    text = end.join(",".join(cells) for cells in rows) + data.draw(st.sampled_from([end, ""]))
    assert _read(text.encode(), columns, library) == _read(text.encode(), columns, None)


@pytest.mark.parametrize("library", [arrow_reader, pandas_reader])
def test_a_plain_block_is_read_by_the_library_alone(library: Library) -> None:
    columns = [column for column in COLUMNS if not column.nullable]
    row = ",".join(FITTING[column.type] for column in columns)
    fast = library(list(enumerate(columns)), [0], len(columns))
    assert fast(f"{row}\n{row.replace('a', chr(34) + 'a' + chr(34))}\n".encode()) is not None


LONG = {
    "quoted lines and quotes": '{},"a\nb, ""c"""\n',
    "windows lines": '{},"a\r\nb"\r\n',
    "a quote within a cell": '{},5" pipe\n',
    "cells without end of quotes": '{},"a""\n',
    "no quotes": "{},a text\n",
}


@pytest.mark.parametrize("library", [arrow_reader, pandas_reader])
@pytest.mark.parametrize("case", LONG)
def test_a_file_of_several_blocks_is_read_the_same_with_its_lines(
    case: str, library: Library
) -> None:
    columns = [Column(name="x", type=ColumnType.INT64), Column(name="y", type=ColumnType.STR)]
    rows = [LONG[case].format(place) for place in range(40_000)]
    for odd in (100, 39_990):
        rows[odd] = rows[odd].replace(f"{odd},", "x,")
    data = "".join(rows).encode()
    assert len(data) > FIRST_BYTES
    found = _read(data, columns, library)
    assert found == _read(data, columns, None)
    assert found[2] or [misfit.column for misfit in found[1]] == ["x", "x"]


@pytest.mark.parametrize("case", ["quoted lines and quotes", "windows lines", "no quotes"])
def test_a_block_ends_where_a_record_does(case: str) -> None:
    data = "".join(LONG[case].format(place) for place in range(40_000)).encode()
    found = list(Blocks(Reading(io.BytesIO(data), "rows.csv"), 2))
    assert len(found) > 1
    assert all(block.plain for block in found)
    assert b"".join(block.data for block in found) == data
