"""A catalog that is damaged, or that cannot be written, costs time and nothing else."""

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import mltrack
from mltrack.query.keys import metric_key
from mltrack.store import database
from mltrack.store.store import Store
from mltrack.tracking.catalog import search, stamps
from mltrack.tracking.catalog.search import list_runs
from mltrack.tracking.catalog.wanted import Wanted
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


def test_a_catalog_that_git_brought_along_is_not_believed(
    project: Repository, store: Store, catalog: Path
) -> None:
    forged = "INSERT INTO metric SELECT k, kind, value + 9, n, low, high FROM metric"
    sql(catalog, forged, "UPDATE run SET status = 'failed'")
    project.git("add", "--force", "--all", ".mltrack")
    project.git("commit", "--quiet", "--message", "Record runs, and more")
    clone = Store(project.clone("clone").path / ".mltrack")
    require_the_same(clone)
    assert {str(run.status) for run in list_runs(clone).runs} == {"finished"}
    assert len(search_best(clone)) == 3


def search_best(store: Store) -> list[str]:
    wanted = Wanted(best=metric_key("acc"))
    return [run.id for run in search.search(store, wanted).runs]


def test_no_flipped_bit_of_a_catalog_makes_a_question_fail(store: Store, catalog: Path) -> None:
    whole, chance = catalog.read_bytes(), random.Random(7)
    for _ in range(60):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        catalog.write_bytes(data)
        assert len(search.search(store, Wanted(best=metric_key("acc"))).runs) <= 4
        search.newest(store, 2)


ODD = ["NULL", "''", "x'00ff'", "17", "'a/b'", "'{'", "1.5", "CAST(x'ff' AS TEXT)"]


@pytest.mark.parametrize("cell", ODD)
def test_what_no_cell_can_hold_is_damage(store: Store, catalog: Path, cell: str) -> None:
    for table, column in (
        *(("day", "runs"), ("day", "further"), ("day", "said"), ("day", "stamps")),
        *(("day", "journals"), ("listing", "runs"), ("listing", "stamp"), ("run", "id")),
        *(("document", "text"), ("document", "digest"), ("folder", "id"), ("key", "name")),
    ):
        with contextlib.suppress(sqlite3.IntegrityError):
            sql(catalog, f"UPDATE {table} SET {column} = {cell}")
        with contextlib.suppress(mltrack.UsageError):  # a key of another name is no damage to see
            search_best(store)
        search.ids_beginning_with(store, "a")
        if table == "document":
            require_the_same(store)


def test_a_pipe_beside_the_catalog_holds_nobody_up(store: Store, catalog: Path) -> None:
    beside = catalog.with_name(f"{catalog.name}-journal")
    beside.unlink(missing_ok=True)
    os.mkfifo(beside)
    require_the_same(store)


def test_a_mistake_of_the_caller_costs_no_catalog(store: Store, catalog: Path) -> None:
    before = catalog.stat().st_ino
    with pytest.raises(TypeError):
        mltrack.search_runs(limit=1.5)  # type: ignore[arg-type]
    for where in ('user = "\udcff"', "metrics.\udcff > 1", " and ".join(['job = ""'] * 201)):
        with pytest.raises(mltrack.UsageError):
            mltrack.search_runs(where)
    with pytest.raises(mltrack.UsageError):
        mltrack.search_runs(max="\udcff")
    assert len(mltrack.search_runs(limit=2**63)) == 3
    assert catalog.stat().st_ino == before
