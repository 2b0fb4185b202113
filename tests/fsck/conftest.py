"""A project whose store has a bit of everything, committed, for a test to damage."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fsck.ruin import Ruin, build
from tests.support.repository import Repository


@pytest.fixture
def ruin(tmp_path: Path, session_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ruin]:
    """Return a copy of the project, in which the test stands; it is built once."""
    template = session_cache / "ruin"
    if not template.exists():
        build(session_cache, monkeypatch)
    folder = tmp_path / "project"
    shutil.copytree(template, folder, symlinks=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    monkeypatch.setenv("MLTRACK_DURABILITY", "none")
    yield Ruin(Repository(folder))
    os.chdir(tmp_path)
