"""What every importer must keep: its names, and that doing it twice is doing it once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mltrack.importers.entities import Request
from mltrack.importers.kinds import IMPORTERS, Importer
from tests.importers.sides import SMALL, Side

Maker = Callable[[Path], Path]


def store_with_a_run(path: Path) -> Path:
    side = Side.create(path)
    side.run(SMALL, "1")
    return side.path


SOURCES: dict[str, Maker] = {"mltrack": store_with_a_run}
"""For each kind, what makes a source with one run in it."""


@pytest.fixture(params=IMPORTERS, ids=lambda importer: importer.NAME)
def importer(request: pytest.FixtureRequest) -> Importer:
    found: Importer = request.param
    return found


@pytest.fixture
def source(importer: Importer, tmp_path: Path) -> Path:
    return SOURCES[importer.NAME](tmp_path / "source")


def test_names_are_used_once() -> None:
    names = [importer.NAME for importer in IMPORTERS]
    assert len(set(names)) == len(names)


def test_a_source_is_recognised_and_an_empty_folder_is_not(
    importer: Importer, source: Path, tmp_path: Path
) -> None:
    assert importer.recognises(Request(str(source), tmp_path))
    (tmp_path / "empty").mkdir()
    for other in ("empty", "nowhere", "", "\0"):
        assert not importer.recognises(Request(other, tmp_path))


def test_importing_twice_is_importing_once(importer: Importer, source: Path, here: Side) -> None:
    request = Request(str(source), here.path)
    first = importer.bring(here.store, request)
    before = here.files()
    again = importer.bring(here.store, request)
    assert (len(first.new), len(again.new), again.same) == (1, 0, 1)
    assert here.files() == before


def test_a_dry_run_changes_nothing(importer: Importer, source: Path, here: Side) -> None:
    said = importer.bring(here.store, Request(str(source), here.path, dry_run=True))
    assert len(said.new) == 1
    assert here.files() == {}
    assert here.leftovers() == []


def test_the_source_is_left_as_it_was(importer: Importer, source: Path, here: Side) -> None:
    before = {p: p.stat().st_mtime_ns for p in source.rglob("*")}
    importer.bring(here.store, Request(str(source), here.path))
    assert {p: p.stat().st_mtime_ns for p in source.rglob("*")} == before
