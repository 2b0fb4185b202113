"""A CSV file goes in, typed as the signature says; predictions come out, a row for a row."""

import gzip
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout
from mltrack.models.loaded import LoadedModel
from mltrack.models.rows.chunks import CHUNK_ROWS
from mltrack.models.rows.csv_blocks import FIRST_BYTES
from mltrack.models.rows.misfits import in_words
from mltrack.models.rows.outputs import listed
from mltrack.models.rows.reading import MAX_LINE_BYTES
from tests.models.rows.asking import chunks, column, loaded, predicted, signature, values

Predict = Callable[..., str]


@pytest.fixture
def predict(classifier: Any, frame: pd.DataFrame) -> Predict:
    usual = loaded(classifier, frame)

    def run(data: str | bytes, model: LoadedModel = usual) -> str:
        return predicted(data.encode() if isinstance(data, str) else data, model)[0].decode()

    return run


def _read(kind: ColumnType, text: str, *, nullable: bool = False) -> list[Any]:
    return values(chunks(text.encode(), signature(column(kind, nullable=nullable))))


def _refused(kind: ColumnType, text: str) -> list[str]:
    found = chunks(text.encode(), signature(column(kind)))
    return [in_words(misfit, "line") for chunk in found for misfit in chunk.misfits]


def test_predictions_are_those_of_the_model(
    predict: Predict, classifier: Any, frame: pd.DataFrame
) -> None:
    lines = predict(frame.to_csv(index=False)).splitlines()
    assert lines[0] == "prediction"
    assert [int(line) for line in lines[1:]] == list(classifier.predict(frame))


def test_floats_survive_to_the_last_bit(predict: Predict, frame: pd.DataFrame) -> None:
    model = LinearRegression().fit(frame, frame["dose"] / 3)
    saved = loaded(model, frame)
    lines = predict(frame.to_csv(index=False), saved).splitlines()[1:]
    assert [float(line) for line in lines] == list(model.predict(frame))


def test_several_outputs_become_several_columns(predict: Predict, frame: pd.DataFrame) -> None:
    saved = loaded(LinearRegression().fit(frame, frame), frame)
    assert predict("age,dose\n1,2\n", saved).startswith("prediction_0,prediction_1\n")


def test_digits_in_a_text_column_stay_text(predict: Predict) -> None:
    rows = pd.DataFrame({"zip": ["02139", "94107"] * 5})
    encoder = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["zip"]))
    model = make_pipeline(encoder, LinearRegression()).fit(rows, [1.0, 2.0] * 5)
    saved = loaded(model, rows)
    first, second = predict("zip\n02139\n94107\n", saved).splitlines()[1:]
    assert (round(float(first)), round(float(second))) == (1, 2)


def test_a_model_without_names_takes_columns_by_position(predict: Predict, regression: Any) -> None:
    saved = loaded(regression, [[30, 0.5]])
    assert float(predict("a,b\n30,0.5\n", saved).splitlines()[1]) == pytest.approx(0.5)


def test_an_empty_cell_is_missing_where_the_model_copes(
    predict: Predict, frame: pd.DataFrame
) -> None:
    model = HistGradientBoostingRegressor(max_iter=2).fit(frame, frame["dose"])
    saved = loaded(model, frame)
    assert len(predict("age,dose\n30,\n,\n", saved).splitlines()) == 3


def test_extra_columns_and_another_order_change_nothing(predict: Predict) -> None:
    assert predict("age,dose\n30,1.5\n") == predict("id,dose,age\nx,1.5,30\n")


def test_a_byte_order_mark_and_windows_lines_are_understood(predict: Predict) -> None:
    plain = "age,dose\r\n30,1.5\r\n"
    assert predict(b"\xef\xbb\xbf" + plain.encode()) == predict("age,dose\n30,1.5\n")


