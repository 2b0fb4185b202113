"""What each command imports: no more than it needs, on any machine."""

from pathlib import Path

import pytest

import mltrack
from tests.benchmarks.imported import modules_of
from tests.support.repository import Repository

HEAVY = {
    *("asyncio", "cloudpickle", "concurrent.futures", "email", "http", "importlib.metadata"),
    *("logging", "matplotlib", "multiprocessing", "numpy", "pandas", "psutil", "pygments"),
    *("rich.console", "rich.table", "sklearn", "ssl", "unittest", "urllib.request"),
    *("virtualenv", "xml", "zipfile"),
}
"""What no command needs that only reads or logs."""
SLOW = HEAVY | {"filelock", "hashlib", "rich", "sqlite3", "yaml"}
"""What nothing needs that opens no store."""
LOGGING = HEAVY | {"dataclasses", "filelock", "inspect", "rich", "sqlite3", "typer", "yaml"}
COMPLETION = {
    "_MLTRACK_COMPLETE": "complete_bash",
    "COMP_WORDS": "mltrack l",
    "COMP_CWORD": "1",
}
_TRAINING = """\
import mltrack
with mltrack.start_run(params={"rate": 0.1}) as run:
    run.log_metric("loss", 0.5)
"""


@pytest.fixture
def project(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with two runs, in which the test stands."""
    monkeypatch.chdir(repo.path)
    for rate in (0.1, 0.2):
        with mltrack.start_run(params={"rate": rate}) as run:
            run.log_metric("loss", rate)
    return repo.path


def test_importing_mltrack_imports_names_alone(tmp_path: Path) -> None:
    found = modules_of("-c", "import mltrack", folder=tmp_path)
    bare = modules_of("-c", "pass", folder=tmp_path)
    assert sorted(found & (SLOW | LOGGING | {"json", "os.path", "subprocess"} - bare)) == []
    assert {name for name in found if name.startswith("mltrack.")} <= {"mltrack.version"}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_what_opens_no_store_imports_nothing_that_reads_one(tmp_path: Path, option: str) -> None:
    found = modules_of("-m", "mltrack", option, folder=tmp_path)
    assert sorted(found & SLOW) == []
    assert not {name for name in found if name.startswith(("mltrack.api", "mltrack.store"))}


def test_completion_imports_nothing_that_reads_a_store(tmp_path: Path) -> None:
    found = modules_of("-m", "mltrack", folder=tmp_path, more=COMPLETION)
    assert sorted(found & SLOW) == []


def test_the_version_is_shown_without_building_a_class_or_a_format(tmp_path: Path) -> None:
    found = modules_of("-m", "mltrack", "--version", folder=tmp_path)
    assert sorted(found & {"csv", "dataclasses", "json"}) == []


def test_help_and_completion_build_no_dataclass(tmp_path: Path) -> None:
    shown = modules_of("-m", "mltrack", "--help", folder=tmp_path)
    completed = modules_of("-m", "mltrack", folder=tmp_path, more=COMPLETION)
    assert "dataclasses" not in shown | completed


def test_a_listing_reads_no_yaml_and_loads_nothing_that_filters_or_logs(project: Path) -> None:
    found = modules_of("-m", "mltrack", "ls", folder=project)
    ours = {name for name in found if name.startswith("mltrack.")}
    assert "yaml" not in found
    assert (
        sorted(ours & {"mltrack.query.where", "mltrack.store.lookup", "mltrack.tracking.live"})
        == []
    )


@pytest.mark.parametrize("command", ["ls", "show 1", "compare 1 2"])
def test_what_reads_imports_nothing_heavy(project: Path, command: str) -> None:
    found = modules_of("-m", "mltrack", *command.split(), folder=project)
    assert sorted(found & (HEAVY | {"filelock"})) == []


def test_logging_from_the_shell_takes_no_lock_and_reads_no_yaml(project: Path) -> None:
    modules_of("-m", "mltrack", "start", folder=project)
    found = modules_of("-m", "mltrack", "log", "metric", "loss", "0.5", folder=project)
    assert sorted(found & (HEAVY | {"filelock", "rich", "sqlite3", "yaml"})) == []


def test_a_training_that_logs_imports_the_standard_library_alone(project: Path) -> None:
    (project / "train.py").write_text(_TRAINING)
    assert sorted(modules_of("train.py", folder=project) & LOGGING) == []


def test_the_list_of_modules_is_that_of_the_process(tmp_path: Path) -> None:
    found = modules_of("-c", "import sqlite3", folder=tmp_path)
    assert {"sqlite3", "sqlite3.dbapi2"} <= found
    assert "json" not in found
