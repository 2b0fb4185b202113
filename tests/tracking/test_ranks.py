"""The ranks of a job, which nobody coordinates, write one run that is read as one history."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.support.programs import TIMEOUT_SECONDS, Programs

TRAINING = """
import os, sys, mltrack
rank = int(os.environ["RANK"])
with mltrack.start_run(name="many", params={"lr": 1}) as run:
    for step in range(int(sys.argv[1])):
        run.log_metric("loss", rank + step, step=step)
    run.log_param(f"rank{rank}", rank)
print(run.id)
"""


def ranks_of(
    programs: Programs,
    source: str,
    *arguments: str,
    count: int = 4,
    env: Mapping[str, str] | None = None,
    codes: Sequence[int] = (),
) -> list[str]:
    """Run a program as so many ranks at once, and return the words that each printed."""
    codes = codes or [0] * count
    world = {"WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", source, *arguments],
            cwd=programs.folder,
            env={**os.environ, **world, "RANK": str(rank), **(env or {})},
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(count)
    ]
    printed = [process.communicate(timeout=TIMEOUT_SECONDS)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == list(codes)
    return printed


def test_eight_ranks_write_one_run_and_lose_nothing(programs: Programs, store: Store) -> None:
    printed = ranks_of(programs, TRAINING, "1000", count=8)
    (record,) = list_runs(store).runs
    assert set(printed) == {record.id}
    assert (record.status, record.name, len(record.writers)) == ("finished", "many", 8)
    assert record.params == {"lr": 1, **{f"rank{n}": n for n in range(8)}}
    history = mltrack.get_run(record.id).history("loss")
    wanted = sorted((step, rank + step) for rank in range(8) for step in range(1000))
    assert sorted((p.step, p.value) for p in history) == wanted
    assert record.metrics["loss"].count == 8000


def test_the_nth_run_of_a_rank_is_the_nth_of_the_others(programs: Programs, store: Store) -> None:
    printed = ranks_of(
        programs,
        """
import mltrack
for fold in range(3):
    with mltrack.start_run(name=f"fold {fold}") as run:
        run.log_param("fold", fold)
    print(run.id)
""",
    )
    assert len(set(printed)) == 1
    runs = list_runs(store).runs
    assert [run.id for run in reversed(runs)] == printed[0].split()
    assert [run.params for run in reversed(runs)] == [{"fold": n} for n in range(3)]
    assert {(run.status, len(run.writers)) for run in runs} == {("finished", 4)}


def test_log_calls_without_a_run_begin_one_for_all_ranks(programs: Programs, store: Store) -> None:
    ranks_of(programs, "import os, mltrack; mltrack.log_param(os.environ['RANK'], 1)")
    (record,) = list_runs(store).runs
    assert record.params == {str(rank): 1 for rank in range(4)}


def test_a_launch_does_not_join_the_run_of_an_earlier_one(programs: Programs, store: Store) -> None:
    for _ in range(2):
        ranks_of(programs, TRAINING, "1", count=2)
    assert [len(run.writers) for run in list_runs(store).runs] == [2, 2]


def test_a_rank_that_an_earlier_launch_lacked_does_not_join_its_run(
    programs: Programs, store: Store
) -> None:
    alone = """
import os, mltrack
with mltrack.start_run() as run:
    run.log_metric("loss", 1)
"""
    world = {"WORLD_SIZE": "2", "MASTER_ADDR": "node-1", "MASTER_PORT": "29500"}
    programs.run(alone, env={**world, "RANK": "0"})
    programs.run(alone, env={**world, "RANK": "1"})
    assert [len(run.writers) for run in list_runs(store).runs] == [1, 1]


def test_a_rank_joins_a_run_that_the_others_ended_after_it_had_started(
    programs: Programs, store: Store
) -> None:
    slow = """
import sys
print("started", flush=True)
sys.stdin.readline()
import mltrack
with mltrack.start_run() as run:
    run.log_metric("late", 1)
"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_SIZE", "2")
        patch.setenv("MASTER_ADDR", "node-1")
        patch.setenv("RANK", "1")
        late = programs.start(slow)
        programs.run("import mltrack; mltrack.log_metric('loss', 1)", env={"RANK": "0"})
        late.communicate("go\n")
    (record,) = list_runs(store).runs
    assert sorted(record.metrics) == ["late", "loss"]


def test_ranks_keep_to_themselves_when_the_setting_says_so(
    programs: Programs, store: Store
) -> None:
    ranks_of(programs, TRAINING, "1", env={"MLTRACK_RANKS": "separate"})
    assert [len(run.writers) for run in list_runs(store).runs] == [1] * 4


def test_what_a_rank_forks_or_starts_begins_runs_of_its_own(
    programs: Programs, store: Store
) -> None:
    source = """
import os, pathlib, subprocess, sys, time, mltrack
with mltrack.start_run(name="rank") as run:
    pathlib.Path("here-" + os.environ["RANK"]).touch()
    while not all(pathlib.Path(f"here-{rank}").exists() for rank in range(2)):
        time.sleep(0.01)  # a rank that comes when the other has ended begins a run of its own
    if not os.fork():
        with mltrack.start_run(name="forked"):
            os._exit(0)
    os.wait()
    if os.environ["RANK"] == "0":
        code = "import mltrack; mltrack.start_run(name='started')"
        subprocess.run([sys.executable, "-c", code], check=True)
"""
    ranks_of(programs, source, count=2, env={"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0"})
    writers = sorted((run.name, len(run.writers)) for run in list_runs(store).runs)
    assert [row for row in writers if row[0] != "forked"] == [("rank", 2), ("started", 1)]
    assert len(writers) == 4


def test_a_rank_whose_journal_is_taken_away_overrules_no_other(
    programs: Programs, store: Store
) -> None:
    source = """
import os, shutil, sys, time, mltrack
with mltrack.start_run() as run:
    print(run.id, flush=True)
    sys.stdin.readline()
    if os.environ["RANK"] == "0":
        raise ValueError("rank 0")
    (taken,) = [n for n in os.listdir(sys.argv[1]) if n.startswith(run.id + "+")]
    shutil.rmtree(f"{sys.argv[1]}/{taken}")
    run.log_metric("after", 1)
"""
    store.prepare()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_SIZE", "2")
        patch.setenv("RANK", "0")
        first = programs.start(source)
        (day,) = (store.root / "runs").glob("*/*")
        patch.setenv("RANK", "1")
        second = programs.start(source, str(day))
    first.communicate("go\n")
    second.communicate("go\n")
    assert (first.returncode, second.returncode) == (1, 0)
    run = mltrack.get_run("1")
    assert (run.status, run.record.error) == ("failed", "ValueError: rank 0")
    assert run.metrics == {"after": 1}


def test_ranks_take_a_run_up_again_together_from_a_step(programs: Programs) -> None:
    with mltrack.start_run() as run:
        for step in range(10):
            run.log_metric("loss", -1.0, step=step)
    source = """
import os, sys, mltrack
with mltrack.start_run(resume=sys.argv[1], step=4) as run:
    for _ in range(4):
        run.log_metric("loss", float(os.environ["RANK"]))
"""
    ranks_of(programs, source, run.id, count=3)
    read = mltrack.get_run(run.id)
    points = [(p.step, p.value) for p in read.history("loss")]
    assert points[:4] == [(step, -1.0) for step in range(4)]
    assert sorted(points[4:]) == [(step, rank) for step in range(4, 8) for rank in range(3)]
    assert (read.status, len(read.record.writers)) == ("finished", 4)
