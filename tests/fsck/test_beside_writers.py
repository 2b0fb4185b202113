"""A check beside processes that write finds no damage, and a repair beside them takes nothing."""

import os
import subprocess
import sys
import time

import mltrack
from mltrack.fsck.kinds import Severity
from tests.fsck.ruin import Ruin

WRITER = """
import sys, mltrack
for number in range(int(sys.argv[1])):
    with mltrack.start_run(name=f"run {number}") as run:
        for step in range(20):
            run.log_metric("loss", step)
        run.log_artifact("README.md", to=f"notes/{number}.md")
    mltrack.tag_run(run.id, {"number": number})
print("done", flush=True)
"""
RUNS = 25


def start(ruin: Ruin) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, str(RUNS)]
    return subprocess.Popen(command, cwd=ruin.repo.path, stdout=subprocess.PIPE, text=True)


def test_a_check_beside_writers_finds_no_damage(ruin: Ruin) -> None:
    writers = [start(ruin), start(ruin)]
    found: list[str] = []
    while any(writer.poll() is None for writer in writers):
        found += map(str, ruin.check().of(Severity.DAMAGE))
    assert [writer.communicate()[0] for writer in writers] == ["done\n", "done\n"]
    assert found == []
    assert ruin.check().findings == ()


def test_a_repair_beside_writers_takes_nothing(ruin: Ruin) -> None:
    writers = [start(ruin), start(ruin)]
    while any(writer.poll() is None for writer in writers):
        ruin.repair()
    assert [writer.communicate()[0] for writer in writers] == ["done\n", "done\n"]
    runs = mltrack.search_runs()
    assert len(runs) == 2 + 2 * RUNS
    assert all(run.tags for run in runs if run.name.startswith("run "))
    assert all(len(run.history("loss")) == 20 for run in runs if run.name.startswith("run "))
    assert ruin.quarantined() == {}


FORKS = """
import multiprocessing, random, sys, time, mltrack

def child(run, name, rows):
    for step in range(rows):
        run.log_metric(name, step)

fork = multiprocessing.get_context("fork")
for number in range(int(sys.argv[1])):
    run = mltrack.start_run(name=f"run {number}")
    names = [f"m{k}" for k in range(3)]
    children = [fork.Process(target=child, args=(run, n, random.randint(1, 60))) for n in names]
    for one in children:
        one.start()
    time.sleep(random.random() * 0.06)
    run.finish()
    for one in children:
        one.join()
"""


def test_no_row_is_left_out_of_a_record_when_writers_end_at_once(ruin: Ruin) -> None:
    command = [sys.executable, "-c", FORKS, "30"]
    subprocess.run(command, cwd=ruin.repo.path, check=True)
    assert list(map(str, ruin.check().of(Severity.DAMAGE))) == []


def test_what_a_living_process_has_in_tmp_is_no_leftover_however_old(ruin: Ruin) -> None:
    path = ruin.root / "tmp" / f"{os.getpid()}.abcdefgh"
    path.write_text("half of it")
    old = time.time() - 3 * 24 * 3600
    os.utime(path, (old, old))
    assert ruin.kinds() == []
    ruin.repair()
    assert path.read_text() == "half of it"
