"""TensorFlow and Keras on it, in an environment of their own: `make test-all`."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mltrack.errors import TrustError, UsageError
from mltrack.models import flavors, manifest, opening, saving
from mltrack.models.entities import Wishes
from tests.models.frameworks.keras import EXAMPLES as KERAS
from tests.models.frameworks.tensorflow import module, rows

tf = pytest.importorskip("tensorflow")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """Return a Keras model, and a package of the SavedModel that Keras exports."""
    model = KERAS["trained"].fitted()
    folder = tmp_path_factory.mktemp("exported") / "m"
    wishes = Wishes(flavor="tensorflow", inputs=rows(), check=False)
    return model, saving.save(model, folder, wishes).path


def test_a_keras_model_is_exported_when_that_is_asked_for(exported: tuple[Any, Path]) -> None:
    model, folder = exported
    loaded = opening.load_package(folder, trust=True)
    given = rows()[:32]  # as many as Keras itself predicts at once
    assert np.array_equal(loaded.predict(given), model.predict(given, verbose=0))


def test_keras_is_asked_for_a_keras_model_and_tensorflow_for_a_module() -> None:
    assert flavors.of(KERAS["trained"].fitted()).NAME == "keras"
    assert flavors.of(module()).NAME == "tensorflow"


def test_a_saved_model_of_unknown_origin_is_a_program(
    exported: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "of-another-user"))
    with pytest.raises(TrustError) as refused:
        opening.load_package(exported[1])
    assert "SavedModel" in refused.value.why


def test_mlflows_own_flavour_loads_the_same_saved_model(tmp_path: Path) -> None:
    import mlflow.tensorflow

    model = module()
    saved = saving.save(model, tmp_path / "m", Wishes(inputs=rows(), check=False))
    loaded = mlflow.tensorflow.load_model(str(saved.path))
    assert np.array_equal(loaded(rows())["mean"], model(rows())["mean"])


def test_mlflows_own_flavour_loads_the_same_keras_file(tmp_path: Path) -> None:
    import mlflow.keras

    model = KERAS["trained"].fitted()
    saved = saving.save(model, tmp_path / "m", Wishes(inputs=rows(), check=False))
    loaded = mlflow.keras.load_model(str(saved.path))
    assert np.array_equal(loaded.predict(rows()), model.predict(rows()))


def test_a_module_is_loaded_and_asked_in_a_process_of_its_own_before_it_counts(
    tmp_path: Path,
) -> None:
    saved = saving.save(module(), tmp_path / "m", Wishes(inputs=rows()))
    signature = opening.opened(saved.path).facts.signature
    assert signature is not None
    assert len(signature.outputs) >= 2


def test_a_module_without_a_function_of_tensorflow_is_refused(tmp_path: Path) -> None:
    class Plain(tf.Module):  # type: ignore[misc,name-defined]  # TensorFlow has no types
        def __call__(self, given: Any) -> Any:
            return given

    with pytest.raises(UsageError, match="no function that TensorFlow can save") as refused:
        saving.save(Plain(), tmp_path / "m", Wishes(check=False))
    assert "@tf.function" in refused.value.fix


def test_rows_of_another_width_are_refused(tmp_path: Path) -> None:
    saved = saving.save(module(), tmp_path / "m", Wishes(check=False))
    with pytest.raises(UsageError, match="refuses the rows"):
        opening.load_package(saved.path).predict(np.ones((3, 5), np.float32))


def test_no_path_of_this_machine_is_in_a_saved_model(exported: tuple[Any, Path]) -> None:
    files = [exported[1] / path for path in manifest.verify(exported[1])._digests]
    assert not any(bytes(Path.cwd()) in file.read_bytes() for file in files)
