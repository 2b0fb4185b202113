"""A function whose type hints say what it takes is given that, and held to it."""

from pathlib import Path
from typing import Any

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
