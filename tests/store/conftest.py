"""A store on the disk, and a run's folder in it."""

from pathlib import Path

import pytest

from mltrack.store.store import Store
from tests.store.kept import LIMITS, RUN_ID, Kept


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a new store."""
    return Store.create(tmp_path / "project" / ".mltrack")


@pytest.fixture
def kept(store: Store, tmp_path: Path) -> Kept:
    """Return a run's folder in a store that takes few and small files in place."""
    (store.root / "config.yaml").write_text(LIMITS)
    (tmp_path / "sources").mkdir()
    folder = store.layout.run_folder(RUN_ID)
    folder.mkdir(parents=True)
    return Kept(Store(store.root), folder, tmp_path / "sources")  # opened with those limits
