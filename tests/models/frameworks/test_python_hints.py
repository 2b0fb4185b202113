"""A function whose type hints say what it takes is given that, and held to it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mltrack.errors import UsageError
from mltrack.models import opening, saving
from mltrack.models.entities import ColumnType, Layout, Wishes
from mltrack.models.loaded import LoadedModel
from tests.models.frameworks.python import use_project


def saved(name: str, folder: Path, **wishes: Any) -> LoadedModel:
    use_project()
    import hinted

    package = saving.save(getattr(hinted, name), folder, Wishes(**{"check": False, **wishes}))
    return opening.load_package(package.path)


def test_hints_are_the_signature_where_no_rows_are_given(tmp_path: Path) -> None:
    model = saved("ages_next_year", tmp_path / "m")
    assert model.signature is not None
    told = [(column.name, column.type, column.nullable) for column in model.signature.inputs]
    assert told == [("age", ColumnType.INT64, False), ("dose", ColumnType.FLOAT64, True)]
    with pytest.raises(UsageError, match="lacks the column"):
        model.predict([{"dose": 1.0}])


def test_rows_come_as_the_mappings_that_the_hint_names(tmp_path: Path) -> None:
    rows = [{"age": 40, "dose": None}, {"age": 41, "dose": 0.5}]
    model = saved("ages_next_year", tmp_path / "m", inputs=rows, check=True)
    assert model.predict(rows) == [41.0, 42.0]


def test_rows_come_as_the_objects_that_the_hint_names(tmp_path: Path) -> None:
    model = saved("note_counts", tmp_path / "m")
    assert model.predict([{"age": 3, "notes": ["a", "b"]}, {"age": 2, "notes": []}]) == [6, 0]


def test_single_values_come_as_a_list(tmp_path: Path) -> None:
    model = saved("lengths", tmp_path / "m")
    assert model.signature is not None
    assert model.signature.layout is Layout.SINGLE
    assert model.predict(["ab", "cde"]) == [2, 3]


def test_missing_values_come_as_none_and_integers_beside_them_as_integers(tmp_path: Path) -> None:
    model = saved("kinds_of_values", tmp_path / "m")
    rows = [{"count": 5, "dose": 0.5, "kind": "a"}, {"count": None, "dose": None, "kind": None}]
    assert model.predict(rows) == ["int,float,str", "NoneType,NoneType,NoneType"]


def test_single_values_that_are_missing_come_as_none(tmp_path: Path) -> None:
    assert saved("missing_texts", tmp_path / "m").predict(["a", None]) == [False, True]


def test_what_the_class_of_a_row_refuses_is_said_with_its_line(tmp_path: Path) -> None:
    model = saved("checked_ages", tmp_path / "m")
    assert model.predict([{"age": 3}]) == [3]
    with pytest.raises(UsageError, match=r"hinted\.py:\d+: LookupError: nobody is that young"):
        model.predict([{"age": -1}])


def test_an_object_that_is_called_tells_what_it_takes(tmp_path: Path) -> None:
    model = saved("scorer", tmp_path / "m")
    assert model.signature is not None
    assert [column.name for column in model.signature.inputs] == ["age", "dose"]
    assert model.predict([{"age": 1, "dose": None}]) == [2.0]


def test_rows_of_an_array_come_as_lists_where_the_hint_names_lists(tmp_path: Path) -> None:
    model = saved("sums", tmp_path / "m", inputs=np.ones((3, 2)), check=True)
    assert model.predict([[1.0, 3.0], [2.0]]) == [4.0, 2.0]
    assert model.predict(np.ones((3, 2))) == [2.0, 2.0, 2.0]


def test_rows_come_as_arrays_where_the_hint_names_arrays(tmp_path: Path) -> None:
    model = saved("corners", tmp_path / "m", inputs=np.ones((2, 3, 3)), check=True)
    assert model.predict(np.ones((2, 3, 3))) == [1.0, 1.0]
