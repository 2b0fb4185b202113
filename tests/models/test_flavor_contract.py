"""What every flavour keeps to, whatever its framework."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from mltrack.errors import IntegrityError
from mltrack.models import flavors, loader_text, manifest, opening, process, saving, shaping
from mltrack.models.entities import Wishes
from mltrack.models.flavors import Flavor
from mltrack.models.signature.enforce import fitted
from tests.models.frameworks.example import Example, every, examples_of, framework_of, usable

REPOSITORY = Path(__file__).parents[2]
CHILDREN = Path(__file__).parent / "frameworks" / "children"


class Case(NamedTuple):
    """A trained example and its flavour."""

    flavor: Flavor
    example: Example
    model: Any


@pytest.fixture(params=every(), ids=lambda pair: f"{pair[0]}: {pair[1]}")
def case(request: pytest.FixtureRequest) -> Case:
    flavor, name = request.param
    example = examples_of(flavor)[name]
    return Case(flavors.named(flavor), example, example.fitted())


@pytest.fixture(params=usable())
def flavor(request: pytest.FixtureRequest) -> Flavor:
    return flavors.named(request.param)


def wishes_of(example: Example, rows: Any) -> Wishes:
    return replace(example.wishes, inputs=rows)


def test_it_detects_its_own_models_and_nothing_else(case: Case) -> None:
    others: tuple[Any, ...] = (None, "text", 1, object(), [1.0], type(case.model))
    assert case.example.wishes.flavor or flavors.of(case.model) is case.flavor
    assert not any(case.flavor.detect(other) for other in others)


def test_it_writes_below_data_and_code_alone_and_the_same_bytes_again(
    case: Case, tmp_path: Path
) -> None:
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        case.flavor.save(case.model, tmp_path / name, wishes_of(case.example, case.example.rows()))
        assert {path.name for path in (tmp_path / name).iterdir()} <= {"data", "code"}
        digests.add(manifest.write(tmp_path / name))
    assert len(digests) == 1


def test_what_was_loaded_is_saved_as_the_same_bytes(case: Case, tmp_path: Path) -> None:
    wishes = wishes_of(case.example, case.example.rows())
    model, details, digests = case.model, {}, []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        details = case.flavor.save(model, tmp_path / name, wishes)
        digests.append((details, manifest.write(tmp_path / name)))
        model = case.flavor.load(manifest.verify(tmp_path / name), details)
    assert digests[0] == digests[1]


def test_it_loads_only_files_that_the_manifest_names(case: Case, tmp_path: Path) -> None:
    details = case.flavor.save(case.model, tmp_path, wishes_of(case.example, case.example.rows()))
    manifest.write(tmp_path)
    files = manifest.verify(tmp_path)
    paths = {k: "../x" for k, v in details.items() if isinstance(v, str) and v.startswith("data/")}
    if paths:
        with pytest.raises((IntegrityError, OSError)):
            case.flavor.load(files, {**details, **paths})


def test_a_changed_model_file_is_refused(case: Case, tmp_path: Path) -> None:
    details = case.flavor.save(case.model, tmp_path, wishes_of(case.example, case.example.rows()))
    manifest.write(tmp_path)
    files = manifest.verify(tmp_path)
    for path in files.paths:
        (tmp_path / path).write_bytes((tmp_path / path).read_bytes() + b"\0")
    with pytest.raises(IntegrityError, match="was changed after the model was saved"):
        manifest.verify(tmp_path)
    if any(path.startswith("data/") for path in files.paths):
        with pytest.raises(IntegrityError, match="was changed after the model was saved"):
            case.flavor.load(files, details)


def test_its_requirements_are_installed_here(case: Case, tmp_path: Path) -> None:
    from importlib.metadata import version

    details = case.flavor.save(case.model, tmp_path, wishes_of(case.example, case.example.rows()))
    assert all(version(name) for name in case.flavor.requirements(details))


def test_what_it_describes_is_true_of_the_rows_it_takes(case: Case) -> None:
    described = case.flavor.describe(case.model)
    assert described.methods[0] == "predict"
    assert set(case.example.asked(case.model, case.example.rows())) <= set(described.methods)
    if described.signature is not None and not described.tensors:
        assert len(described.signature.inputs) == np.asarray(case.example.rows()).shape[1]


def test_another_process_with_another_hash_seed_writes_the_same_bytes(
    flavor: Flavor, tmp_path: Path
) -> None:
    elsewhere = _child("saved.py", flavor.NAME, tmp_path / "there", PYTHONHASHSEED="1")
    for name, example in examples_of(flavor.NAME).items():
        folder = tmp_path / name
        folder.mkdir()
        flavor.save(example.fitted(), folder, wishes_of(example, example.rows()))
        assert f"{manifest.write(folder)} {name}" in elsewhere.splitlines()


def test_predictions_are_the_same_bit_for_bit_in_every_place(
    flavor: Flavor, tmp_path: Path
) -> None:
    (tmp_path / "rows").mkdir()
    expected = {}
    for name, example in examples_of(flavor.NAME).items():
        model, rows = example.fitted(), example.rows()
        expected[name] = _arrays(example.asked(model, rows))
        saved = saving.save(model, tmp_path / name, replace(wishes_of(example, rows), check=False))
        for place, given in _given_here(saved.path, rows, list(expected[name])):
            _assert_same(given, expected[name], f"{name}, {place}")
        (tmp_path / "rows" / name).write_bytes(pickle.dumps((rows, list(expected[name]))))
    for place, by_name in _given_without_mltrack(flavor, tmp_path):
        assert set(by_name) == set(expected) or place == "MLflow's own flavour"
        for name, given in by_name.items():
            _assert_same(given, expected[name], f"{name}, {place}")


def _arrays(asked: Any) -> dict[str, Any]:
    return {method: shaping.answer_of(values) for method, values in asked.items()}


def _given_here(folder: Path, rows: Any, methods: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield what a package gives in this process, and in one of its own."""
    package = opening.opened(folder)
    model = opening.load(package)
    yield "loaded here", _arrays({m: model.predict(rows, method=m) for m in methods})
    assert package.facts.signature is not None
    table = fitted(package.facts.signature, rows).table
    yield "loaded here, asked for arrays", {m: model.answer(table, m) for m in methods}
    start = process.Start(
        python=Path(sys.executable), text=loader_text.text_of(package.flavor, package.facts),
        folder=folder, digest=package.files.digest, variables=os.environ,
    )  # fmt: skip
    with process.started(start) as running:
        yield "a process of its own", {m: running.answer(table, m) for m in methods}


