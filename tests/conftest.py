"""What every test gets: a world of its own, a git repository, the command."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from mltrack.api import store as chosen_store
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.world import isolated_variables, removed_variables

UNSYNCED = {"api", "gc", "importers", "models", "projects", "registry", "tracking"}
"""Folders whose tests wait for no disk, which is a third of their time: none cuts the power."""

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # what nohup has ignored, every child would ignore


settings.register_profile("ours", deadline=None)  # a busy machine is no failure
settings.load_profile("ours")


@pytest.fixture(autouse=True)
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    session_cache: Path,
) -> Iterator[Path]:
    """Keep the user's settings, caches and identity out; yield the invented user's home."""
    home = tmp_path_factory.mktemp("world") / "home"
    variables = isolated_variables(home)
    for name in removed_variables():
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if request.path.relative_to(Path(__file__).parent).parts[0] in UNSYNCED:
        monkeypatch.setenv("MLTRACK_DURABILITY", "none")
    monkeypatch.setenv("PIP_CACHE_DIR", str(session_cache / "pip"))
    monkeypatch.setenv("VIRTUALENV_OVERRIDE_APP_DATA", str(session_cache / "virtualenv"))
    chosen_store.use()
    yield home
    chosen_store.use()


@pytest.fixture(scope="session")
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that lasts as long as this test process."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def common_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of this test session have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "common"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def shared_home(world: Path, common_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let a test find the environments that other tests built; return the MLTRACK_HOME."""
    home = common_cache / "mltrack"
    monkeypatch.setenv("MLTRACK_HOME", str(home))
    monkeypatch.setenv("MPLCONFIGDIR", str(common_cache / "matplotlib"))  # fonts are listed once
    return home


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """Return a git repository with one commit on main."""
    return Repository.create(tmp_path / "repo")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Return the mltrack command, which runs in `tmp_path` unless told otherwise."""
    return Cli(tmp_path)
