"""What every flavour keeps to, whatever its framework."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from mltrack.errors import IntegrityError
from mltrack.models import flavors, manifest, saving
from mltrack.models.entities import Wishes
from mltrack.models.flavors import Flavor

REPOSITORY = Path(__file__).parents[2]
ROWS = np.arange(24.0).reshape(12, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A fitted model of a flavour, and the module whose absence must be explained."""

    fitted: Callable[[], Any]
    framework: str


EXAMPLES = {
    "sklearn": Example(
        fitted=lambda: LinearRegression().fit(ROWS, ROWS[:, 0]), framework="scikit-learn"
    )
}


@pytest.fixture(params=flavors.names())
def flavor(request: pytest.FixtureRequest) -> Flavor:
    return flavors.named(request.param)


@pytest.fixture
def model(flavor: Flavor) -> Any:
    return EXAMPLES[flavor.NAME].fitted()


def test_it_detects_its_own_models_and_nothing_else(flavor: Flavor, model: Any) -> None:
    assert flavor.detect(model)
    assert not any(
        flavor.detect(other) for other in (None, "text", 1, object(), [1.0], type(model))
    )


def test_it_writes_below_data_alone(flavor: Flavor, model: Any, tmp_path: Path) -> None:
    flavor.save(model, tmp_path, Wishes())
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_it_writes_the_same_bytes_again(flavor: Flavor, model: Any, tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        flavor.save(model, tmp_path / name, Wishes())
        digests.add(manifest.write(tmp_path / name))
    assert len(digests) == 1


def test_a_loaded_model_predicts_the_same(flavor: Flavor, model: Any, tmp_path: Path) -> None:
    details = flavor.save(model, tmp_path, Wishes())
    manifest.write(tmp_path)
    loaded = flavor.load(manifest.verify(tmp_path), details)
    given, expected = (flavor.predict(one, ROWS, "predict") for one in (loaded, model))
    assert np.array_equal(given, expected)


def test_it_loads_only_files_that_the_manifest_names(
    flavor: Flavor, model: Any, tmp_path: Path
) -> None:
    details = flavor.save(model, tmp_path, Wishes())
    manifest.write(tmp_path)
    files = manifest.verify(tmp_path)
    paths = {k: "../x" for k, v in details.items() if isinstance(v, str) and v.startswith("data/")}
    with pytest.raises(IntegrityError):
        flavor.load(files, {**details, **paths})


def test_its_requirements_are_installed_here(flavor: Flavor) -> None:
    from importlib.metadata import version

    assert all(version(name) for name in flavor.requirements({}))


def test_it_knows_how_many_columns_its_model_takes(flavor: Flavor, model: Any) -> None:
    known = flavor.describe(model).signature
    assert known is None or len(known.inputs) == ROWS.shape[1]


def test_without_its_framework_the_extra_is_named(
    flavor: Flavor, model: Any, tmp_path: Path
) -> None:
    saving.save(model, tmp_path / "m")
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    installed = Path(np.__file__).parents[1]
    for name in ("yaml", "cloudpickle", "numpy", "numpy.libs"):
        (libraries / name).symlink_to(installed / name)
    code = (
        "import sys; from pathlib import Path; from mltrack.models.opening import load_package\n"
        "from mltrack.errors import MissingExtraError\n"
        "try: load_package(Path(sys.argv[1]))\n"
        "except MissingExtraError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, str(tmp_path / "m")],
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{libraries}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert EXAMPLES[flavor.NAME].framework in done.stdout, done.stderr
    assert f"mltrack-local[{flavor.EXTRA}]" in done.stdout


def test_an_unknown_flavour_is_refused_by_its_name() -> None:
    with pytest.raises(IntegrityError, match="no flavour 'astrology'"):
        flavors.named("astrology")
