"""Two projects, each with a store that knows nothing of the other."""

from pathlib import Path

import pytest

from tests.importers.sides import Side


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    monkeypatch.setenv("MLTRACK_USER", "Ada Lovelace <ada@example.org>")


@pytest.fixture
def here(tmp_path: Path) -> Side:
    """Return the project into which a store is imported."""
    return Side.create(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Side:
    """Return the project whose store is imported."""
    return Side.create(tmp_path / "there")
