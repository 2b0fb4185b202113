"""A run that is taken up again goes on after its last row, or from the step that is named."""

import pytest

import mltrack
from tests.support.programs import Programs


def begun(steps: int = 10) -> str:
    """Return the id of a finished run with so many points of `loss` and half of `acc`."""
    with mltrack.start_run() as run:
        for step in range(steps):
            run.log_metric("loss", float(step), step=step)
            if step % 2 == 0:
                run.log_metric("acc", float(step), step=step)
    return run.id


def points(run_id: str, name: str) -> list[tuple[int, float]]:
    """Return the steps and values of a metric."""
    return [(p.step, p.value) for p in mltrack.get_run(run_id).history(name)]


def test_it_goes_on_after_its_last_row() -> None:
    run_id = begun()
    with mltrack.start_run(resume=run_id) as run:
        run.log_metric("loss", 100.0)
        run.log_metric("acc", 100.0)
        run.log_metric("new", 100.0)
    assert points(run_id, "loss")[-1] == (10, 100.0)
    assert points(run_id, "acc")[-1] == (9, 100.0)
    assert points(run_id, "new") == [(0, 100.0)]


def test_from_a_step_it_hides_what_came_after_and_goes_on_there() -> None:
    run_id = begun()
    with mltrack.start_run(resume=run_id, step=5) as run:
        run.log_metric("loss", 100.0)
        run.log_metrics({"acc": 100.0, "new": 100.0})
        run.log_metric("loss", 101.0)
    assert points(run_id, "loss") == [*((n, n) for n in range(5)), (5, 100.0), (6, 101.0)]
    assert points(run_id, "acc") == [(0, 0.0), (2, 2.0), (4, 4.0), (5, 100.0)]
    assert points(run_id, "new") == [(5, 100.0)]
    summary = mltrack.get_run(run_id).record.metrics["loss"]
    assert (summary.last, summary.last_step, summary.count) == (101.0, 6, 7)


def test_a_step_after_the_last_leaves_a_gap_and_hides_nothing() -> None:
    run_id = begun(3)
    with mltrack.start_run(resume=run_id, step=7) as run:
        run.log_metric("loss", 100.0)
    assert points(run_id, "loss") == [(0, 0.0), (1, 1.0), (2, 2.0), (7, 100.0)]


def test_it_can_be_rewound_again_and_again() -> None:
    run_id = begun(4)
    for value in (100.0, 200.0):
        with mltrack.start_run(resume=run_id, step=2) as run:
            run.log_metric("loss", value)
    assert points(run_id, "loss") == [(0, 0.0), (1, 1.0), (2, 200.0)]


def test_a_rewind_hides_nothing_of_a_writer_that_goes_on_meanwhile(programs: Programs) -> None:
    again = """
import sys, mltrack
with mltrack.start_run(resume=sys.argv[1], step=0) as run:
    run.log_metric("loss", -1.0)
"""
    with mltrack.start_run() as run:
        run.log_metric("loss", 0.0, step=0)
        programs.run(again, run.id)
        run.log_metric("loss", 1.0, step=1)
    assert sorted(points(run.id, "loss")) == [(0, -1.0), (0, 0.0), (1, 1.0)]
    assert mltrack.get_run(run.id).status == "finished"


def test_two_that_take_it_up_at_once_end_it_as_the_worse_of_them(programs: Programs) -> None:
    run_id = begun(1)
    source = """
import sys, mltrack
run = mltrack.start_run(resume=sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
run.finish(sys.argv[2])
"""
    one = programs.start(source, run_id, "failed")
    other = programs.start(source, run_id, "finished")
    one.communicate("go\n")
    assert mltrack.get_run(run_id).status == "running"
    other.communicate("go\n")
    assert mltrack.get_run(run_id).status == "failed"


def test_a_run_that_is_lost_goes_on_from_a_step(programs: Programs) -> None:
    programs.run("""
import os, mltrack
run = mltrack.start_run()
for step in range(5): run.log_metric("loss", float(step))
os._exit(0)
""")
    with mltrack.start_run(resume="1", step=3) as run:
        run.log_metric("loss", 100.0)
    assert points(run.id, "loss") == [(0, 0.0), (1, 1.0), (2, 2.0), (3, 100.0)]
    assert mltrack.get_run(run.id).status == "finished"


@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM"])
def test_a_signal_kills_a_run_that_was_taken_up_again(programs: Programs, end: str) -> None:
    run_id = begun(1)
    programs.run(
        f"""
import os, signal, sys, mltrack
mltrack.start_run(resume=sys.argv[1])
os.kill(os.getpid(), signal.{end})
""",
        run_id,
        ok=False,
    )
    assert mltrack.get_run(run_id).status == "killed"


def test_what_is_dropped_after_a_run_was_taken_up_again_is_told_in_it(programs: Programs) -> None:
    run_id = begun(1)
    done = programs.run(
        """
import resource, signal, sys, mltrack
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
run = mltrack.start_run(resume=sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
for step in range(100): run.log_metric("loss", float(step), step=step)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
run.finish()
""",
        run_id,
    )
    read = mltrack.get_run(run_id)
    kept = read.record.metrics["loss"].count
    assert 0 < kept < 100
    assert read.record.dropped >= 100 - kept
    assert f"{read.record.dropped} log calls were lost" in done.err


def test_a_step_without_a_run_to_take_up_again_is_a_usage_error() -> None:
    with pytest.raises(mltrack.UsageError, match="this is a new one"):
        mltrack.start_run(step=3)
    assert mltrack.active_run() is None


@pytest.mark.parametrize("step", [1.5, "3", True])
def test_a_step_that_is_no_integer_is_a_type_error(step: object) -> None:
    run_id = begun(1)
    with pytest.raises(TypeError, match="a step must be an integer"):
        mltrack.start_run(resume=run_id, step=step)  # type: ignore[arg-type]  # the mistake
    assert mltrack.get_run(run_id).record.writers == ("main",)
