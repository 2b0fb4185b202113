"""A CSV file goes in, typed as the signature says; predictions come out, a row for a row."""

import io
import os
from collections.abc import Callable
from pathlib import Path
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
from mltrack.models import opening, saving
from mltrack.models.entities import Column, ColumnType, Layout, Signature, Wishes
from mltrack.models.rows import csv_rows
from mltrack.models.rows.predictions import predict_file, replaced
from mltrack.models.signature.columns import Table

Predict = Callable[..., str]


@pytest.fixture
def predict(folder: Path) -> Predict:
    def run(data: str | bytes, model: Path = folder) -> str:
        stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
        output = io.StringIO()
        predict_file(opening.load_package(model), stream, "rows.csv", output)
        return output.getvalue()

    return run


def _read(kind: ColumnType, text: str | bytes, *, nullable: bool = False) -> list[Table]:
    column = Column(name="x", type=kind, nullable=nullable)
    taking = Signature(layout=Layout.NAMED, inputs=(column,))
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return list(csv_rows.opened(stream, taking, "rows.csv").chunks)


def test_predictions_are_those_of_the_model(
    predict: Predict, classifier: Any, frame: pd.DataFrame
) -> None:
    lines = predict(frame.to_csv(index=False)).splitlines()
    assert lines[0] == "prediction"
    assert [int(line) for line in lines[1:]] == list(classifier.predict(frame))


def test_floats_survive_to_the_last_bit(
    predict: Predict, frame: pd.DataFrame, tmp_path: Path
) -> None:
    model = LinearRegression().fit(frame, frame["dose"] / 3)
    saved = saving.save(model, tmp_path / "m", Wishes(inputs=frame)).path
    lines = predict(frame.to_csv(index=False), saved).splitlines()[1:]
    assert [float(line) for line in lines] == list(model.predict(frame))


def test_several_outputs_become_several_columns(
    predict: Predict, frame: pd.DataFrame, tmp_path: Path
) -> None:
    saved = saving.save(
        LinearRegression().fit(frame, frame), tmp_path / "m", Wishes(inputs=frame)
    ).path
    assert predict("age,dose\n1,2\n", saved).startswith("prediction_0,prediction_1\n")


def test_digits_in_a_text_column_stay_text(predict: Predict, tmp_path: Path) -> None:
    rows = pd.DataFrame({"zip": ["02139", "94107"] * 5})
    encoder = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["zip"]))
    model = make_pipeline(encoder, LinearRegression()).fit(rows, [1.0, 2.0] * 5)
    saved = saving.save(model, tmp_path / "m", Wishes(inputs=rows)).path
    first, second = predict("zip\n02139\n94107\n", saved).splitlines()[1:]
    assert (round(float(first)), round(float(second))) == (1, 2)


def test_a_model_without_names_takes_columns_by_position(
    predict: Predict, regression: Any, tmp_path: Path
) -> None:
    saved = saving.save(regression, tmp_path / "m").path
    assert float(predict("a,b\n30,0.5\n", saved).splitlines()[1]) == pytest.approx(0.5)


def test_an_empty_cell_is_missing_where_the_model_copes(
    predict: Predict, frame: pd.DataFrame, tmp_path: Path
) -> None:
    model = HistGradientBoostingRegressor(max_iter=2).fit(frame, frame["dose"])
    saved = saving.save(model, tmp_path / "m", Wishes(inputs=frame)).path
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
        [np.datetime64("2026-01-31T00"), np.datetime64("2026-01-31T10")],
    ),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_is_read_as_its_column_says(case: str) -> None:
    kind, text, expected = CELLS[case]
    assert list(_read(kind, f"x\n{text}")[0].columns[0]) == expected


REFUSED = {
    "text for a number": (ColumnType.FLOAT64, "1\nnull\n", "line 3: 'null' is no float64"),
    "digits in groups": (ColumnType.FLOAT64, "1_000\n", "line 2: '1_000' is no float64"),
    "half an integer": (ColumnType.INT64, "1\n2.5\n", r"line 3: '2\.5' is no int64"),
    "an integer of 65 bits": (ColumnType.INT64, "9223372036854775808\n", "is no int64"),
    "no integer at all": (ColumnType.INT64, "inf\n", "'inf' is no int64"),
    "a number for a bool": (ColumnType.BOOL, "1\n", "line 2: '1' is no bool"),
    "no time": (ColumnType.DATETIME, "31.1.2026\n", r"'31\.1\.2026' is no datetime"),
    "no value": (ColumnType.FLOAT64, '1\n""\n', "line 3: there is no value"),
    "NaN as text": (ColumnType.FLOAT64, "NaN\n", "line 2: there is no value"),
    "after blank lines": (ColumnType.INT64, "1\n\n\nx\n", "line 5: 'x' is no int64"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_cell_that_does_not_fit_is_named_by_column_line_and_value(case: str) -> None:
    kind, text, message = REFUSED[case]
    with pytest.raises(UsageError, match=f"rows.csv: column 'x', .*{message}"):
        _read(kind, f"x\n{text}")


FILES = {
    "nothing": ("", r"rows\.csv is empty"),
    "a header alone": ("age,dose\n", "a header and no rows"),
    "rows without a header": ("30,1.5\n", "lacks the columns age, dose"),
    "a column that is missing": ("age\n30\n", "lacks the column dose"),
    "a column twice": ("age,age,dose\n1,2,3\n", "two columns called 'age'"),
    "a row too long": ("age,dose\n1,2\n1,2,3\n", r"rows\.csv:3: the row has 3 cells"),
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
        predict(b"age,dose\n" + b"9" * (csv_rows.MAX_LINE_BYTES + 1))


def test_a_model_that_knows_no_types_takes_no_csv(
    predict: Predict, frame: pd.DataFrame, tmp_path: Path
) -> None:
    columns = make_column_transformer(("passthrough", ["age"]))
    model = make_pipeline(columns, LinearRegression()).fit(frame, frame["dose"])
    saved = saving.save(model, tmp_path / "m").path
    with pytest.raises(UsageError, match="does not say what its column 'age' holds"):
        predict("age,dose\n1,2\n", saved)


def test_rows_are_read_a_bounded_number_at_a_time() -> None:
    text = "x\n" + "1\n" * (csv_rows.CHUNK_ROWS + 7)
    sizes = [len(table.columns[0]) for table in _read(ColumnType.INT64, text)]
    assert sizes == [csv_rows.CHUNK_ROWS, 7]


@settings(max_examples=50)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=20))
def test_every_float_that_pandas_writes_is_read_back(values: list[float]) -> None:
    text = pd.DataFrame({"x": values}).to_csv(index=False)
    assert list(_read(ColumnType.FLOAT64, text)[0].columns[0]) == values


def test_an_output_that_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old\n", encoding="utf-8")

    def fail() -> None:
        with replaced(file) as sink:
            sink.write("half")
            raise UsageError("a bad row")

    with pytest.raises(UsageError, match="a bad row"):
        fail()
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    assert file.read_text(encoding="utf-8") == "old\n"


def test_a_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with replaced(pipe) as sink:
        sink.write("row\n")
    assert os.read(reader, 100) == b"row\n"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_stays_a_link_and_what_it_names_is_written(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    with replaced(link) as sink:
        sink.write("row\n")
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "row\n"


def test_a_file_that_is_replaced_keeps_who_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.touch(mode=0o600)
    with replaced(file) as sink:
        sink.write("row\n")
    assert file.stat().st_mode & 0o777 == 0o600
