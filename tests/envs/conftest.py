"""Environments are built from a folder of wheels alone, by each kind of installer."""

import subprocess
from pathlib import Path

import pytest

from mltrack.envs.home import Home, user_home
from mltrack.envs.spec import Environment
from tests.support.wheels import write_wheel

INSTALLERS = ("pip", "uv")


@pytest.fixture(params=INSTALLERS)
def installer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the installer that this test is tried with."""
    monkeypatch.setenv("MLTRACK_INSTALLER", request.param)
    return str(request.param)


@pytest.fixture
def wheels(tmp_path: Path, installer: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only place where installers look; it holds the package `tiny`, version 1.0."""
    folder = tmp_path / "wheels"
    write_wheel(folder, "tiny")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def home(world: Path) -> Home:
    """Return this test's own cache of environments, empty."""
    return user_home()


def said_by(environment: Environment, code: str) -> str:
    """Return what the Python of an environment prints."""
    return subprocess.check_output([environment.python, "-c", code], text=True).strip()


def version_in(environment: Environment, name: str = "tiny") -> str:
    """Return the version of a package as the environment imports it."""
    return said_by(environment, f"import {name}; print({name}.VERSION)")
