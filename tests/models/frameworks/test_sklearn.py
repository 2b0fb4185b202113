"""scikit-learn models travel as skops files where these hold all of them, else as pickles."""

import pickle
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from mltrack.errors import MissingExtraError, MltrackError, UsageError
from mltrack.models import manifest, opening, saving, skops_files
from mltrack.models.entities import Wishes
from mltrack.models.flavors import sklearn as flavor

ROWS = np.arange(40.0).reshape(20, 2)
HALVES = [0, 1] * 10
UNCHECKED = Wishes(check=False)


def doubled(rows: Any) -> Any:
    return rows * 2


@pytest.fixture
def plain() -> Any:
    return LogisticRegression().fit(ROWS, HALVES)


@pytest.fixture
def custom() -> Any:
    return make_pipeline(FunctionTransformer(doubled), LogisticRegression()).fit(ROWS, HALVES)


def loaded(folder: Path, details: dict[str, Any]) -> Any:
    manifest.write(folder)
    return flavor.load(manifest.verify(folder), details)


def test_a_model_of_scikit_learn_alone_is_no_code(plain: Any, tmp_path: Path) -> None:
    saved = saving.save(plain, tmp_path / "m", UNCHECKED)
    package = opening.opened(saved.path)
    assert package.facts.executes_code is False
    assert (saved.path / "data" / "model.skops").is_file()


def test_nobody_has_to_trust_what_runs_no_code(
    plain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = saving.save(plain, tmp_path / "m", UNCHECKED)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another user"))
    assert opening.load_package(saved.path).predict(ROWS).tolist() == plain.predict(ROWS).tolist()


def test_a_function_of_the_user_is_pickled_and_runs(custom: Any, tmp_path: Path) -> None:
    details = flavor.save(custom, tmp_path, Wishes())
    assert details["file"] == "data/model.pkl"
    assert "pickle" in flavor.what_runs(details)


def test_what_skops_does_not_trust_is_named_where_skops_is_asked_for(
    custom: Any, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"doubled"):
        flavor.save(custom, tmp_path, Wishes(format="skops"))


def test_a_pickle_can_be_asked_for(plain: Any, tmp_path: Path) -> None:
    assert flavor.save(plain, tmp_path, Wishes(format="pickle"))["file"] == "data/model.pkl"


def test_a_format_that_is_none_is_refused(plain: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format 'joblib'"):
        flavor.save(plain, tmp_path, Wishes(format="joblib"))


def test_without_skops_the_model_is_pickled_with_a_warning(
    plain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.warns(UserWarning, match="skops is not installed"):
        details = flavor.save(plain, tmp_path, Wishes())
    assert details["file"] == "data/model.pkl"
    with pytest.raises(MissingExtraError, match="skops"):
        flavor.save(plain, tmp_path / "other", Wishes(format="skops"))


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        make_pipeline(TfidfVectorizer(vocabulary={"cat", "dogs", "sat"}), LogisticRegression()),
    ],
    ids=["numbers", "texts"],
)
def test_a_rewritten_file_loads_as_the_one_that_skops_wrote(model: Any) -> None:
    rows = ROWS if isinstance(model, LogisticRegression) else ["the cat sat", "dogs of one"] * 10
    model.fit(rows, HALVES)
    theirs = skops.io.dumps(model)
    ours = skops_files.canonical(theirs)
    given, expected = (skops.io.loads(data, trusted=[]) for data in (ours, theirs))
    assert given.predict_proba(rows).tobytes() == expected.predict_proba(rows).tobytes()
    assert skops_files.dumps(given) == skops_files.dumps(expected)
    assert skops_files.canonical(ours) == ours != theirs


def test_one_object_in_two_places_is_one_after_loading() -> None:
    shared = np.arange(3.0)
    data = skops_files.canonical(skops.io.dumps({"one": shared, "two": [shared, shared.copy()]}))
    back = skops.io.loads(data, trusted=[])
    assert back["one"] is back["two"][0]
    assert back["one"] is not back["two"][1]


def test_equal_arrays_are_kept_once() -> None:
    data = {"one": np.arange(3.0), "two": np.arange(3.0)}
    with zipfile.ZipFile(skops_bytes(data)) as file:
        assert len(file.namelist()) == len(["schema.json", "one array"])


def skops_bytes(model: Any) -> Any:
    import io

    return io.BytesIO(skops_files.dumps(model))


class Bomb:
    """Its pickle makes a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.mkdir, (self.path,)


def test_a_pickle_that_is_called_skops_is_not_run(plain: Any, tmp_path: Path) -> None:
    saved = saving.save(plain, tmp_path / "m", UNCHECKED)
    (saved.path / "data" / "model.skops").write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
    manifest.write(saved.path)
    with pytest.raises(MltrackError, match="cannot be rebuilt here"):
        opening.load_package(saved.path)
    assert not (tmp_path / "ran").exists()


def test_types_that_a_package_vouches_for_are_not_believed(
    plain: Any, custom: Any, tmp_path: Path
) -> None:
    details = flavor.save(plain, tmp_path, Wishes())
    (tmp_path / details["file"]).write_bytes(skops_files.dumps(custom))
    vouching = {**details, "trusted": [f"{doubled.__module__}.doubled"]}
    with pytest.raises(ValueError, match="doubled"):
        loaded(tmp_path, vouching)


def test_a_file_that_holds_no_model_is_refused(plain: Any, tmp_path: Path) -> None:
    details = flavor.save(plain, tmp_path, Wishes())
    (tmp_path / details["file"]).write_bytes(skops_files.dumps({"no": "model"}))
    with pytest.raises(ValueError, match="a dict, which has no predict"):
        loaded(tmp_path, details)


def test_an_old_skops_that_lets_code_through_is_not_asked(
    plain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    details = flavor.save(plain, tmp_path, Wishes())
    monkeypatch.setattr(skops, "__version__", "0.11.0")
    with pytest.raises(ValueError, match=r"skops 0\.11\.0"):
        loaded(tmp_path, details)


def test_xgboost_within_a_pipeline_is_pickled(frame: pd.DataFrame, tmp_path: Path) -> None:
    from sklearn.preprocessing import StandardScaler
    from xgboost import XGBRegressor

    model = make_pipeline(StandardScaler(), XGBRegressor(n_estimators=2, n_jobs=1))
    details = flavor.save(model.fit(frame, frame["dose"]), tmp_path, Wishes())
    assert details["file"] == "data/model.pkl"
    given = flavor.predict(loaded(tmp_path, details), frame, "predict")
    assert np.array_equal(given, model.predict(frame))


def test_a_forest_of_many_threads_gives_the_same_bits_each_time() -> None:
    numbers = np.random.default_rng(0)
    rows = numbers.normal(size=(5_000, 4))
    model = RandomForestClassifier(40, max_depth=4, random_state=0, n_jobs=2)
    model.fit(rows, rows[:, 0] + numbers.normal(size=5_000) > 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        given = {flavor.predict(model, rows, "predict_proba").tobytes() for _ in range(8)}
    assert len(given) == 1


def test_a_file_that_would_unpack_to_far_more_than_it_is_is_refused(
    regression: Any, tmp_path: Path
) -> None:
    folder = saving.save(regression, tmp_path / "m", Wishes(check=False)).path
    with zipfile.ZipFile(folder / "data" / "model.skops", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("schema.json", b" " * (80 * 2**20))
    manifest.write(folder)
    with pytest.raises(MltrackError, match="bytes would become 83886080"):
        opening.load_package(folder)
