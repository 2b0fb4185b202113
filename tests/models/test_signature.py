"""Which columns a model takes: found out at saving, held to at predicting."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline

from mltrack.errors import IntegrityError, UsageError
from mltrack.models import codec, opening, saving
from mltrack.models.entities import Column, ColumnType, Layout, Signature, Wishes
from mltrack.models.signature import inferring
from mltrack.models.signature.enforce import fitted

BOOL, INT, FLOAT, TEXT, TIME = (
    ColumnType.BOOL, ColumnType.INT64, ColumnType.FLOAT64, ColumnType.STR, ColumnType.DATETIME,
)  # fmt: skip
NOON = datetime.datetime(2026, 1, 31, 12)  # noqa: DTZ001 - a column without a zone
NAN = float("nan")

INFERRED = {
    "bools": (pd.Series([True, False]), BOOL, False),
    "bools with a missing one": (pd.Series([True, None], dtype=object), BOOL, True),
    "integers": (pd.Series([1, 2]), INT, False),
    "small integers": (np.array([1, 2], dtype=np.uint8), INT, False),
    "integers of pandas with a missing one": (pd.Series([1, None], dtype="Int64"), INT, True),
    "floats": (pd.Series([1.0, 2.5]), FLOAT, False),
    "floats of half size": (np.array([1.5], dtype=np.float32), FLOAT, False),
    "floats with a missing one": (pd.Series([1.0, NAN]), FLOAT, True),
    "texts": (pd.Series(["02139", "94107"]), TEXT, False),
    "texts with a missing one": (pd.Series(["a", None]), TEXT, True),
    "categories": (pd.Series(["a", "b"], dtype="category"), TEXT, False),
    "times": (pd.Series([NOON, NOON]), TIME, False),
    "times with a missing one": (pd.Series([NOON, None]), TIME, True),
}


@pytest.mark.parametrize("case", INFERRED)
def test_a_column_has_the_type_of_its_values(case: str) -> None:
    values, kind, nullable = INFERRED[case]
    found = inferring.from_data(pd.DataFrame({"x": values})).inputs
    assert found == (Column(name="x", type=kind, nullable=nullable),)


@pytest.mark.parametrize("values", [[1, "a"], [None, None], [{}, {}], []], ids=repr)
def test_a_type_that_cannot_be_inferred_fails_the_save_with_the_columns_name(
    values: list[Any],
) -> None:
    with pytest.raises(UsageError, match="column 'x' cannot be inferred"):
        inferring.from_data(pd.DataFrame({"x": pd.Series(values, dtype=object)}))


def test_rows_may_be_lists_or_mappings() -> None:
    columns = (Column(name="a", type=INT), Column(name="b", type=TEXT))
    assert inferring.from_data([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]).inputs == columns
    by_position = inferring.from_data([[1, "x"], [2, "y"]])
    assert by_position.layout is Layout.POSITIONS
    assert [column.type for column in by_position.inputs] == [INT, TEXT]


def test_rows_of_different_lengths_are_named() -> None:
    with pytest.raises(UsageError, match="row 1 has 1 values, row 0 has 2"):
        inferring.from_data([[1, 2], [1]])


def test_a_model_knows_its_columns_without_inputs(folder: Path, classifier: Any) -> None:
    known = saving.save(classifier, folder.parent / "bare")
    loaded = opening.load_package(known.path).signature
    assert loaded is not None
    assert [(c.name, c.type) for c in loaded.inputs] == [("age", FLOAT), ("dose", FLOAT)]


def test_the_order_of_columns_is_the_models_and_others_are_ignored(
    classifier: Any, frame: pd.DataFrame, tmp_path: Path
) -> None:
    mixed = frame.assign(target=1)[["target", "dose", "age"]]
    loaded = opening.load_package(
        saving.save(classifier, tmp_path / "m", Wishes(inputs=mixed)).path
    )
    assert loaded.signature is not None
    assert [column.name for column in loaded.signature.inputs] == ["age", "dose"]


def test_inputs_without_a_trained_column_are_refused(
    classifier: Any, frame: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="trained with: dose"):
        saving.save(classifier, tmp_path / "m", Wishes(inputs=frame[["age"]]))


def test_inputs_say_what_comes_out(folder: Path) -> None:
    known = opening.load_package(folder).signature
    assert known is not None
    assert known.outputs == (Column(name="prediction", type=INT),)


def test_a_model_that_copes_with_missing_values_may_get_them(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    model = HistGradientBoostingRegressor(max_iter=2).fit(frame, frame["dose"])
    loaded = opening.load_package(saving.save(model, tmp_path / "m", Wishes(inputs=frame)).path)
    assert len(loaded.predict(frame.assign(dose=NAN))) == len(frame)


def test_a_model_of_texts_takes_texts(tmp_path: Path) -> None:
    texts = ["a cat sat", "dogs run"] * 5
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [0, 1] * 5)
    loaded = opening.load_package(saving.save(model, tmp_path / "m", Wishes(inputs=texts)).path)
    assert list(loaded.predict(["the cat"])) == [0]


def test_a_signature_comes_back_from_its_file(folder: Path) -> None:
    text = (folder / "model.yaml").read_bytes()
    assert codec.encode(codec.decode(text, "model.yaml")) == text


def test_a_package_of_a_newer_format_is_refused(folder: Path, rewrite: Any) -> None:
    rewrite("model.yaml", "format: 1", "format: 2")
    with pytest.raises(IntegrityError, match="newer than this mltrack reads"):
        opening.load_package(folder)


def _taking(kind: ColumnType, *, nullable: bool = False) -> Signature:
    return Signature(layout=Layout.NAMED, inputs=(Column(name="x", type=kind, nullable=nullable),))


FITS = {
    "an integer is a float": (_taking(FLOAT), [1, 2], [1.0, 2.0]),
    "a whole float is an integer that may be missing": (_taking(INT, nullable=True), [1.0], [1.0]),
    "digits stay text": (_taking(TEXT), ["02139"], ["02139"]),
    "half floats are floats": (_taking(FLOAT), np.array([1.5], np.float32), [1.5]),
}


@pytest.mark.parametrize("case", FITS)
def test_what_fits_goes_in(case: str) -> None:
    taking, values, expected = FITS[case]
    table = fitted(taking, pd.DataFrame({"x": values})).table
    assert list(table.columns[0]) == expected


MISFITS = {
    "a float is no integer": (_taking(INT), [1, 2.5], r"row 0: 1\.0 is no int64"),
    "half an integer": (
        _taking(INT, nullable=True),
        [1.0, 2.5],
        r"2\.5 is no int64|1\.0 is no int64",
    ),
    "text is no number": (_taking(FLOAT), [1.5, "2"], "row 1: '2' is no float64"),
    "a number is no text": (_taking(TEXT), [2139], "row 0: 2139 is no str"),
    "a bool is no number": (_taking(FLOAT), [True], "row 0: True is no float64"),
    "a number is no bool": (_taking(BOOL), [1], "row 0: 1 is no bool"),
    "a text is no time": (_taking(TIME), ["2026-01-31"], "is no datetime"),
    "a missing value": (_taking(FLOAT), [1.0, NAN], "row 1: there is no value"),
}


@pytest.mark.parametrize("case", MISFITS)
def test_what_does_not_fit_is_named_by_column_row_and_value(case: str) -> None:
    taking, values, message = MISFITS[case]
    with pytest.raises(UsageError, match=f"column 'x', .*({message})"):
        fitted(taking, pd.DataFrame({"x": values}))


def test_a_missing_column_is_named(folder: Path, frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="lacks the column dose"):
        opening.load_package(folder).predict(frame[["age"]])


def test_extra_columns_are_left_out_with_a_note(folder: Path, frame: pd.DataFrame) -> None:
    loaded = opening.load_package(folder)
    with pytest.warns(UserWarning, match="left out.*column id"):
        predicted = loaded.predict(frame.assign(id=7))
    assert np.array_equal(predicted, loaded.predict(frame))


def test_columns_in_another_order_are_found_by_name(folder: Path, frame: pd.DataFrame) -> None:
    loaded = opening.load_package(folder)
    assert np.array_equal(loaded.predict(frame[["dose", "age"]]), loaded.predict(frame))


def test_an_array_goes_in_by_position(folder: Path, frame: pd.DataFrame) -> None:
    loaded = opening.load_package(folder)
    assert np.array_equal(loaded.predict(frame.to_numpy()), loaded.predict(frame.astype(float)))


def test_an_array_of_another_width_is_refused(tmp_path: Path) -> None:
    model = LinearRegression().fit(np.ones((3, 2)), [1, 2, 3])
    loaded = opening.load_package(saving.save(model, tmp_path / "m").path)
    with pytest.raises(UsageError, match="takes 2 columns, the data has 3"):
        loaded.predict(np.ones((1, 3)))
