"""Environments are built by pip, from a folder of wheels alone."""

from pathlib import Path

import pytest

from mltrack.envs.home import Home, user_home
from tests.support.wheels import write_wheel


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only place where pip looks; it holds the package `tiny`, version 1.0."""
    folder = tmp_path / "wheels"
    write_wheel(folder, "tiny")
    monkeypatch.setenv("MLTRACK_INSTALLER", "pip")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def home(world: Path) -> Home:
    """Return this test's own cache of environments, empty."""
    return user_home()
