"""Tables of any kind become files with the same cells."""

import io
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import mltrack
from tests.api.logged import kept

ROWS = [{"n": 1, "word": "a,b"}, {"n": 2, "word": None}]
COLUMNS = {"n": [1, 2], "word": ["a,b", None]}
TABLES: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "columns": lambda: COLUMNS,
    "arrays": lambda: {"n": np.array([1, 2]), "word": np.array(["a,b", None], dtype=object)},
    "dicts": lambda: ROWS,
}


@pytest.mark.parametrize("kind", TABLES)
def test_every_kind_of_table_gives_the_same_bytes(kind: str) -> None:
    with mltrack.start_run() as run:
        for suffix in ("csv", "json", "jsonl"):
            run.log_table(TABLES[kind](), f"t.{suffix}")
    read = mltrack.get_run(run.id)
    assert read.artifact_path("t.csv").read_bytes() == b'n,word\n1,"a,b"\n2,\n'
    assert json.loads(read.artifact_path("t.json").read_text()) == ROWS
    lines = read.artifact_path("t.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_cells_of_a_table_are_written_plainly() -> None:
    table = {
        "x": [1.5, math.nan, None],
        "flag": [True, False, None],
        "when": pd.to_datetime(["2026-01-31T12:00", None, "2026-02-01T00:00"]),
        "list": [[1, {"a": 2}], np.array([0.5]), "two\nlines"],
    }
    data = kept(lambda run: run.log_table(table, "t.csv"), "t.csv")
    assert data.decode() == (
        "x,flag,when,list\n"
        '1.5,true,2026-01-31T12:00:00,"[1, {""a"": 2}]"\n'
        "NaN,false,,[0.5]\n"
        ',,2026-02-01T00:00:00,"two\nlines"\n'
    )


def test_a_missing_word_of_a_frame_is_empty_and_a_missing_number_nan() -> None:
    frame = pd.DataFrame({"word": ["a", None], "x": [1.0, None], "n": pd.array([1, None], "Int64")})
    data = kept(lambda run: run.log_table(frame, "t.jsonl"), "t.jsonl")
    assert json.loads(data.splitlines()[1]) == {"word": None, "x": "NaN", "n": None}


def test_what_pandas_misses_in_a_list_is_empty_too() -> None:
    data = kept(lambda run: run.log_table({"a": [pd.NA, pd.NaT, None, 1]}, "t.jsonl"), "t.jsonl")
    assert [json.loads(line)["a"] for line in data.splitlines()] == [None, None, None, 1]


def test_rows_that_are_lists_take_the_names_that_are_given() -> None:
    data = kept(lambda run: run.log_table([[1, 2], (3, 4)], "t.csv", columns=["x", "y"]), "t.csv")
    assert data == b"x,y\n1,2\n3,4\n"


def test_a_row_that_lacks_a_key_is_empty_there_and_no_rows_are_a_table_too() -> None:
    data = kept(lambda run: run.log_table([{"a": 1}, {"b": 2}], "t.csv"), "t.csv")
    assert data == b"a,b\n1,\n,2\n"
    assert kept(lambda run: run.log_table([], "t.json"), "t.json") == b"[]\n"


def test_a_table_that_parquet_cannot_hold_is_refused() -> None:
    table = pl.DataFrame({"a": [object()]}, schema={"a": pl.Object})
    with mltrack.start_run() as run, pytest.raises(ValueError, match="cannot be Parquet"):
        run.log_table(table, "t.parquet")


def test_a_table_is_kept_as_parquet_by_what_can_write_it() -> None:
    data = kept(lambda run: run.log_table(pl.DataFrame(COLUMNS), "t.parquet"), "t.parquet")
    assert pl.read_parquet(io.BytesIO(data)).to_dicts() == ROWS


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        ({"a": [1], "b": [1, 2]}, ValueError, "a has 1, b has 2"),
        ({"a": "text"}, TypeError, "column 'a' must be a list"),
        ([[1, 2]], ValueError, "need names"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ValueError, "two columns called 'a'"),
        ({"a": [b"bytes"]}, TypeError, "holds no bytes"),
        (7, TypeError, "not int"),
    ],
)
def test_what_is_no_table_says_why(table: Any, error: type[Exception], message: str) -> None:
    with mltrack.start_run() as run, pytest.raises(error, match=message):
        run.log_table(table, "t.csv")
