"""A command whose time is over is stopped with its whole group, in three steps."""

import os
import signal
import sys
from pathlib import Path

import pytest

from mltrack.projects.running.process import Job, Outcome, run
from mltrack.projects.running.stopping import Grace
from mltrack.projects.spec import Output
from tests.projects.conftest import Project
from tests.support.orders import launched, order
from tests.support.processes import lives

GRACE = Grace(after_interrupt_seconds=0.2, after_terminate_seconds=0.2)
LIMIT = Outcome(code=124, timed_out=True)
DEAF = """\
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.pause()
"""
LOGS_AND_WAITS = """\
import mltrack, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
mltrack.log_metric("a", 1)
open("out", "w").close()
print("x", flush=True)
signal.pause()
"""
WITH_GRANDCHILD = """\
import subprocess, sys
grandchild = subprocess.Popen([sys.executable, "-c", sys.argv[1]], start_new_session=DAEMON)
open("grandchild", "w").write(str(grandchild.pid))
grandchild.wait()
"""


def limited(folder: Path, code: str, *arguments: str, seconds: float = 1.0) -> Outcome:
    argv = [sys.executable, "-c", code, *arguments]
    job = Job(argv, folder, os.environ, folder / "log", timeout_seconds=seconds)
    with Path(os.devnull).open("wb") as nowhere:
        return run(job, (nowhere, nowhere), GRACE)


def test_a_command_in_time_ends_as_it_ends(tmp_path: Path) -> None:
    assert limited(tmp_path, "raise SystemExit(3)", seconds=60) == Outcome(code=3)


@pytest.mark.parametrize("code", ["import signal; signal.pause()", DEAF])
def test_a_command_whose_time_is_over_is_stopped(tmp_path: Path, code: str) -> None:
    assert limited(tmp_path, code, seconds=0.2) == LIMIT


def test_one_that_ends_well_when_it_is_interrupted_was_stopped_all_the_same(
    tmp_path: Path,
) -> None:
    polite = "import signal, sys; signal.signal(2, lambda *_: sys.exit(0)); signal.pause()"

    assert limited(tmp_path, polite, seconds=0.5) == LIMIT


def test_a_grandchild_that_hears_nothing_goes_too(tmp_path: Path) -> None:
    code = WITH_GRANDCHILD.replace("DAEMON", "False")

    assert limited(tmp_path, code, DEAF) == LIMIT
    assert not lives(int((tmp_path / "grandchild").read_text()))


def test_a_daemon_that_has_left_the_group_does_not_hold_up_the_end(tmp_path: Path) -> None:
    code = WITH_GRANDCHILD.replace("DAEMON", "True")

    outcome = limited(tmp_path, code, DEAF)

    daemon = int((tmp_path / "grandchild").read_text())
    assert lives(daemon)
    os.kill(daemon, signal.SIGKILL)
    assert outcome == LIMIT


def test_the_run_is_killed_and_says_why(project: Project) -> None:
    folder = project("import signal; signal.pause()")

    ended = launched(order(folder, timeout_seconds=0.5))

    assert (ended.done.exit_code, ended.done.status) == (124, "killed")
    assert ended.record.error == "time limit of 0.5 s"
    assert ended.record.project["timeout_seconds"] == 0.5


def test_what_it_logged_and_left_by_then_is_kept(project: Project) -> None:
    folder = project(LOGS_AND_WAITS)

    ended = launched(order(folder, timeout_seconds=4, outputs=(Output("out"),)))

    assert ended.done.exit_code == 124
    assert ended.record.metrics["a"].last == 1
    assert ended.artifacts() == {"out": True}
    assert ended.output == b"x\n"
