"""Keras models: what is kept for predicting, what runs nothing, and what is refused."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mltrack.errors import TrustError, UsageError
from mltrack.models import manifest, opening, saving
from mltrack.models.entities import Wishes
from tests.models.frameworks.keras import EXAMPLES, use_keras

UNCHECKED = Wishes(check=False)
ROWS = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)


def forget(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "of-another-user"))


def test_layers_of_keras_alone_need_no_trust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = EXAMPLES["trained"].fitted()
    saved = saving.save(model, tmp_path / "m", UNCHECKED)
    forget(monkeypatch, tmp_path)
    loaded = opening.load_package(saved.path)
    assert np.array_equal(loaded.predict(ROWS), model.predict(ROWS, verbose=0))


def test_a_layer_of_a_stranger_is_code_and_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = saving.save(EXAMPLES["layer of the project"].fitted(), tmp_path / "m", UNCHECKED)
    forget(monkeypatch, tmp_path)
    with pytest.raises(TrustError) as refused:
        opening.load_package(saved.path)
    assert "Scale" in refused.value.why


def test_a_forged_file_makes_no_class_but_those_of_keras(tmp_path: Path) -> None:
    saved = saving.save(EXAMPLES["trained"].fitted(), tmp_path / "m", UNCHECKED)
    file = saved.path / "data" / "model.keras"
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    config["config"]["layers"][1] |= {"module": "subprocess", "class_name": "Popen"}
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    manifest.write(saved.path)
    with pytest.raises(Exception, match="Could not locate class 'Popen'"):
        opening.load_package(saved.path)


def test_an_older_keras_is_not_relied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from mltrack.models.flavors import keras as flavor

    details: dict[str, Any] = {"file": flavor.FILE, "objects": {}}
    assert not flavor.what_runs(details)
    monkeypatch.setattr(flavor, "_SAFE_SINCE", (1000, 0, 0))
    assert "may run code" in flavor.what_runs(details)


def test_what_training_alone_needs_is_left_out_and_no_time_is_written(tmp_path: Path) -> None:
    saved = saving.save(EXAMPLES["trained"].fitted(), tmp_path / "m", UNCHECKED)
    with zipfile.ZipFile(saved.path / "data" / "model.keras") as archive:
        assert "compile_config" not in json.loads(archive.read("config.json"))
        assert list(json.loads(archive.read("metadata.json"))) == ["keras_version"]
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_a_model_that_is_compiled_for_training_goes_on_training(tmp_path: Path) -> None:
    model = EXAMPLES["trained"].fitted()
    saving.save(model, tmp_path / "m", UNCHECKED)
    model.fit(ROWS, ROWS[:, 0], epochs=1, verbose=0)


def test_a_model_without_weights_is_refused(tmp_path: Path) -> None:
    keras = use_keras()
    with pytest.raises(UsageError, match="the Sequential has no weights yet"):
        saving.save(keras.Sequential([keras.layers.Dense(1)]), tmp_path / "m", UNCHECKED)


def test_a_lambda_layer_is_refused_with_the_way_out(tmp_path: Path) -> None:
    keras = use_keras()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda rows: rows * 2)])
    with pytest.raises(UsageError, match="a Lambda layer of the Sequential") as refused:
        saving.save(model, tmp_path / "m", UNCHECKED)
    assert "module of your project" in refused.value.fix


def test_a_class_that_cannot_be_imported_is_refused(tmp_path: Path) -> None:
    keras = use_keras()

    class Local(keras.layers.Layer):  # type: ignore[misc,name-defined]  # Keras has no types
        def call(self, rows: Any) -> Any:
            return rows

    model = keras.Sequential([keras.Input((2,)), Local()])
    with pytest.raises(UsageError, match="Local"):
        saving.save(model, tmp_path / "m", UNCHECKED)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not written as 'h5'"):
        saving.save(EXAMPLES["trained"].fitted(), tmp_path / "m", Wishes(format="h5"))


def test_rows_of_another_width_are_refused(tmp_path: Path) -> None:
    saved = saving.save(EXAMPLES["trained"].fitted(), tmp_path / "m", UNCHECKED)
    with pytest.raises(UsageError, match="refuses the rows"):
        opening.load_package(saved.path).predict(np.ones((3, 5), np.float32))
