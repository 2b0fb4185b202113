"""A store on the disk, a run's folder in it, and where they lie."""

from pathlib import Path

import pytest

from mltrack.store.store import Store

RUN_ID = "20260131-120000-abcdefgh"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a new store."""
    return Store.create(tmp_path / "project" / ".mltrack")


@pytest.fixture
def run_folder(store: Store) -> Path:
    """Return the folder of a run in the store."""
    folder = store.layout.run_folder(RUN_ID)
    folder.mkdir(parents=True)
    return folder