CELLS = {
    "bool": (ColumnType.BOOL, "true\nFALSE\n", [True, False]),
    "int64": (ColumnType.INT64, "1\n-2\n9007199254740993\n", [1, -2, 9007199254740993]),
    "int64 written as a float": (ColumnType.INT64, "5.0\n", [5]),
    "float64": (ColumnType.FLOAT64, "1\n2.5e3\n-inf\n", [1.0, 2500.0, float("-inf")]),
    "str": (ColumnType.STR, '007\n"a,b"\nNA\n', ["007", "a,b", "NA"]),
    "datetime": (
        ColumnType.DATETIME,
        "2026-01-31\n2026-01-31T12:00:00+02:00\n",
        [datetime.fromisoformat(f"2026-01-31T{hour}:00") for hour in ("00", "10")],
    ),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_is_read_as_its_column_says(case: str) -> None:
    kind, text, expected = CELLS[case]
    assert _read(kind, f"x\n{text}") == expected


NO_VALUE = "there is no value, and one is needed"
REFUSED = {
    "text for a number": (ColumnType.FLOAT64, "1\nnull\n", 3, "'null' is no float64"),
    "digits in groups": (ColumnType.FLOAT64, "1_000\n", 2, "'1_000' is no float64"),
    "half an integer": (ColumnType.INT64, "1\n2.5\n", 3, "'2.5' is no int64"),
    "65 bits": (ColumnType.INT64, "9223372036854775808\n", 2, "'9223372036854775808' is no int64"),
    "too large for 8 bits": (ColumnType.INT8, "127\n128\n", 3, "'128' is no int8"),
    "below zero": (ColumnType.UINT64, "-1\n", 2, "'-1' is no uint64"),
    "too large for 32 bits": (ColumnType.FLOAT32, "1e39\n", 2, "'1e39' is no float32"),
    "no integer at all": (ColumnType.INT64, "inf\n", 2, "'inf' is no int64"),
    "a number for a bool": (ColumnType.BOOL, "1\n", 2, "'1' is no bool"),
    "no time": (ColumnType.DATETIME, "31.1.2026\n", 2, "'31.1.2026' is no datetime"),
    "a time beyond time": (
        *(ColumnType.DATETIME, "0001-01-01T00:00:00+02:00\n", 2),
        "'0001-01-01T00:00:00+02:00' is no datetime",
    ),
    "no base64": (ColumnType.BYTES, "a\n", 2, "'a' is no bytes"),
    "no value": (ColumnType.FLOAT64, '1\n""\n', 3, NO_VALUE),
    "NaN as text": (ColumnType.FLOAT64, "NaN\n", 2, NO_VALUE),
    "after blank lines": (ColumnType.INT64, "1\n\n\nx\n", 5, "'x' is no int64"),
    "after a line within quotes": (ColumnType.STR, '"a\nb"\n""\n', 4, NO_VALUE),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_cell_that_does_not_fit_is_named_by_column_line_and_value(case: str) -> None:
    kind, text, line, problem = REFUSED[case]
    assert _refused(kind, f"x\n{text}") == [f"line {line}, column 'x': {problem}"]


FILES = {
    "nothing": ("", r"rows\.csv is empty"),
    "a header alone": ("age,dose\n", r"rows\.csv has no rows"),
    "rows without a header": ("30,1.5\n", "lacks the columns age, dose"),
    "a column that is missing": ("age\n30\n", "lacks the column dose"),
    "a column twice": ("age,age,dose\n1,2,3\n", "two columns called 'age'"),
    "a row too long": ("age,dose\n1,2\n1,2,3\n", "rows.csv, line 3: the row has 3 cells"),
    "a row too short": ("age,dose\n1,2\n1\n", "rows.csv, line 3: the row has 1 cells"),
    "UTF-16": ("age,dose\n1,2\n".encode("utf-16"), r"rows\.csv:1 is not UTF-8"),
    "a NUL byte": ("age,dose\n1,2\n1,2\0\n", r"rows\.csv:3 holds a NUL byte"),
    "lines of an old Mac": ("age,dose\n1,2\r3,4\r", r"rows\.csv:2: new-line character"),
    "text after a quoted cell": ('age,dose\n1,"2"3\n', r"rows\.csv:2: ',' expected after"),
    "Parquet": (b"PAR1rest", "is Parquet\nfix: say so: --format parquet"),
    "broken gzip": (gzip.compress(b"age,dose\n1,2\n" * 999)[:-20], "rows.csv is damaged"),
    "a quote that never ends": ('age,dose\n"1,2\n', r"rows\.csv:2: unexpected end"),
    "Latin-1": (b"age,dose\n30,\xe9\n", r"rows\.csv:2 is not UTF-8"),
    "no text at all": (b"\x89PNG\r\n\x1a\n", r"rows\.csv:1 is not UTF-8"),
    "a cell without end": ("age,dose\n" + "9" * 200_000 + ",1\n", "larger than field limit"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_does_not_fit_says_what_and_where(case: str, predict: Predict) -> None:
    data, message = FILES[case]
    with pytest.raises(UsageError, match=message):
        predict(data)


def test_a_line_too_long_is_refused_before_it_is_read_whole(predict: Predict) -> None:
    with pytest.raises(UsageError, match=r"rows\.csv:2: the line is longer than 16 MiB"):
        predict(b"age,dose\n" + b"9" * (MAX_LINE_BYTES + 1))


def test_a_column_of_no_known_type_is_not_read_from_text() -> None:
    with pytest.raises(UsageError, match="does not say what its column 'x' holds"):
        chunks(b"x\n1\n", signature(column(ColumnType.ANY)))


def test_cells_of_lists_are_json() -> None:
    taken = signature(column(ColumnType.FLOAT64, shape=(-1,)))
    (chunk,) = chunks(b'x\n"[1, 2.5]"\n[\n5\n', taken)
    assert chunk.table.columns[0].tolist() == [[1.0, 2.5]]
    assert [misfit.line for misfit in chunk.misfits] == [3, 4]


def test_columns_of_numbers_are_the_tensor_that_a_model_takes() -> None:
    taken = signature(Column(name="", type=ColumnType.FLOAT32, shape=(2,)), layout=Layout.TENSOR)
    (chunk,) = chunks(b"id,a,b\nx,1,2\ny,3,4\nz,5,\n", taken, keep=("id",))
    assert chunk.table.columns[0].tolist() == [[1, 2], [3, 4]]
    assert chunk.table.columns[0].dtype == np.float32
    assert [misfit.line for misfit in chunk.misfits] == [4]
    (chunk,) = chunks(b"a,b\n1,2\n", taken, keep=("a",))
    assert (chunk.table.columns[0].tolist(), listed(chunk.kept[0])) == ([[1, 2]], ["1"])


def test_a_compressed_file_is_read_as_it_was(predict: Predict) -> None:
    text = b"age,dose\n30,1.5\n"
    assert predict(gzip.compress(text)) == predict(text)


def test_rows_are_read_a_bounded_number_at_a_time() -> None:
    text = "x\n" + "1\n" * (5 * CHUNK_ROWS)
    found = [chunk.rows for chunk in chunks(text.encode(), signature(column(ColumnType.INT64)))]
    assert sum(found) == 5 * CHUNK_ROWS
    assert found[0] == FIRST_BYTES // 2
    assert set(found[1:-1]) == {CHUNK_ROWS}


@settings(max_examples=50)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=20))
def test_every_float_that_pandas_writes_is_read_back(floats: list[float]) -> None:
    text = pd.DataFrame({"x": floats}).to_csv(index=False)
    assert _read(ColumnType.FLOAT64, text) == floats
