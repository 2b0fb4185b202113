"""The ranks of a job, which nobody coordinates, write one run that is read as one history."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.ranks import rank_of
from mltrack.tracking.reader import list_runs
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


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        ("raise ValueError('rank 2')", "failed", 1),
        ("import signal; os.kill(os.getpid(), signal.SIGTERM)", "killed", -15),
        ("import signal; os.kill(os.getpid(), signal.SIGINT)", "killed", -2),
        ("os._exit(9)", "lost", 9),
    ],
)
def test_one_rank_that_does_not_finish_tells_how_the_run_ended(
    programs: Programs, end: str, status: str, code: int
) -> None:
    source = f"""
import os, mltrack
with mltrack.start_run() as run:
    run.log_metric("loss", 1)
    if os.environ["RANK"] == "2":
        {end}
"""
    ranks_of(programs, source, codes=[0, 0, code, 0])
    run = mltrack.get_run("1")
    assert run.status == status
    assert len(run.record.writers) >= 4
    if status == "failed":
        assert run.record.error == "ValueError: rank 2"
        assert "ValueError: rank 2" in run.record.traceback
    with mltrack.start_run(name="next write"):
        pass
    assert mltrack.get_run(run.id).status == status


def test_a_rank_that_failed_is_told_of_beside_one_that_was_lost(programs: Programs) -> None:
    source = """
import os, mltrack
with mltrack.start_run() as run:
    if os.environ["RANK"] == "1":
        os._exit(9)
    raise ValueError("the other is gone")
"""
    ranks_of(programs, source, count=2, codes=[1, 9])
    with mltrack.start_run(name="next write"):
        pass
    run = mltrack.search_runs(where='name != "next write"')[0]
    assert (run.status, run.record.error) == ("failed", "ValueError: the other is gone")


def test_a_run_goes_on_while_one_of_its_ranks_does(programs: Programs) -> None:
    source = """
import os, sys, mltrack
with mltrack.start_run() as run:
    print(run.id, flush=True)
    sys.stdin.readline()
"""
    world = {"WORLD_SIZE": "2", "MASTER_ADDR": "localhost"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in world.items():
            patch.setenv(name, value)
        patch.setenv("RANK", "0")
        first = programs.start(source)
        patch.setenv("RANK", "1")
        second = programs.start(source)
    first.communicate("go\n")
    assert mltrack.get_run("1").status == "running"
    second.communicate("go\n")
    assert mltrack.get_run("1").status == "finished"


def test_a_rank_that_dies_before_it_begins_the_run_does_not_hold_up_the_others(
    programs: Programs, store: Store
) -> None:
    printed = ranks_of(
        programs,
        """
import os, mltrack
from mltrack.tracking import meeting
meeting.WAIT_SECONDS = 1000
from mltrack.tracking import starting
if os.environ["RANK"] == "0":
    starting.new_id = lambda *_: os._exit(7)
    mltrack.start_run()
while not os.path.exists(".mltrack/local/jobs"):
    pass
with mltrack.start_run() as run:
    print(run.id)
""",
        codes=[7, 0, 0, 0],
    )
    (record,) = list_runs(store).runs
    assert printed == ["", *[record.id] * 3]


def test_a_rank_whose_run_cannot_be_begun_does_not_hold_up_the_others(
    programs: Programs, store: Store
) -> None:
    printed = ranks_of(
        programs,
        """
import glob, os, mltrack
from mltrack.tracking import meeting
meeting.WAIT_SECONDS = 1000
if os.environ["RANK"] == "0":
    try:
        mltrack.start_run(experiment="not/a name")
    except mltrack.UsageError:
        while not glob.glob(".mltrack/runs/*/*/*/run.yaml"):
            pass
        raise SystemExit
while not os.path.exists(".mltrack/local/jobs"):
    pass
with mltrack.start_run() as run:
    print(run.id)
""",
    )
    (record,) = list_runs(store).runs
    assert printed == ["", *[record.id] * 3]


def test_whoever_waits_too_long_goes_on_with_another_run(programs: Programs) -> None:
    source = """
import os, sys, mltrack
from mltrack.tracking import meeting, starting
meeting.WAIT_SECONDS = 0.2
if os.environ["RANK"] == "0":
    def stuck(*_):
        print("claimed", flush=True)
        sys.stdin.readline()
        os._exit(0)
    starting.new_id = stuck
with mltrack.start_run() as run:
    run.log_metric("loss", 1)