def _given_without_mltrack(flavor: Flavor, folder: Path) -> list[tuple[str, Any]]:
    """Return what all packages below a folder give where there is no mltrack, place by place."""
    _child("asked.py", folder, flavor.NAME)
    found: list[tuple[str, Any]] = pickle.loads((folder / "given").read_bytes())
    return found


def _child(script: str, *arguments: object, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", CHILDREN / script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **variables},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _assert_same(given: Any, expected: Any, where: str) -> None:
    assert "predict" in given
    for method in given:
        arrays = expected[method][1]
        assert len(given[method][1]) == len(arrays), f"{where}, {method}"
        for ours, theirs in zip(given[method][1], arrays, strict=True):
            assert _bits(ours) == _bits(theirs), f"{where}, {method}"


def _bits(array: Any) -> Any:
    """Return what must be equal: texts by what they say, numbers by their type and bits."""
    if array.dtype.kind in "OUT":
        return array.shape, array.astype(object).tolist()
    return array.shape, array.dtype, array.tobytes()


@pytest.mark.parametrize("flavor", [n for n in usable() if framework_of(n)], indirect=True)
def test_without_its_framework_the_extra_is_named(flavor: Flavor, tmp_path: Path) -> None:
    name, example = next(iter(examples_of(flavor.NAME).items()))
    wishes = replace(wishes_of(example, example.rows()), check=False)
    saving.save(example.fitted(), tmp_path / "m", wishes)
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
    assert framework_of(flavor.NAME) in done.stdout, done.stderr
    assert f"mltrack-local[{flavor.EXTRA}]" in done.stdout


def test_an_unknown_flavour_is_refused_by_its_name() -> None:
    with pytest.raises(IntegrityError, match="no flavour 'astrology'"):
        flavors.named("astrology")
