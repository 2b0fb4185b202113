"""Rows that do not fit stop the file or are left out; columns can be copied beside the answer."""

import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from mltrack.errors import UsageError
from mltrack.models.loaded import LoadedModel
from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.predictions import OnError
from tests.models.rows.asking import loaded, predicted

CSV, JSONL, PARQUET = RowsFormat
MIXED = b'id,age,dose\na,30,-9\n"b\nb",x,1\nc,30\nd,50,9\n'


@pytest.fixture
def model(classifier: Any, frame: pd.DataFrame) -> LoadedModel:
    return loaded(classifier, frame)


def test_rows_that_do_not_fit_stop_the_file_with_all_their_lines(model: LoadedModel) -> None:
    with pytest.raises(UsageError) as error:
        predicted(MIXED, model)
    assert str(error.value).splitlines() == [
        "rows.csv: 2 rows do not fit",
        "line 4, column 'age': 'x' is no float64",
        "line 5: the row has 2 cells, the header 3",
        "fix: correct them, or leave them out: --on-error skip",
    ]


def test_the_first_ten_rows_that_do_not_fit_are_named(model: LoadedModel) -> None:
    with pytest.raises(UsageError, match="13 rows do not fit") as error:
        predicted(b"age,dose\n" + b"x,1\n" * 13, model)
    assert len(error.value.why.splitlines()) == 11
    assert "and 3 more" in error.value.why


def test_rows_that_do_not_fit_can_be_left_out_and_are_named(model: LoadedModel) -> None:
    data, done = predicted(MIXED, model, on_error=OnError.SKIP, keep=("id",))
    assert data == b"id,prediction\na,0\nd,1\n"
    assert (done.rows, done.skipped) == (2, 2)
    assert [text.partition(":")[0] for text in done.misfits] == ["line 4, column 'age'", "line 5"]


def test_of_very_many_rows_left_out_ten_are_named(model: LoadedModel) -> None:
    rows = b"age,dose\n30,1\n" + b"x,1\n" * 70_000
    _, done = predicted(rows, model, on_error=OnError.SKIP)
    assert (done.rows, done.skipped, len(done.misfits)) == (1, 70_000, 10)


def test_a_file_of_which_no_row_fits_is_an_error(model: LoadedModel) -> None:
    with pytest.raises(UsageError, match="none of 1 rows fits\nline 2, column 'age'"):
        predicted(b"age,dose\nx,1\n", model, on_error=OnError.SKIP)


def test_every_way_in_and_out_gives_the_same_predictions(
    model: LoadedModel, frame: pd.DataFrame, classifier: Any
) -> None:
    frame = frame.assign(id=[f"r{place}" for place in range(len(frame))])
    packed = io.BytesIO()
    frame.to_parquet(packed)
    given = {
        CSV: frame.to_csv(index=False).encode(),
        JSONL: frame.to_json(orient="records", lines=True, double_precision=15).encode(),
        PARQUET: packed.getvalue(),
    }
    expected = list(zip(frame["id"], classifier.predict(frame[["age", "dose"]]), strict=True))
    for read, data in given.items():
        for written in RowsFormat:
            found, _ = predicted(data, model, (read, written), keep=("id",))
            assert _rows(found, written) == expected


def _rows(data: bytes, kind: RowsFormat) -> list[tuple[str, int]]:
    if kind is CSV:
        lines = [line.split(",") for line in data.decode().splitlines()[1:]]
        return [(name, int(value)) for name, value in lines]
    if kind is JSONL:
        return [tuple(json.loads(line).values()) for line in data.splitlines()]
    table = parquet.read_table(io.BytesIO(data))
    return [tuple(row.values()) for row in table.to_pylist()]


def test_kept_columns_keep_their_text_or_their_type(model: LoadedModel) -> None:
    data, _ = predicted(
        b"age,dose,zip\n30,1,02139\n30,1,\n", model, (CSV, PARQUET), keep=("zip", "age")
    )
    table = parquet.read_table(io.BytesIO(data))
    assert table.column_names == ["zip", "age", "prediction"]
    assert table["zip"].to_pylist() == ["02139", None]
    assert table["age"].to_pylist() == ["30", "30"]
    packed = io.BytesIO()
    parquet.write_table(pa.table({"age": [30], "dose": [1.0], "more": [[1, 2]]}), packed)
    again, _ = predicted(packed.getvalue(), model, (PARQUET, JSONL), keep=("more", "age"))
    assert json.loads(again) == {"more": [1, 2], "age": 30, "prediction": 1}


def test_what_is_kept_is_not_said_to_be_left_out(model: LoadedModel) -> None:
    _, done = predicted(b"id,age,more,dose\na,30,b,1\n", model, keep=("id", "age"))
    assert done.notes == ("left out, since the model does not take it: column more",)


KEPT = {
    "no such column": (("no",), "rows.csv has no column 'no' to keep"),
    "a column twice": (("id",), "two columns called 'id'"),
    "a column called like the answer": (("prediction",), "--keep prediction"),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_column_that_cannot_be_kept_is_named(case: str, model: LoadedModel) -> None:
    keep, message = KEPT[case]
    with pytest.raises(UsageError, match=message):
        predicted(b"id,id,age,dose,prediction\na,b,30,1,0\n", model, keep=keep)


def test_a_model_without_names_takes_what_is_not_kept(regression: Any) -> None:
    model = loaded(regression, [[30.0, 0.5]])
    data, _ = predicted(b"id,a,b\nx,30,0.5\n", model, keep=("id",))
    assert float(data.split(b",")[-1]) == pytest.approx(0.5)


def test_another_method_can_be_asked_for(
    model: LoadedModel, classifier: Any, frame: pd.DataFrame
) -> None:
    rows = frame.to_csv(index=False).encode()
    data, _ = predicted(rows, model, method="predict_proba")
    found = pd.read_csv(io.BytesIO(data))
    assert list(found.columns) == ["prediction_0", "prediction_1"]
    assert np.array_equal(found.to_numpy(), classifier.predict_proba(frame))


def test_a_method_that_the_model_lacks_is_named(model: LoadedModel) -> None:
    with pytest.raises(UsageError, match="the model has no transform"):
        predicted(b"age,dose\n30,1\n", model, method="transform")


def test_progress_is_told_in_rows_where_a_file_says_how_many(model: LoadedModel) -> None:
    told: list[tuple[int, int, str]] = []
    packed = io.BytesIO()
    pd.DataFrame({"age": [30] * 60_000, "dose": [1.0] * 60_000}).to_parquet(packed)
    predicted(packed.getvalue(), model, (PARQUET, CSV), progress=lambda *far: told.append(far))
    assert told == [(50_000, 60_000, "rows"), (60_000, 60_000, "rows")]