"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_SIZE", "2")
        patch.setenv("RANK", "0")
        stuck = programs.start(source)
    done = programs.run(source, env={"WORLD_SIZE": "2", "RANK": "1"})
    stuck.communicate("go\n")
    assert f"process {stuck.pid} on" in done.err
    assert "was to begin the run of this job" in done.err
    assert mltrack.get_run("1").metrics == {"loss": 1}


def test_a_rank_that_is_killed_loses_nothing_that_it_was_promised(programs: Programs) -> None:
    source = """
import os, mltrack
with mltrack.start_run() as run:
    print("begun", flush=True)
    for step in range(100_000):
        run.log_metric(f"loss{os.environ['RANK']}", float(step), step=step)
        print(step, flush=True)
"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_SIZE", "3")
        processes = []
        for rank in range(3):
            patch.setenv("RANK", str(rank))
            processes.append(programs.start(source))
    promised = []
    for process in processes:
        assert process.stdout is not None
        for _ in range(50):
            process.stdout.readline()
        process.kill()
        promised.append(50 + process.communicate()[0].count("\n"))
    read = mltrack.get_run("1")
    kept = [read.record.metrics[f"loss{rank}"].count for rank in range(3)]
    assert all(there >= wanted for there, wanted in zip(kept, promised, strict=True))
    assert (read.status, len(read.record.writers)) == ("lost", 3)


def test_ranks_keep_to_themselves_when_the_setting_says_so(
    programs: Programs, store: Store
) -> None:
    ranks_of(programs, TRAINING, "1", env={"MLTRACK_RANKS": "separate"})
    assert [len(run.writers) for run in list_runs(store).runs] == [1] * 4


def test_what_a_rank_forks_or_starts_begins_runs_of_its_own(
    programs: Programs, store: Store
) -> None:
    source = """
import os, subprocess, sys, mltrack
with mltrack.start_run(name="rank") as run:
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


TORCHRUN = {
    "RANK": "3", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "4", "TORCHELASTIC_RUN_ID": "none",
    "TORCHELASTIC_RESTART_COUNT": "0", "MASTER_ADDR": "node-1", "MASTER_PORT": "29500",
}  # fmt: skip
SLURM = {
    "SLURM_PROCID": "3", "SLURM_NTASKS": "4", "SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "number"),
    [
        (TORCHRUN, 3),
        (SLURM, 3),
        ({**SLURM, "SLURM_STEP_NUM_TASKS": "1"}, None),
        ({**SLURM, "SLURM_NTASKS": "1"}, None),
        ({**SLURM, **TORCHRUN, "RANK": "5", "WORLD_SIZE": "8"}, 5),
        ({"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"}, 1),
        ({"PMI_RANK": "1", "PMI_SIZE": "2"}, 1),
        ({"RANK": "0", "WORLD_SIZE": "1"}, None),
        ({"RANK": "first", "WORLD_SIZE": "4"}, None),
        ({"RANK": "-1", "WORLD_SIZE": "4"}, None),
        ({"WORLD_SIZE": "4"}, None),
        ({}, None),
    ],
)
def test_a_rank_is_known_by_what_its_launcher_says(
    variables: dict[str, str], number: int | None
) -> None:
    rank = rank_of(variables, lambda: "parent")
    assert (rank and rank.number) == number


@pytest.mark.parametrize(
    ("variables", "change"),
    [
        (SLURM, {"SLURM_STEP_ID": "1"}),
        (SLURM, {"SLURM_RESTART_COUNT": "1"}),
        (TORCHRUN, {"TORCHELASTIC_RESTART_COUNT": "1"}),
        (
            TORCHRUN,
            {"TORCHELASTIC_ERROR_FILE": "/tmp/torchelastic_b/none_x/attempt_0/3/error.json"},
        ),
        (TORCHRUN, {"MASTER_PORT": "29501"}),
    ],
)
def test_another_launch_is_known_by_what_differs(
    variables: dict[str, str], change: dict[str, str]
) -> None:
    one, other = (rank_of(v, lambda: "parent") for v in (variables, {**variables, **change}))
    assert one
    assert other
    assert one.launch != other.launch


def test_launches_on_one_machine_differ_by_the_process_that_started_them() -> None:
    one, other = (rank_of(TORCHRUN, lambda name=name: name) for name in ("a", "b"))  # type: ignore[misc]
    assert one
    assert other
    assert one.launch != other.launch
    steps = {rank_of(SLURM, lambda name=name: name) for name in ("a", "b")}  # type: ignore[misc]
    assert len(steps) == 1
