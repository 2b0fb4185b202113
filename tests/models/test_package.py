"""A model that was saved predicts the same after it was loaded, and says what it is."""

import hashlib
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from mltrack.errors import NotFoundError, UsageError
from mltrack.models import opening, saving
from mltrack.models.entities import Wishes
from mltrack.store import yaml_reader


def test_a_loaded_model_predicts_bit_for_bit_what_the_fitted_one_did(
    classifier: Any, folder: Path, frame: pd.DataFrame
) -> None:
    loaded = opening.load_package(folder)
    assert np.array_equal(loaded.predict(frame), classifier.predict(frame))
    assert np.array_equal(loaded.native.predict_proba(frame), classifier.predict_proba(frame))


def test_a_package_holds_its_model_facts_requirements_and_manifest(folder: Path) -> None:
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    loaders = [file for file in files if file.startswith("code/mltrack_loader_")]
    assert len(loaders) == 1
    assert files == [
        "MANIFEST.sha256", "MLmodel", "README.md", *loaders, "data/model.pkl", "model.yaml",
        "python_env.yaml", "requirements.lock", "requirements.txt",
    ]  # fmt: skip


def test_the_digest_is_the_sha256_of_the_manifest(folder: Path) -> None:
    manifest = (folder / "MANIFEST.sha256").read_bytes()
    assert opening.load_package(folder).digest == hashlib.sha256(manifest).hexdigest()


def test_the_manifest_is_what_sha256sum_writes_and_checks(folder: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "MANIFEST.sha256"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_model_yaml_says_flavour_versions_and_that_loading_runs_code(folder: Path) -> None:
    facts = yaml_reader.read_file(folder / "model.yaml")
    assert facts["format"] == 1
    assert facts["flavor"] == "sklearn"
    assert facts["executes_code"] is True
    assert facts["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert facts["sklearn"]["versions"]["scikit-learn"] == version("scikit-learn")


def test_the_requirements_are_what_the_model_asks_for_and_the_lock_all_that_they_need(
    folder: Path,
) -> None:
    direct, lock = (
        (folder / file).read_text(encoding="utf-8").splitlines()
        for file in ("requirements.txt", "requirements.lock")
    )
    assert direct == [f"{n}=={version(n)}" for n in ("cloudpickle", "pandas", "scikit-learn")]
    for name in ("cloudpickle", "joblib", "numpy", "pandas", "scikit-learn", "scipy"):
        assert f"{name}=={version(name)}" in lock
    assert lock[1:] == sorted(lock[1:])


def test_pandas_is_no_requirement_of_a_model_of_arrays(
    regression: Any, frame: pd.DataFrame, tmp_path: Path
) -> None:
    saved = saving.save(regression, tmp_path / "m", Wishes(inputs=frame.to_numpy()))
    assert "pandas" not in (saved.path / "requirements.lock").read_text(encoding="utf-8")


def test_no_value_of_the_inputs_is_kept(tmp_path: Path, frame: pd.DataFrame, target: Any) -> None:
    named = frame.assign(name="Grace Hopper")
    model = LogisticRegression().fit(frame, target)
    saved = saving.save(model, tmp_path / "m", Wishes(inputs=named))
    assert not any(b"Grace" in p.read_bytes() for p in saved.path.rglob("*") if p.is_file())


def test_a_model_that_is_not_fitted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="LogisticRegression is not fitted"):
        saving.save(LogisticRegression(), tmp_path / "m")


def test_a_step_that_predicts_nothing_is_refused(tmp_path: Path, frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="StandardScaler is no model"):
        saving.save(StandardScaler().fit(frame), tmp_path / "m")


def test_what_no_flavour_knows_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"PosixPath cannot be packaged"):
        saving.save(tmp_path, tmp_path / "m")


def test_a_model_that_holds_an_open_file_is_refused(
    classifier: Any, folder: Path, tmp_path: Path
) -> None:
    with (folder / "model.yaml").open("rb") as file:
        classifier.log_ = file
        with pytest.raises(UsageError, match="Pipeline cannot be saved"):
            saving.save(classifier, tmp_path / "m")


def test_a_folder_without_a_package_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="holds no model"):
        opening.load_package(tmp_path)


def test_without_inputs_an_unknown_type_is_said_at_saving(
    tmp_path: Path, frame: pd.DataFrame, target: Any
) -> None:
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import make_pipeline

    columns = make_column_transformer((StandardScaler(), ["age", "dose"]))
    model = make_pipeline(columns, LogisticRegression()).fit(frame, target)
    assert "inputs=" in saving.save(model, tmp_path / "a").notes[0]
    assert saving.save(model, tmp_path / "b", Wishes(inputs=frame)).notes == ()


def test_another_version_of_a_library_is_said_at_loading(folder: Path, rewrite: Any) -> None:
    rewrite("model.yaml", f'scikit-learn: "{version("scikit-learn")}"', 'scikit-learn: "0.1"')
    notes = opening.load_package(folder, trust=True).notes
    assert notes == (f"saved with scikit-learn 0.1, here it is {version('scikit-learn')}",)


def test_a_flavour_that_nobody_brings_is_refused_with_the_nearest_name(
    classifier: Any, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"no flavour 'sklern', did you mean sklearn\?"):
        saving.save(classifier, tmp_path / "m", Wishes(flavor="sklern"))
