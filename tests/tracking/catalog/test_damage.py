"""A catalog that is damaged, or that cannot be written, costs time and nothing else."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import mltrack
from mltrack.store import database
from mltrack.store.store import Store
from mltrack.tracking.catalog import stamps
from mltrack.tracking.catalog.search import list_runs
from tests.support.programs import Programs
from tests.support.repository import Repository
from tests.tracking.catalog.answers import read_anew, require_the_same


@pytest.fixture
def catalog(store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the catalog of a store with three runs lies."""
    monkeypatch.setattr(stamps, "RACY_NS", 0)
    for number in range(3):
        with mltrack.start_run(name=f"run-{number}", params={"rate": number}) as run:
            run.log_metric("acc", number / 10)
    require_the_same(store)
    path = store.root / "cache" / "runs-2.sqlite"
    assert path.stat().st_size > 0
    return path


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def flipped(path: Path) -> None:
    """Flip a bit of each document."""
    data = path.read_bytes()
    assert data.count(b'"rate":') >= 3
    path.write_bytes(data.replace(b'"rate":', b'"rate";'))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "garbage": lambda path: path.write_bytes(os.urandom(20_000)),
    "garbage behind its head": lambda path: path.write_bytes(
        path.read_bytes()[:4096] + os.urandom(path.stat().st_size - 4096)
    ),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "a text": lambda path: path.write_bytes(b"<<<<<<< HEAD\n"),
    "flipped": flipped,
    "of another form": lambda path: sql(path, "ALTER TABLE run ADD COLUMN more"),
    "with a trigger": lambda path: sql(
        path, "CREATE TRIGGER t AFTER DELETE ON run BEGIN DELETE FROM day; END"
    ),
    "without its rows": lambda path: sql(path, "DELETE FROM document"),
    "a journal of nobody": lambda path: path.with_name(f"{path.name}-journal").write_bytes(
        os.urandom(5000)
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_catalog_is_made_anew(
    store: Store, catalog: Path, damage: Callable[[Path], object]
) -> None:
    damage(catalog)
    require_the_same(store)
    assert read_anew(store) == []
    assert [run.name for run in mltrack.search_runs(max="acc")] == ["run-2", "run-1", "run-0"]


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def no_folder(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    path.parent.touch()


@pytest.mark.parametrize("obstacle", [a_folder, a_pipe, a_link, no_folder])
def test_where_the_store_takes_no_catalog_the_users_cache_does(
    store: Store, catalog: Path, obstacle: Callable[[Path], None]
) -> None:
    obstacle(catalog)
    require_the_same(store)
    (made,) = Path(os.environ["MLTRACK_HOME"]).glob("stores/*/runs-2.sqlite")
    assert made.stat().st_size > 0
    assert read_anew(store) == []


def test_where_nothing_takes_a_catalog_the_memory_does(store: Store, catalog: Path) -> None:
    a_folder(catalog)
    Path(os.environ["MLTRACK_HOME"]).write_text("no folder", encoding="utf-8")
    require_the_same(store)


def test_a_catalog_of_another_store_is_no_help(store: Store, catalog: Path, tmp_path: Path) -> None:
    other = Store.create(tmp_path / "other" / ".mltrack")
    (other.root / "cache" / catalog.name).write_bytes(catalog.read_bytes())
    assert require_the_same(other) == []


def test_a_catalog_that_somebody_holds_locked_is_done_without(
    store: Store, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.1)
    with closing(sqlite3.connect(catalog, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        require_the_same(store)
        other.execute("ROLLBACK")


def test_a_read_makes_no_work_for_git(project: Repository, store: Store, catalog: Path) -> None:
    project.commit("Record runs")
    clone = project.clone("clone")
    listed = list_runs(Store(clone.path / ".mltrack"))
    assert len(listed.runs) == 3
    assert (clone.path / ".mltrack/cache/runs-2.sqlite").exists()
    assert clone.git("status", "--porcelain") == ""


READER = """
import sys, mltrack
for _ in range(15):
    runs = mltrack.search_runs(max="acc")
    assert not runs.warnings, runs.warnings
    assert len({run.id for run in runs}) == len(runs)
    known = len(mltrack.search_runs(limit=3))
    assert known == min(3, len(runs)) or known == 3
"""
WRITER = """
import mltrack
for number in range(15):
    with mltrack.start_run() as run:
        run.log_metric("acc", number)
    assert mltrack.search_runs(limit=50).__len__() > number
    assert run.id in {found.id for found in mltrack.search_runs("metrics.acc >= 0")}
"""


def test_many_who_read_and_write_at_once_see_all_that_was_acknowledged(
    store: Store, catalog: Path, programs: Programs
) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", source], cwd=programs.folder, stderr=subprocess.PIPE
        )
        for source in (READER, READER, WRITER, WRITER)
    ]
    for child in started:
        _, errors = child.communicate()
        assert child.returncode == 0, errors.decode()
    assert len(require_the_same(store)) == 3 + 30
