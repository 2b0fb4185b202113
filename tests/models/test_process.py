"""A model in a process of its own: how it ends, and what it is told of the caller."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from mltrack.models import loader_text, manifest, opening, process, saving
from mltrack.models.entities import Wishes
from mltrack.models.isolated import variables_of
from mltrack.models.process import ModelProcessError
from mltrack.models.signature.columns import table_of

REPOSITORY = Path(__file__).parents[2]
PARENT = """
import sys
import tempfile
from pathlib import Path
from mltrack.models import loader_text, opening, process
package = opening.opened(Path(sys.argv[1]), trust=True)
start = process.Start(
    python=Path(sys.executable), text=loader_text.text_of(package.flavor, package.facts),
    folder=package.files.folder, digest=package.files.digest, variables={},
)
with process.started(start) as running:
    print(running._process.pid, flush=True)
    sys.stdin.read()
"""

ASKING = """
    import numpy
    from mltrack.models.signature.columns import Table
    running.answer(Table(names=("dose",), columns=(numpy.zeros(1),), layout="named"))
"""


def start_of(folder: Path, **changed: Any) -> process.Start:
    package = opening.opened(folder, trust=True)
    text = loader_text.text_of(package.flavor, package.facts)
    start = {"text": text, "folder": folder, "digest": package.files.digest, "variables": {}}
    return process.Start(python=Path(sys.executable), **{**start, **changed})


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_when_its_parent_is_ended_the_model_process_ends(
    folder: Path, world: Path, how: signal.Signals
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, folder],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(how)
    assert psutil.wait_procs([child], timeout=60) == ([child], [])


def test_a_model_process_that_is_killed_says_so(folder: Path, frame: Any) -> None:
    with process.started(start_of(folder)) as running:
        os.kill(running._process.pid, signal.SIGKILL)
        with pytest.raises(ModelProcessError, match="was killed, as is done when memory is used"):
            running.answer(table_of(frame))


def test_a_package_that_was_changed_is_not_loaded_there(folder: Path) -> None:
    start = start_of(folder, digest="0" * 64)
    with pytest.raises(ModelProcessError, match="not the one that was recorded"):  # noqa: SIM117
        with process.started(start):
            pass


def test_a_python_that_is_not_there_is_named(folder: Path) -> None:
    start = process.Start(
        python=Path("/nowhere/python"), text="", folder=folder, digest="", variables={}
    )
    with pytest.raises(ModelProcessError, match="/nowhere/python could not be started"):  # noqa: SIM117
        with process.started(start):
            pass


def test_no_secret_and_no_path_of_another_python_reach_a_model_of_its_own_environment() -> None:
    caller = {
        "HOME": "/home/ada", "LANG": "C", "OMP_NUM_THREADS": "2", "PATH": "/bin",
        "PYTHONPATH": "/lib", "AWS_SECRET_ACCESS_KEY": "x", "DATABASE": "x", "KERAS_API_KEY": "x",
        "VIRTUAL_ENV": "/venv", "MLTRACK_STORE": "/store",
    }  # fmt: skip
    assert variables_of(caller, Path("/env/bin/python")) == {
        "HOME": "/home/ada", "LANG": "C", "OMP_NUM_THREADS": "2", "PATH": "/env/bin:/bin",
        "PYTHONNOUSERSITE": "1",
    }  # fmt: skip


def test_the_code_of_a_package_is_imported_from_a_private_copy(folder: Path, frame: Any) -> None:
    with process.started(start_of(folder)) as running:
        given = running.answer(table_of(frame)).arrays[0]
    assert np.array_equal(given, opening.load_package(folder).predict(frame))
    manifest.verify(folder)


def test_nothing_is_left_of_a_model_process(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    with process.started(start_of(folder)) as running:
        assert list((tmp_path / "scratch").iterdir())
        running.stop()
    assert list((tmp_path / "scratch").iterdir()) == []


BUSY = """
import os

def predict(rows):
    os.write(2, b"busy\\n")
    while True:
        pass
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_when_its_parent_is_ended_a_busy_model_ends_too_and_leaves_no_file(
    tmp_path: Path, frame: Any, world: Path, how: signal.Signals
) -> None:
    (tmp_path / "busy.py").write_text(BUSY)
    saving.save(tmp_path / "busy.py", tmp_path / "m", Wishes(inputs=frame, check=False))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    asking = PARENT.replace("sys.stdin.read()", ASKING)
    parent = subprocess.Popen(
        [sys.executable, "-c", asking, tmp_path / "m"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert "busy\n" in iter(parent.stderr.readline, "")
        parent.send_signal(how)
        assert psutil.wait_procs([child], timeout=60) == ([child], [])
    assert list(temporary.iterdir()) == []
