"""LightGBM models keep their categories, labels and names."""

from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest

from mltrack.errors import UsageError
from mltrack.models import manifest, saving
from mltrack.models.entities import Layout, Wishes
from mltrack.models.flavors import lightgbm as flavor
from tests.models.frameworks.lightgbm import EXAMPLES

ROWS = np.random.default_rng(0).normal(size=(60, 2))
SMALL: dict[str, Any] = {"n_estimators": 3, "min_child_samples": 2, "n_jobs": 1, "verbose": -1}


def again(model: Any, folder: Path) -> Any:
    details = flavor.save(model, folder, Wishes())
    manifest.write(folder)
    return flavor.load(manifest.verify(folder), details)


@pytest.mark.parametrize("labels", [[False, True], [3, 7], ["no", "yes"]], ids=str)
def test_labels_come_back_as_they_were(labels: list[Any], tmp_path: Path) -> None:
    target = np.array(labels)[(ROWS[:, 0] > 0).astype(int)]
    model = lightgbm.LGBMClassifier(**SMALL).fit(ROWS, target)
    loaded = again(model, tmp_path)
    given, expected = (flavor.predict(one, ROWS, "predict") for one in (loaded, model))
    assert given.dtype == expected.dtype == target.dtype
    assert given.tolist() == expected.tolist()
    assert loaded.classes_.tolist() == labels


def test_a_loaded_wrapper_is_one_that_was_fitted(tmp_path: Path) -> None:
    model = lightgbm.LGBMRegressor(**SMALL).fit(ROWS, ROWS[:, 0])
    loaded = again(model, tmp_path)
    assert loaded.n_features_in_ == 2
    assert loaded.feature_importances_.tolist() == model.feature_importances_.tolist()
    assert loaded.score(ROWS, ROWS[:, 0]) == model.score(ROWS, ROWS[:, 0])


def test_a_model_that_stopped_early_predicts_with_its_best_trees(tmp_path: Path) -> None:
    data = lightgbm.Dataset(ROWS, ROWS[:, 0] > 0)
    model = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 20)
    model.best_iteration = 7
    given = flavor.predict(again(model, tmp_path), ROWS, "predict")
    assert given.tobytes() == np.asarray(model.predict(ROWS)).tobytes()


def test_a_name_with_spaces_stays_the_users_own() -> None:
    model = EXAMPLES["booster of categories"].fitted()
    rows = EXAMPLES["booster of categories"].rows()
    turned = rows[reversed(rows.columns)]
    signature = saving._signature(flavor.describe(model), Wishes(inputs=turned))
    assert signature is not None
    assert [column.name for column in signature.inputs] == list(rows.columns)


def test_an_array_has_columns_by_position() -> None:
    model = lightgbm.LGBMRegressor(**SMALL).fit(ROWS, ROWS[:, 0])
    signature = flavor.describe(model).signature
    assert signature is not None
    assert signature.layout is Layout.POSITIONS


def test_an_unknown_category_is_a_missing_one() -> None:
    model = EXAMPLES["classifier of categories"].fitted()
    rows = EXAMPLES["classifier of categories"].rows()
    given = flavor.predict(model, rows.assign(kind="zebra"), "predict_proba")
    expected = flavor.predict(model, rows.assign(kind=None), "predict_proba")
    assert given.tobytes() == expected.tobytes()


def test_categories_of_two_ways_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"code": [1, 2, 3] * 20, "kind": pd.Categorical(["a", "b"] * 30)})
    data = lightgbm.Dataset(frame, ROWS[:, 0], categorical_feature=["code", "kind"])
    model = lightgbm.train({"verbose": -1, "num_threads": 1}, data, 2)
    with pytest.raises(UsageError, match="some are numbers"):
        flavor.save(model, tmp_path, Wishes())


def test_an_objective_that_is_a_function_is_refused(tmp_path: Path) -> None:
    def squares(truth: Any, given: Any) -> Any:
        return given - truth, np.ones_like(truth)

    model = lightgbm.LGBMRegressor(**SMALL, objective=squares).fit(ROWS, ROWS[:, 0])
    with pytest.raises(UsageError, match="objective that is a function"):
        flavor.save(model, tmp_path, Wishes())


def test_bytes_that_are_no_model_are_refused(tmp_path: Path) -> None:
    details = flavor.save(lightgbm.LGBMRegressor(**SMALL).fit(ROWS, ROWS[:, 0]), tmp_path, Wishes())
    (tmp_path / details["file"]).write_text("no model", encoding="utf-8")
    manifest.write(tmp_path)
    with pytest.raises(ValueError, match=r"[Mm]odel"):
        flavor.load(manifest.verify(tmp_path), details)
