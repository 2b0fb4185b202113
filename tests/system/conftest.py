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
