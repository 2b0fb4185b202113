"""XGBoost models keep their categories, and say what they were not trained on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost

from mltrack.errors import UsageError
from mltrack.models import flavors, manifest
from mltrack.models.entities import ColumnType, Task, Wishes
from mltrack.models.flavors import xgboost as flavor
from tests.models.frameworks.xgboost import EXAMPLES


@pytest.fixture
def classifier() -> Any:
    return EXAMPLES["classifier of categories"].fitted()


@pytest.fixture
def frame() -> Any:
    return EXAMPLES["classifier of categories"].rows()


def test_rows_without_any_category_are_missing_ones(classifier: Any, frame: Any) -> None:
    whole = flavor.predict(classifier, frame.assign(kind=None, code=np.nan), "predict_proba")
    some = frame.assign(kind=frame["kind"].where(frame.index > 0), code=frame["code"] * 1.0)
    some.loc[0, "code"] = np.nan
    assert whole[0].tobytes() == flavor.predict(classifier, some, "predict_proba")[0].tobytes()


def test_rows_of_one_category_are_not_taken_for_another(classifier: Any, frame: Any) -> None:
    together = flavor.predict(classifier, frame, "predict_proba")
    for place in range(5):
        alone = flavor.predict(classifier, frame.iloc[[place]], "predict_proba")
        assert alone.tobytes() == together[[place]].tobytes()


def test_a_category_that_was_not_trained_on_is_named(classifier: Any, frame: Any) -> None:
    frame.loc[1, "kind"] = "zebra"
    with pytest.raises(ValueError, match=r"^Found a category .* `zebra`"):
        flavor.predict(classifier, frame, "predict")


def test_the_model_knows_its_columns(classifier: Any) -> None:
    described = flavor.describe(classifier)
    assert described.task is Task.CLASSIFICATION
    assert described.methods == ("predict", "predict_proba")
    assert described.signature is not None
    assert {column.name: column.type for column in described.signature.inputs} == {
        "age": ColumnType.FLOAT64, "dose": ColumnType.FLOAT64,
        "kind": ColumnType.STR, "code": ColumnType.INT64,
    }  # fmt: skip


def test_a_class_of_the_user_is_pickled_since_no_file_holds_what_it_does() -> None:
    class Own(xgboost.XGBRegressor):
        pass

    assert flavors.of(Own()).NAME == "sklearn"


def test_what_is_not_fitted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="XGBRegressor is not fitted"):
        flavor.save(xgboost.XGBRegressor(), tmp_path, Wishes())


def test_a_class_that_is_none_of_xgboost_is_refused(classifier: Any, tmp_path: Path) -> None:
    details = flavor.save(classifier, tmp_path, Wishes())
    manifest.write(tmp_path)
    with pytest.raises(ValueError, match="no XGBoost model 'config_context'"):
        flavor.load(manifest.verify(tmp_path), {**details, "class": "config_context"})


def test_bytes_that_are_no_model_are_refused(classifier: Any, tmp_path: Path) -> None:
    details = flavor.save(classifier, tmp_path, Wishes())
    (tmp_path / details["file"]).write_bytes(b"\x80\x04not a model")
    manifest.write(tmp_path)
    with pytest.raises(ValueError):  # noqa: PT011 - its words are XGBoost's
        flavor.load(manifest.verify(tmp_path), details)
