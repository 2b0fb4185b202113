"""Python functions and objects as models: what travels, what runs, and what is refused."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mltrack.errors import MltrackError, NotFoundError, TrustError, UsageError
from mltrack.models import manifest, opening, saving
from mltrack.models.entities import Wishes
from mltrack.models.installed import python_version
from tests.models.frameworks.python import PROJECT, use_project

UNCHECKED = Wishes(check=False)
ROWS = np.arange(6.0).reshape(3, 2)


class OfATest:
    """A class that can be imported, whose state is no JSON."""

    def __init__(self) -> None:
        self.weights = {"deep": [1.0, np.float64(2.0)]}

    def predict(self, rows: Any) -> Any:
        return rows


class WithoutState(OfATest):
    __slots__ = ("weights",)


class LoadsTooLate(OfATest):
    """Its load is a method, and nothing can make it first."""

    def __init__(self, size: int) -> None:
        self.size = size

    def save(self, folder: Path) -> None: ...

    def load(self, folder: Path) -> None: ...


def a_function(rows: Any) -> Any:
    return rows


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that modules are imported from, as of a script that lies there."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def written(project: Path, name: str, text: str) -> Path:
    file = project / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("model", "what"),
    [
        (lambda rows: rows, "the lambda cannot travel as code"),
        (OfATest().predict, "function predict cannot travel as code"),
        (OfATest(), r"weights.deep\[1\] is a numpy.float64"),
        (LoadsTooLate(1), "its __init__ needs size"),
    ],
    ids=["lambda", "bound method", "state that is no JSON", "load without a classmethod"],
)
def test_what_cannot_travel_as_code_is_refused_with_the_ways_out(
    model: Any, what: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=what) as refused:
        saving.save(model, tmp_path / "m", UNCHECKED)
    assert "pickle=True" in refused.value.fix or "classmethod" in refused.value.fix


def test_the_error_about_state_names_both_ways_and_the_pickle(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        saving.save(OfATest(), tmp_path / "m", UNCHECKED)
    assert all(word in refused.value.fix for word in ("save(folder)", "load(folder)", "pickle="))


def test_a_function_of_the_script_itself_is_refused(tmp_path: Path) -> None:
    script = written(
        tmp_path,
        "train.py",
        "import mltrack\ndef rate(rows): return rows\nmltrack.save_model(rate, './m')\n",
    )
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(Path(saving.__file__).parents[2])},
    )  # fmt: skip
    assert "the function rate cannot travel as code" in done.stderr
    assert "it is defined in the script or notebook itself" in done.stderr


def test_a_lambda_travels_when_a_pickle_is_asked_for(tmp_path: Path) -> None:
    saved = saving.save(lambda rows: rows * 2, tmp_path / "m", Wishes(pickle=True, check=False))
    assert opening.load_package(saved.path).predict(ROWS).tolist() == (ROWS * 2).tolist()


def test_no_code_of_a_stranger_runs_and_the_refusal_names_it(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "it-ran"
    text = f"from pathlib import Path\nPath({str(ran)!r}).touch()\ndef predict(rows): return rows\n"
    saved = saving.save(written(project, "model.py", text), tmp_path / "m", UNCHECKED)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "of-another-user"))
    with pytest.raises(TrustError) as refused:
        opening.load_package(saved.path)
    assert "data/model.py" in refused.value.why
    assert not ran.exists()
    opening.load_package(saved.path, trust=True)
    assert ran.exists()


def test_details_that_a_forger_wrote_hide_no_code(tmp_path: Path) -> None:
    saved = saving.save(PROJECT / "model.py", tmp_path / "m", UNCHECKED)
    text = (saved.path / "model.yaml").read_text(encoding="utf-8")
    forged = text.replace('kind: "file"', 'kind: "none"').replace(
        "executes_code: true", "executes_code: false"
    )
    assert forged != text
    (saved.path / "model.yaml").write_text(forged, encoding="utf-8")
    manifest.write(saved.path)
    with pytest.raises(TrustError):
        opening.load_package(saved.path)


def test_a_file_without_a_model_is_refused_before_it_runs(project: Path, tmp_path: Path) -> None:
    file = written(project, "train.py", "raise SystemExit\n")
    with pytest.raises(UsageError, match="neither a function predict"):
        saving.save(file, tmp_path / "m", UNCHECKED)


def test_a_file_is_saved_without_a_word_about_itself(project: Path, tmp_path: Path) -> None:
    (project / "model.py").write_text("def predict(rows):\n    return rows * 2\n")
    saved = saving.save(project / "model.py", tmp_path / "m", Wishes(inputs=ROWS))
    assert not [note for note in saved.notes if "model itself" in note]


def test_a_file_that_is_no_python_is_refused(project: Path, tmp_path: Path) -> None:
    file = written(project, "model.py", "def predict(rows:\n")
    with pytest.raises(UsageError, match="cannot be read as Python"):
        saving.save(file, tmp_path / "m", UNCHECKED)


def test_an_artifact_that_is_not_there_is_named(tmp_path: Path) -> None:
    wishes = Wishes(artifacts={"factors.txt": tmp_path / "nothing.txt"}, check=False)
    with pytest.raises(NotFoundError, match=r"nothing\.txt"):
        saving.save(PROJECT / "model.py", tmp_path / "m", wishes)


@pytest.mark.parametrize("name", ["../up.txt", "a/b", ".git", ""])
def test_an_artifact_has_a_plain_file_name(name: str, tmp_path: Path) -> None:
    wishes = Wishes(artifacts={name: PROJECT / "factors.txt"}, check=False)
    with pytest.raises(UsageError, match="an artifact cannot be called"):
        saving.save(PROJECT / "model.py", tmp_path / "m", wishes)


def test_a_folder_can_be_an_artifact(project: Path, tmp_path: Path) -> None:
    (tmp_path / "tables" / "deep").mkdir(parents=True)
    (tmp_path / "tables" / "deep" / "one.txt").write_text("7", encoding="utf-8")
    text = (
        "class Model:\n"
        "    def load(self, folder):\n"
        "        self.factor = float((folder / 'tables/deep/one.txt').read_text())\n"
        "    def predict(self, rows):\n"
        "        return rows * self.factor\n"
    )
    wishes = Wishes(artifacts={"tables": tmp_path / "tables"}, check=False)
    saved = saving.save(written(project, "model.py", text), tmp_path / "m", wishes)
    assert opening.load_package(saved.path).predict(ROWS).tolist() == (ROWS * 7).tolist()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("raise RuntimeError('no GPU')", r"model\.py:1: RuntimeError: no GPU"),
        ("import sys; sys.exit(3)", r"model\.py:1: SystemExit: 3"),
        ("limits = {}['age']", r"model\.py:1: KeyError: 'age'"),
    ],
)
def test_code_that_fails_at_loading_is_named_with_its_line(
    text: str, what: str, project: Path, tmp_path: Path
) -> None:
    file = written(project, "model.py", f"{text}\ndef predict(rows): return rows\n")
    saved = saving.save(file, tmp_path / "m", UNCHECKED)
    with pytest.raises(MltrackError, match=what):
        opening.load_package(saved.path)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("return rows['dose']", r"model\.py:1: IndexError"),
        ("return 1 / 0", r"model\.py:1: ZeroDivisionError"),
        ("pass", "gave nothing"),
    ],
)
def test_code_that_fails_at_predicting_is_named_with_its_line(
    text: str, what: str, project: Path, tmp_path: Path
) -> None:
    file = written(project, "model.py", f"def predict(rows): {text}\n")
    loaded = opening.load_package(saving.save(file, tmp_path / "m", UNCHECKED).path)
    with pytest.raises(UsageError, match=what):
        loaded.predict(ROWS)


def test_a_module_that_prints_harms_no_answer(tmp_path: Path) -> None:
    use_project()
    import thresholds

    model = thresholds.Rule({"dose": 2.0})
    rows = [{"dose": 1.0}, {"dose": 3.0}]
    saved = saving.save(model, tmp_path / "m", Wishes(inputs=rows))
    assert [column.name for column in opening.opened(saved.path).facts.signature.outputs]  # type: ignore[union-attr]  # it was rehearsed


@pytest.mark.parametrize("as_file", [False, True])
def test_what_looks_like_a_secret_beside_the_model_is_said(
    project: Path, tmp_path: Path, *, as_file: bool
) -> None:
    text = 'password = "s3cr3t-Q8rT5xYz"\ndef predict(rows): return rows\n'
    file = written(project, "guarded.py", text)
    model = file if as_file else importlib.import_module("guarded").predict
    saved = saving.save(model, tmp_path / "m", UNCHECKED)
    where = "data/model.py" if as_file else "code/guarded.py"
    assert any(f"{where} holds what looks like a secret" in note for note in saved.notes)


def test_another_module_of_the_same_name_is_refused_and_not_used_in_its_place(
    project: Path, tmp_path: Path
) -> None:
    text = "def predict(rows): return rows * 2\n"
    file = written(project, "rates_of_today.py", text)
    import rates_of_today  # type: ignore[import-not-found]  # it was written just now

    saved = saving.save(rates_of_today.predict, tmp_path / "m", UNCHECKED)
    assert opening.load_package(saved.path).predict(ROWS).tolist() == (ROWS * 2).tolist()
    file.write_text(text.replace("2", "3"), encoding="utf-8")
    with pytest.raises(MltrackError, match=r"rates_of_today.* the one of the package is another"):
        opening.load_package(saved.path)


def test_of_an_installed_module_its_distribution_is_required_and_no_code_copied(
    tmp_path: Path,
) -> None:
    saved = saving.save(np.linalg.det, tmp_path / "m", UNCHECKED)
    assert [path.name[:15] for path in (saved.path / "code").iterdir()] == ["mltrack_loader_"]
    assert "numpy==" in (saved.path / "requirements.txt").read_text(encoding="utf-8")


def test_code_of_another_python_is_loaded_whatever_its_module_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle_prices.py").write_text("def doubled(rows):\n    return rows * 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    import pickle_prices  # type: ignore[import-not-found]  # it was just written

    saved = saving.save(pickle_prices.doubled, tmp_path / "m", UNCHECKED)
    facts = saved.path / "model.yaml"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace(f'python: "{python_version()}"', 'python: "3.99"'))
    manifest.write(saved.path)
    assert opening.load_package(saved.path, trust=True).notes[0].startswith("saved with Python 3.9")
