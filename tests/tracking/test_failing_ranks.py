"""A rank that fails, dies or hangs tells how the run ended, and never holds up the others."""

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.support.programs import Programs
from tests.tracking.test_ranks import ranks_of


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
