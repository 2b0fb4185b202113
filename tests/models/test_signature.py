"""Which columns a model takes: found out at saving, held to at predicting."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mltrack.errors import UsageError
from mltrack.models import opening, saving
from mltrack.models.answer import Answer
from mltrack.models.entities import Column, ColumnType, Layout, Signature, Wishes
from mltrack.models.flavors import sklearn as flavor
from mltrack.models.signature.columns import rows_of
from mltrack.models.signature.enforce import fitted
from mltrack.models.signature.inferring import from_data, outputs_of, sample_of

INT, FLOAT, SMALL, TEXT, ANY = (
    ColumnType.INT64, ColumnType.FLOAT64, ColumnType.FLOAT32, ColumnType.STR, ColumnType.ANY,
)  # fmt: skip
NAN = float("nan")


class Named(NamedTuple):
    a: int
    b: str


@dataclass
class Record:
    a: int
    b: str


def columns(*names: str, kind: ColumnType = FLOAT) -> tuple[Column, ...]:
    return tuple(Column(name=name, type=kind) for name in names)


BOTH = (Column(name="a", type=INT), Column(name="b", type=TEXT))
ROWS = {
    "a DataFrame of pandas": pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
    "a DataFrame of polars": pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
    "columns by name": {"a": np.array([1, 2]), "b": ["x", "y"]},
    "mappings": [{"a": 1, "b": "x"}, {"b": "y", "a": 2}],
    "dataclasses": [Record(1, "x"), Record(2, "y")],
    "named tuples": [Named(1, "x"), Named(2, "y")],
}


@pytest.mark.parametrize("kind", ROWS)
def test_rows_with_names_are_columns_by_name(kind: str) -> None:
    signature = from_data(ROWS[kind])
    assert signature == Signature(layout=Layout.NAMED, inputs=BOTH)
    given = rows_of(fitted(signature, ROWS[kind]).table)
    pd.testing.assert_frame_equal(given, pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))


@pytest.mark.parametrize("rows", [np.array([[1.5, 2], [3, 4]]), [[1.5, 2.0], (3.0, 4.0)]])
def test_rows_without_names_are_columns_by_position(rows: Any) -> None:
    signature = from_data(rows)
    assert signature == Signature(layout=Layout.POSITIONS, inputs=columns("x0", "x1"))
    given = rows_of(fitted(signature, rows).table)
    assert given.tolist() == [[1.5, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("rows", [["a", "b"], pd.Series(["a", "b"]), pl.Series(["a", "b"])])
def test_single_values_are_rows_of_one(rows: Any) -> None:
    signature = from_data(rows)
    assert signature == Signature(layout=Layout.SINGLE, inputs=columns("value", kind=TEXT))
    assert list(rows_of(fitted(signature, rows).table)) == ["a", "b"]


NO_ROWS = {
    "no rows": ([], "there are no rows"),
    "rows of several lengths": ([[1, 2], [1]], "row 1 has 1 values, row 0 has 2"),
    "rows of other names": ([{"a": 1}, {"b": 1}], "row 1 has other columns than row 0: a, b"),
    "columns of several lengths": ({"a": [1], "b": [1, 2]}, "a has 1, b has 2"),
    "a column that is no list": ({"a": 1}, "the column a is a int and holds no rows"),
    "a number": (1.5, "a float holds no rows"),
    "a text": ("text", "a str holds no rows"),
    "a column twice": (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns called 'a'"),
}


@pytest.mark.parametrize("case", NO_ROWS)
def test_what_holds_no_rows_is_refused(case: str) -> None:
    data, message = NO_ROWS[case]
    with pytest.raises(UsageError, match=message):
        from_data(data)


def test_a_missing_column_is_named_with_what_may_have_been_meant() -> None:
    signature = Signature(layout=Layout.NAMED, inputs=columns("age", "dose"))
    with pytest.raises(UsageError, match=r"lacks the column dose, did you mean Dose\?\nit has"):
        fitted(signature, pd.DataFrame({"age": [1.0], "Dose": [1.0]}))
    with pytest.raises(UsageError, match=r"lacks the columns age, dose, did you mean doses\?"):
        fitted(signature, {"doses": [1.0]})


def test_times_of_another_zone_are_a_warning_and_those_of_utc_are_not() -> None:
    times = pd.Series(pd.to_datetime(["2026-07-01"]))
    with pytest.warns(UserWarning, match="'x' are of Europe/Berlin: .* in UTC, without a zone"):
        from_data(pd.DataFrame({"x": times.dt.tz_localize("Europe/Berlin")}))
    from_data(pd.DataFrame({"x": times.dt.tz_localize("UTC")}))


def test_digits_below_a_microsecond_are_cut_off_with_a_note() -> None:
    signature = Signature(layout=Layout.NAMED, inputs=columns("x", kind=ColumnType.DATETIME))
    fine = np.array(["2026-07-01T12:00:00.000000001"], "datetime64[ns]")
    assert "below a microsecond" in fitted(signature, {"x": fine}).notes[0]
    assert (
        fitted(signature, {"x": fine.astype("datetime64[s]").astype("datetime64[ns]")}).notes == ()
    )


def test_a_sample_is_the_first_rows_whatever_holds_them() -> None:
    frame = pd.DataFrame({"a": range(1000)})
    for data in (frame, frame.to_numpy(), pl.from_pandas(frame), {"a": list(range(1000))}):
        signature = from_data(data)
        assert len(rows_of(fitted(signature, sample_of(data)).table)) == 100


def test_what_a_model_gives_has_columns_and_an_image_stays_whole() -> None:
    def shown(array: Any) -> list[tuple[str, tuple[int, ...]]]:
        return [(c.name, c.shape) for c in outputs_of(Answer(None, (array,)))]

    assert shown(np.ones(3)) == [("prediction", ())]
    assert shown(np.ones((3, 2))) == [("prediction_0", ()), ("prediction_1", ())]
    assert shown(np.ones((3, 4, 5))) == [("prediction", (4, 5))]


def test_a_model_knows_its_columns_without_inputs(classifier: Any) -> None:
    known = flavor.describe(classifier).signature
    assert known is not None
    assert [(c.name, c.type) for c in known.inputs] == [("age", FLOAT), ("dose", FLOAT)]


def test_inputs_say_what_comes_out(folder: Path) -> None:
    known = opening.load_package(folder).signature
    assert known is not None
    assert known.outputs == (Column(name="prediction", type=INT),)


def test_a_model_of_texts_takes_texts(tmp_path: Path) -> None:
    texts = ["a cat sat", "dogs run"] * 5
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [0, 1] * 5)
    loaded = opening.load_package(saving.save(model, tmp_path / "m", Wishes(inputs=texts)).path)
    assert list(loaded.predict(["the cat"])) == [0]


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


def test_an_array_of_another_width_is_refused(regression: Any) -> None:
    signature = flavor.describe(regression).signature
    assert signature is not None
    with pytest.raises(UsageError, match="takes 2 columns, the data has 3"):
        fitted(signature, np.ones((1, 3)))
