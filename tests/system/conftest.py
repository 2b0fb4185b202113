"""What the system tests share: the library that makes calls of the system fail."""

import shutil
from pathlib import Path

import pytest

from tests.system import shim


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the compiled library."""
    assert shutil.which("cc"), "a C compiler is missing: run make test-system"
    return shim.compiled(tmp_path_factory.mktemp("library"))


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what needs git or the installed packages."""
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    monkeypatch.setenv("MLTRACK_USER", "Ada Lovelace <ada@example.org>")
