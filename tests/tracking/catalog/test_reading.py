"""Many runs are read by several processes, and nothing is missing when one of them dies."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mltrack.store.store import Store
from mltrack.tracking.catalog import reading, search, session
from mltrack.tracking.catalog.reading import ToRead, read_apart, read_one
from mltrack.tracking.entities import RunRecord, RunStatus
from tests.support import records
from tests.tracking.catalog.answers import require_the_same


@pytest.fixture
def many(store: Store) -> list[ToRead]:
    """Return sixty runs of one day, one of which cannot be read."""
    for number in range(60):
        records.put(
            store,
            RunRecord(
                id=f"20260131-1200{number:02}-abcdefgh",
                name="a\ttab and é",
                experiment="default",
                experiment_id="g6uo5qoodf",
                status=RunStatus.FINISHED,
                started=datetime(2026, 1, 31, 12, tzinfo=UTC),
            ),
        )
    (store.layout.run_folder("20260131-120007-abcdefgh") / "run.yaml").write_text("a\tb: [")
    return [ToRead(run_id, [], []) for run_id, _ in store.layout.runs()]


def test_several_processes_read_what_one_does(store: Store, many: list[ToRead]) -> None:
    apart = sorted(read_apart(store, many, 3))
    assert apart == sorted(read_one(store, run) for run in many)
    assert sum(found.record is None for found in apart) == 1


def test_what_a_process_that_dies_has_not_told_is_read_all_the_same(
    store: Store, many: list[ToRead]
) -> None:
    found: list[reading.Reading] = []
    for one in read_apart(store, many, 2):
        if not found:
            for child in children():
                os.kill(child, signal.SIGKILL)
        found.append(one)
    assert sorted(one.run_id for one in found) == sorted(run.run_id for run in many)


def test_the_processes_run_nothing_of_the_folder_that_they_are_started_in(
    store: Store, many: list[ToRead], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "zlib", "typing", "mltrack"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    assert sorted(read_apart(store, many, 2)) == sorted(read_one(store, run) for run in many)
    assert not (tmp_path / "ran").exists()


def test_where_no_process_can_be_started_all_is_read_here(
    store: Store, many: list[ToRead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert len(list(read_apart(store, many, 2))) == 60


def children() -> list[int]:
    known = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in known.read_text(encoding="ascii").split()]


def test_a_search_tells_how_far_it_has_come(
    store: Store, many: list[ToRead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WORTH_PROCESSES", 10)
    monkeypatch.setattr(session, "AT_ONCE", 20)
    told: list[tuple[int, int, str]] = []
    listed = search.list_runs(store, tell=lambda *share: told.append(share))
    assert (len(listed.runs), len(listed.broken)) == (59, 1)
    assert told == [(done, 60, "runs") for done in range(1, 61)]
    require_the_same(store)
