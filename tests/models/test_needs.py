"""What a package needs is found where it is rehearsed: modules of the project, distributions."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from mltrack.errors import UsageError
from mltrack.models import saving
from mltrack.models.entities import Wishes
from mltrack.models.needs.project import Loaded, sorted_out
from mltrack.models.saving import save
from mltrack.store import yaml_reader
from mltrack.store.locks import locked

REPOSITORY = Path(__file__).parents[2]
ROWS = np.arange(24.0).reshape(12, 2)
HERE = os.getpid()
TRAIN = """
import sys
from pathlib import Path
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from features.scale import Halved
from mltrack.models import saving
from mltrack.models.entities import Wishes

rows = np.arange(24.0).reshape(12, 2)
model = make_pipeline(Halved(), LinearRegression()).fit(rows, rows[:, 0])
for name in ("one", "two"):
    print(saving.save(model, Path(sys.argv[1]) / name, Wishes(inputs=rows)).digest)
"""
SCALE = """
from sklearn.base import BaseEstimator, TransformerMixin

class Halved(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        from features.later import half
        return X * half()
"""
FILES = {
    "train.py": TRAIN,
    "features/__init__.py": "",
    "features/scale.py": SCALE,
    "features/later.py": "def half():\n    return 0.5\n",
    "features/words.txt": "one two\n",
    "features/.env": "PASSWORD=hunter2hunter2\n",
    "features/server.pem": "secret\n",
    "features/customers.csv": "name\nGrace Hopper\n",
    "features/look.ipynb": "{}\n",
    "features/tests/test_scale.py": "assert False\n",
    "features/.git/config": "[core]\n",
    "features/__pycache__/old.cpython-311.pyc": "",
    "unused.py": "",
}
BY_ITSELF = """
import sys; sys.path.insert(0, sys.argv[2])
import importlib, numpy as np
package = importlib.import_module(sys.argv[1]).open_package()
print(package.predict(np.arange(24.0).reshape(12, 2)).tolist())
"""


@pytest.fixture
def trained(common_cache: Path) -> tuple[Path, list[str]]:
    """Return where the model of a program was saved twice, and the digests; once for all tests."""
    top = common_cache / "trained"
    with locked(common_cache / "trained.lock", timeout_seconds=120):
        _train(top)
    return top, (top / "digests").read_text(encoding="utf-8").split()


def _train(top: Path) -> None:
    if not top.exists():
        for name, text in FILES.items():
            path = top / "project" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (top / "project" / "features" / "home").symlink_to(REPOSITORY)
        done = subprocess.run(
            [sys.executable, "train.py", str(top)],
            cwd=top / "project", env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        (top / "digests").write_text(done.stdout, encoding="utf-8")


def asking(predict: Callable[[Any], Any], *, needs: Any = None) -> BaseEstimator:
    """Return a model that predicts as told; it travels by value."""

    class Asking(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
        n_features_in_ = 2

        def __init__(self, needs: Any = None) -> None:
            self.needs = needs

        def fit(self, rows: Any) -> Any:
            return rows

        def predict(self, rows: Any) -> Any:
            return predict(rows)

        def __sklearn_is_fitted__(self) -> bool:
            return True

    Asking.__module__ = predict.__module__ = "__main__"
    return Asking(needs)


def lock_of(folder: Path) -> list[str]:
    return (folder / "requirements.lock").read_text(encoding="utf-8").splitlines()


def test_a_package_of_the_project_travels_whole_and_without_what_is_private(
    trained: tuple[Path, list[str]],
) -> None:
    code = trained[0] / "one" / "code"
    found = sorted(p.relative_to(code).as_posix() for p in code.rglob("*") if p.is_file())
    assert [name for name in found if not name.startswith("mltrack_loader_")] == [
        "features/__init__.py", "features/later.py", "features/scale.py", "features/words.txt",
    ]  # fmt: skip
    facts = (trained[0] / "one" / "model.yaml").read_bytes()
    assert yaml_reader.mapping_of(facts, "model.yaml")["code"] == ["features"]


def test_a_model_with_code_of_the_project_gives_the_same_digest_again(
    trained: tuple[Path, list[str]],
) -> None:
    digests = trained[1]
    assert len(digests) == 2
    assert len(set(digests)) == 1


def test_a_model_with_code_of_the_project_predicts_where_the_project_is_not(
    trained: tuple[Path, list[str]], tmp_path: Path
) -> None:
    code = trained[0] / "two" / "code"
    loader = next(code.glob("mltrack_loader_*.py")).stem
    done = subprocess.run(
        [sys.executable, "-P", "-B", "-c", BY_ITSELF, loader, str(code)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert np.allclose(eval(done.stdout), ROWS[:, 0]), done.stderr


IN_ONE_PROCESS = """
import sys
from pathlib import Path
import numpy as np
from mltrack.models.opening import load_package
sys.path.insert(0, sys.argv[2])
import features.scale
for name in ("one", "two"):
    loaded = load_package(Path(sys.argv[1]) / name, trust=True)
print(loaded.predict(np.arange(24.0).reshape(12, 2)).tolist())
"""


@pytest.mark.parametrize("edited", ["", "scale.py", "later.py"])
def test_a_module_of_the_project_that_is_another_by_now_is_never_taken_for_the_packages(
    trained: tuple[Path, list[str]], tmp_path: Path, edited: str
) -> None:
    shutil.copytree(trained[0] / "project" / "features", tmp_path / "features", symlinks=True)
    if edited:
        with (tmp_path / "features" / edited).open("a", encoding="utf-8") as file:
            file.write("# edited since")
    done = subprocess.run(
        [sys.executable, "-P", "-c", IN_ONE_PROCESS, str(trained[0]), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if edited:
        assert "features, and the one of the package is another" in done.stderr
    else:
        assert np.allclose(eval(done.stdout), ROWS[:, 0]), done.stderr


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of modules that is on the path, and not of the project."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def test_a_module_that_no_other_process_finds_is_an_error_that_names_it_until_it_is_taken_along(
    elsewhere: Path, tmp_path: Path
) -> None:
    (elsewhere / "own_words.py").write_text("def known():\n    return 1\n", encoding="utf-8")
    (tmp_path / "project" / "mine.py").write_text("import own_words\n", encoding="utf-8")
    sys.path.insert(0, str(tmp_path / "project"))
    import mine  # type: ignore[import-not-found]  # it was just written

    model = asking(lambda rows: rows[:, 0], needs=mine.own_words.known)
    model.mine = lambda: mine
    with pytest.raises(UsageError, match="module own_words, which is neither installed nor pack"):
        save(model, tmp_path / "a", Wishes(inputs=ROWS))
    saved = save(model, tmp_path / "b", Wishes(inputs=ROWS, code=("own_words",)))
    assert {path.name for path in (saved.path / "code").glob("[mo]*.py")} >= {
        "mine.py", "own_words.py",
    }  # fmt: skip


def test_a_module_that_is_named_and_not_there_is_refused(tmp_path: Path) -> None:
    wishes = Wishes(code=("astrology",), check=False)
    with pytest.raises(UsageError, match="code names the module astrology"):
        save(asking(lambda rows: rows[:, 0]), tmp_path / "m", wishes)


def install(site: Path, name: str, text: str, needs: str = "") -> None:
    (site / f"{name}.py").write_text(text, encoding="utf-8")
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "RECORD").write_text(f"{name}.py,,\n", encoding="utf-8")


@pytest.fixture
def modules(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that a module system has put on the path."""
    monkeypatch.setenv("PYTHONPATH", str(elsewhere))
    return elsewhere


def test_what_a_distribution_takes_only_where_it_is_there_is_no_requirement(
    modules: Path, tmp_path: Path
) -> None:
    install(
        modules, "zebra_stripes", "try:\n    import zebra_extra\nexcept ImportError:\n    pass\n"
    )
    install(modules, "zebra_extra", "")
    import zebra_stripes  # type: ignore[import-not-found]  # it was just written

    model = asking(lambda rows: rows[:, 0])
    model.stripes = lambda: zebra_stripes
    saved = save(model, tmp_path / "m", Wishes(inputs=ROWS))
    direct = (saved.path / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "zebra-stripes==1.0" in direct
    assert not any("zebra-extra" in line for line in lock_of(saved.path))


def test_what_changes_the_predictions_is_a_requirement_though_nobody_declares_it(
    modules: Path, tmp_path: Path
) -> None:
    found = "try:\n    import okapi_extra\n    EXTRA = 1\nexcept ImportError:\n    EXTRA = 0\n"
    install(modules, "okapi_base", found)
    install(modules, "okapi_extra", "")
    import okapi_base  # type: ignore[import-not-found]  # it was just written

    model = asking(lambda rows: rows[:, 0] + okapi_base.EXTRA)
    saved = save(model, tmp_path / "m", Wishes(inputs=ROWS))
    assert {"okapi-base==1.0", "okapi-extra==1.0"} <= set(lock_of(saved.path))


def test_what_a_distribution_needs_without_declaring_it_is_a_requirement(
    modules: Path, tmp_path: Path
) -> None:
    install(modules, "gnu_herd", "import gnu_grass\n")
    install(modules, "gnu_grass", "")
    import gnu_herd  # type: ignore[import-not-found]  # it was just written

    model = asking(lambda rows: rows[:, 0])
    model.herd = lambda: gnu_herd
    saved = save(model, tmp_path / "m", Wishes(inputs=ROWS))
    assert {"gnu-herd==1.0", "gnu-grass==1.0"} <= set(lock_of(saved.path))


def test_what_a_module_system_has_without_a_distribution_is_said(
    modules: Path, tmp_path: Path
) -> None:
    (modules / "site_tools.py").write_text("", encoding="utf-8")
    import site_tools  # type: ignore[import-not-found]  # it was just written

    model = asking(lambda rows: rows[:, 0])
    model.tools = lambda: site_tools
    (note,) = save(model, tmp_path / "m", Wishes(inputs=ROWS)).notes
    assert 'code=["site_tools"]' in note
    assert not any("site" in line for line in lock_of(tmp_path / "m"))


def test_a_distribution_that_the_user_names_is_locked_with_all_that_it_needs(
    tmp_path: Path,
) -> None:
    saved = save(
        asking(lambda rows: rows[:, 0]),
        tmp_path / "m",
        Wishes(requirements=("jsonschema",), check=False),
    )
    assert {f"{name}=={version(name)}" for name in ("jsonschema", "attrs")} <= set(
        lock_of(saved.path)
    )


def test_unseen_its_requirements_are_the_flavours_and_that_is_said(tmp_path: Path) -> None:
    def fails(_: Any) -> Any:
        raise RuntimeError

    saved = save(asking(fails), tmp_path / "m", Wishes(inputs=ROWS, check=False))
    assert any("was not loaded in a process of its own" in note for note in saved.notes)
    direct = (saved.path / "requirements.txt").read_text(encoding="utf-8")
    assert (
        direct
        == f"cloudpickle=={version('cloudpickle')}\nscikit-learn=={version('scikit-learn')}\n"
    )


def refused(model: Any, folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        saving.save(model, folder, Wishes(inputs=ROWS))
    return str(caught.value)


def test_a_row_that_the_model_refuses_is_named(tmp_path: Path) -> None:
    def predict(rows: Any) -> Any:
        if (rows[:, 0] == 8).any():
            raise ArithmeticError("eight is not a number")
        return rows[:, 0]

    assert "refuses row 4 of inputs: ArithmeticError: eight" in refused(
        asking(predict), tmp_path / "m"
    )


def test_a_model_that_is_killed_where_it_is_rehearsed_says_so(tmp_path: Path) -> None:
    def predict(rows: Any) -> Any:
        import signal

        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)

    here = HERE
    assert "its process was killed, as is done when memory" in refused(
        asking(predict), tmp_path / "m"
    )


def test_a_model_that_takes_longer_than_allowed_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def predict(rows: Any) -> Any:
        if os.getpid() != here:
            event().wait()

    here, event = HERE, threading.Event
    monkeypatch.setenv("MLTRACK_REHEARSAL_TIMEOUT", "3")
    assert "it was not done after 3 seconds" in refused(asking(predict), tmp_path / "m")


def test_a_model_that_predicts_something_else_there_is_refused(tmp_path: Path) -> None:
    def predict(rows: Any) -> Any:
        found = rows[:, 0].copy()
        found[5] += os.getpid() != here
        return found

    here = HERE
    said = refused(asking(predict), tmp_path / "m")
    assert "predict gives 11.0 for row 5, and the model itself 10.0" in said


def test_a_model_that_is_rounded_otherwise_there_is_noted(tmp_path: Path) -> None:
    def predict(rows: Any) -> Any:
        return rows[:, 0] * (1 + 1e-9 * (os.getpid() != here))

    here = HERE
    (note,) = save(asking(predict), tmp_path / "m", Wishes(inputs=ROWS)).notes
    assert "only rounding differs" in note


def test_what_a_model_prints_and_asks_is_kept_from_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_REHEARSAL_TIMEOUT", "60")  # it would wait for an answer for ever

    def predict(rows: Any) -> Any:
        if os.getpid() != here:
            import sys

            os.write(1, b"loud")
            sys.stderr.write("louder")
            assert sys.stdin.read() == ""
        return rows[:, 0]

    here = HERE
    save(asking(predict), tmp_path / "m", Wishes(inputs=ROWS))
    assert capfd.readouterr() == ("", "")


def test_what_a_library_makes_up_in_memory_is_no_module_of_the_project() -> None:
    here = Path.cwd()
    files = {"torch.ops": "_ops.py", "own": str(here / "own.py")}
    loaded = sorted_out(files, {"torch": ["torch"]}, [here])
    assert loaded == Loaded(project={"own": here / "own.py"}, elsewhere={})


def test_a_model_is_saved_where_another_library_finds_the_distributions(tmp_path: Path) -> None:
    train = """
import sys
import importlib_metadata  # takes the place of the part of PathFinder that finds distributions
from pathlib import Path
import numpy as np
from sklearn.linear_model import LinearRegression
from mltrack.models import saving
from mltrack.models.entities import Wishes

rows = np.arange(24.0).reshape(12, 2)
model = LinearRegression().fit(rows, rows[:, 0])
saving.save(model, Path(sys.argv[1]), Wishes(inputs=rows))
"""
    done = subprocess.run(
        [sys.executable, "-c", train, str(tmp_path / "m")],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
