"""However a program ends, its run tells it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mltrack
from tests.support.programs import Programs

WAITING = """
import signal, sys, time, mltrack
run = mltrack.start_run()
run.log_metric("loss", 1.0)
print("ready", flush=True)
sys.stdin.readline()
"""


def the_run() -> tuple[str, str]:
    """Return how the only run ended, and the line that says why."""
    (run,) = mltrack.search_runs()
    return run.status, run.record.error


def test_the_end_of_the_block_finishes_the_run() -> None:
    with mltrack.start_run():
        pass
    assert the_run() == ("finished", "")


def test_an_exception_fails_the_run_with_its_line() -> None:
    with pytest.raises(ZeroDivisionError), mltrack.start_run():
        raise ZeroDivisionError("no way\nof dividing")
    assert the_run() == ("failed", "ZeroDivisionError: no way")


def test_an_exceptions_line_holds_no_secret_and_no_path_of_this_machine() -> None:
    token = "ghp_" + "a" * 40
    path = Path.cwd() / "data.csv"
    with pytest.raises(OSError, match="ghp"), mltrack.start_run():
        raise OSError(f"no {path} with {token}")
    assert the_run() == ("failed", "OSError: no data.csv with ****")


def test_an_exception_that_cannot_show_itself_fails_the_run() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    with pytest.raises(MuteError), mltrack.start_run():
        raise MuteError
    assert the_run() == ("failed", "MuteError: ")


def test_leaving_with_exit_code_0_finishes_the_run() -> None:
    with pytest.raises(SystemExit), mltrack.start_run():
        raise SystemExit(0)
    assert the_run() == ("finished", "")


@pytest.mark.parametrize("code", [1, "no data"])
def test_leaving_with_another_exit_code_fails_the_run(code: int | str) -> None:
    with pytest.raises(SystemExit), mltrack.start_run():
        raise SystemExit(code)
    assert the_run() == ("failed", f"SystemExit: {code}")


def test_a_run_left_open_finishes_with_its_program(programs: Programs) -> None:
    programs.run("import mltrack; mltrack.start_run()")
    assert the_run() == ("finished", "")


def test_an_exception_outside_a_block_fails_the_run(programs: Programs) -> None:
    programs.run("import mltrack; mltrack.start_run(); 1 / 0", ok=False)
    assert the_run() == ("failed", "ZeroDivisionError: division by zero")


def test_all_runs_left_open_are_ended(programs: Programs) -> None:
    programs.run("import mltrack; mltrack.start_run(); mltrack.start_run()")
    assert [run.status for run in mltrack.search_runs()] == ["finished", "finished"]


@pytest.mark.parametrize("block", [True, False])
def test_an_interrupt_kills_the_run(programs: Programs, block: bool) -> None:
    source = (
        WAITING
        if not block
        else WAITING.replace("sys.stdin.readline()", "") + ("with run:\n    sys.stdin.readline()\n")
    )
    process = programs.start(source)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert the_run() == ("killed", "KeyboardInterrupt")


def test_sigterm_kills_the_run_and_the_program_dies_of_it(programs: Programs) -> None:
    process = programs.start(WAITING)
    process.terminate()
    process.communicate()
    assert process.returncode == -signal.SIGTERM
    assert the_run() == ("killed", f"signal {signal.SIGTERM:d}")


def test_a_programs_own_handler_of_sigterm_stays(programs: Programs) -> None:
    own = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
    process = programs.start(own + WAITING)
    process.terminate()
    process.communicate()
    assert process.returncode == 0
    assert the_run() == ("finished", "")


def test_a_program_that_leaves_without_a_word_has_lost_its_run(programs: Programs) -> None:
    programs.run("import os, mltrack; mltrack.log_metric('loss', 1); os._exit(0)")
    (run,) = mltrack.search_runs()
    assert (run.status, run.metrics) == ("lost", {"loss": 1})


def test_a_resumer_that_is_killed_has_lost_the_run(programs: Programs) -> None:
    with mltrack.start_run() as first:
        first.log_metric("loss", 1)
    programs.run(f"import os, mltrack; mltrack.start_run(resume={first.id!r}); os._exit(0)")
    assert the_run() == ("lost", "")
    with mltrack.start_run(name="next write"):
        pass
    assert mltrack.get_run(first.id).status == "lost"


def test_a_run_may_be_lost_again_after_it_was_taken_up_again(programs: Programs) -> None:
    programs.run("import os, mltrack; mltrack.log_metric('loss', 1); os._exit(0)")
    for _ in range(2):
        with mltrack.start_run(name="next write"):
            pass
        resume = "import os, mltrack; mltrack.start_run(resume=sys.argv[1]); os._exit(0)"
        lost = mltrack.search_runs(where='name != "next write"')[0]
        programs.run(f"import sys; {resume}", lost.id)
    with mltrack.start_run(name="next write"):
        pass
    read = mltrack.get_run(lost.id)
    assert (read.status, len(read.record.writers)) == ("lost", 6)
    assert list(Path(".mltrack/runs").rglob(".gitignore")) == []


def test_a_lost_run_that_is_taken_up_again_and_finished_is_finished(programs: Programs) -> None:
    programs.run("import os, mltrack; mltrack.log_metric('loss', 1); os._exit(0)")
    with mltrack.start_run(resume="1") as again:
        again.log_metric("loss", 2)
    assert the_run() == ("finished", "")


def test_a_status_that_a_run_cannot_end_with_is_a_value_error() -> None:
    run = mltrack.start_run()
    with pytest.raises(ValueError, match="a run ends as finished, failed, killed"):
        run.finish("succeeded")
    assert mltrack.active_run() is not None


def test_logging_after_the_end_is_a_usage_error_that_names_both_ways_on() -> None:
    run = mltrack.start_run()
    run.finish()
    calls: list[Any] = [
        lambda: run.log_metric("a", 1),
        lambda: run.log_metrics({"a": 1}),
        lambda: run.log_param("a", 1),
        lambda: run.set_tag("a", 1),
        lambda: run.log_artifact(__file__),
    ]
    for call in calls:
        with pytest.raises(mltrack.UsageError, match="has ended") as caught:
            call()
        assert f'start_run(resume="{run.id}")' in caught.value.fix
        assert f"mltrack log metric NAME VALUE --run {run.id}" in caught.value.fix


def test_finishing_twice_changes_nothing() -> None:
    run = mltrack.start_run()
    run.finish("failed")
    run.finish()
    assert the_run() == ("failed", "")
    assert repr(run).endswith("(ended)>")


def test_after_an_inner_run_the_outer_is_active_again() -> None:
    with mltrack.start_run() as outer:
        with mltrack.start_run():
            mltrack.log_param("of", "inner")
        mltrack.log_param("of", "outer")
    assert mltrack.get_run(outer.id).params == {"of": "outer"}


def test_a_stopped_process_is_still_running_and_a_zombie_is_not(programs: Programs) -> None:
    process = programs.start(WAITING)
    process.send_signal(signal.SIGSTOP)
    assert the_run()[0] == "running"
    process.send_signal(signal.SIGCONT)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert the_run()[0] == "lost"
    process.communicate()


def test_a_prompt_that_saw_an_error_still_finishes_its_run(programs: Programs) -> None:
    lines = "import mltrack\nrun = mltrack.start_run()\n1 / 0\nrun.log_metric('loss', 1)\n"
    subprocess.run(
        [sys.executable, "-i", "-q"],
        cwd=programs.folder, input=lines, text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert the_run() == ("finished", "")
