"""SIGKILL at any moment loses nothing that was acknowledged, and breaks no listing."""

import json
import random
import shutil
import signal
from pathlib import Path

import pytest

import mltrack
from mltrack.api.runs.changes import tag_run
from mltrack.store import clock
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from mltrack.tracking.ending import settle_all
from mltrack.tracking.reader import load_run
from tests.support.programs import Programs
from tests.support.repository import Repository

KILLS = 15
BUSY = """
import os, sys, mltrack
number = 0
while True:
    run = mltrack.start_run(name="busy")
    os.write(1, f"run {run.id}\\n".encode())
    for step in range(40):
        run.log_metric("loss", float(step), step=step)
        os.write(1, f"metric {run.id} {step}\\n".encode())
        run.log_param(f"p{step}", step)
        os.write(1, f"param {run.id} {step}\\n".encode())
    run.finish()
    os.write(1, f"finished {run.id}\\n".encode())
"""
WAITING = """
import sys, mltrack
run = mltrack.start_run(name="victim")
run.log_metric("loss", 0.5)
print(run.id, flush=True)
sys.stdin.readline()
"""


def test_nothing_acknowledged_is_lost_to_sigkill(programs: Programs, store: Store) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        process = programs.start(BUSY)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randrange(200))]
        assert list_runs(store).warnings == []
        process.kill()
        rest = process.communicate()[0].splitlines(keepends=True)
        said = [line.split() for line in [*lines, *rest] if line.endswith("\n")]
        listing = list_runs(store)
        assert listing.warnings == []
        runs = {run.id: run for run in listing.runs}
        for word, run_id, *step in said:
            run = runs[run_id]
            if word == "metric":
                assert run.metrics["loss"].last_step >= int(step[0])
            elif word == "param":
                assert run.params[f"p{step[0]}"] == int(step[0])
            elif word == "finished":
                assert run.status == "finished"
    settle_all(store)
    assert list(Path(store.root / "runs").rglob(".gitignore")) == []
    assert {run.status for run in list_runs(store).runs} <= {"finished", "lost"}


@pytest.fixture
def victim(programs: Programs) -> str:
    """Return the id of a run whose process was killed."""
    process = programs.start(WAITING)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return mltrack.get_run("@latest").id


def folders_of(store: Store, run_id: str) -> list[Path]:
    return sorted(p for p in (store.root / "runs").glob("*/*/*") if p.name.startswith(run_id))


def test_a_killed_run_is_lost_and_hidden_until_the_next_write(
    victim: str, store: Store, project: Repository
) -> None:
    assert load_run(store, victim).status == "lost"
    assert victim not in project.git("status", "--porcelain", "-uall")
    with mltrack.start_run():
        pass
    assert load_run(store, victim).status == "lost"
    assert victim in project.git("status", "--porcelain", "-uall")
    assert len(folders_of(store, victim)) == 2
    assert list((store.root / "local" / "open").iterdir()) == []


def test_any_annotation_is_such_a_write_too(
    victim: str, project: Repository, programs: Programs
) -> None:
    tag_run(victim, {"seen": "yes"})
    assert victim in project.git("status", "--porcelain", "-uall")


def test_a_loss_is_said_in_bytes_that_depend_on_the_run_alone(
    victim: str, store: Store, project: Repository, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(project.path, other)
    before = {folder.name for folder in folders_of(store, victim)}
    seals = []
    for there in (store, Store(other / ".mltrack")):
        settle_all(there)
        (seal,) = (f for f in folders_of(there, victim) if f.name not in before)
        (journal,) = seal.iterdir()
        seals.append((seal.name, journal.name, journal.read_bytes()))
    assert seals[0] == seals[1]
    assert b"host" not in seals[0][2]


def test_sealing_touches_no_file_that_was_there(victim: str, store: Store) -> None:
    def content() -> dict[str, bytes]:
        files = [p for folder in folders_of(store, victim) for p in folder.iterdir()]
        return {str(p): p.read_bytes() for p in files if p.name != ".gitignore"}

    before = content()
    settle_all(store)
    after = content()
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_settling_again_says_nothing_more(victim: str, store: Store) -> None:
    settle_all(store)
    before = folders_of(store, victim)
    with mltrack.start_run():
        settle_all(store)
    assert folders_of(store, victim) == before


def test_a_run_of_another_machine_is_never_called_lost(
    victim: str, store: Store, project: Repository
) -> None:
    for mark in (store.root / "local" / victim).glob("*.writer"):
        mark.write_text(json.dumps({**json.loads(mark.read_text()), "host": "elsewhere"}))
    settle_all(store)
    assert load_run(store, victim).status == "unknown"
    assert len(folders_of(store, victim)) == 1
    assert victim not in project.git("status", "--porcelain", "-uall")


def test_a_run_that_beats_on_another_machine_is_running(victim: str, store: Store) -> None:
    local = store.root / "local" / victim
    for mark in local.glob("*.writer"):
        mark.unlink()
    (local / "heartbeat").write_text(clock.to_text(clock.now() - 20) + "\n")
    assert load_run(store, victim).status == "running"
    (local / "heartbeat").write_text(clock.to_text(clock.now() - 500) + "\n")
    assert load_run(store, victim).status == "unknown"
