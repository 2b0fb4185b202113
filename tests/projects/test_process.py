"""A child's output is kept byte for byte, and its whole group ends when it is told to."""

import io
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from mltrack.projects.running.process import Job, Outcome, run
from tests.support.processes import lives

RUN = """\
import sys
from pathlib import Path
from mltrack.projects.running.process import Job, run
from mltrack.projects.running.stopping import Grace
argv = [sys.executable, "-u", "-c", sys.argv[1]]
job = Job(argv=argv, folder=Path("."), variables={}, log=Path("log"))
grace = Grace(after_interrupt_seconds=0.2, after_terminate_seconds=0.2)
outcome = run(job, (sys.stdout.buffer, sys.stderr.buffer), grace)
print(outcome.code, outcome.signal)
"""
FEW_FILES = """\
import os, resource, sys
from pathlib import Path
from mltrack.projects.running.process import Job, run
from mltrack.projects.running.stopping import Grace
with open(os.devnull, "wb") as nowhere:
    most = nowhere.fileno() + 1 + int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    argv = [sys.executable, "-c", sys.argv[1]]
    job = Job(argv, Path("."), os.environ, Path("log"), timeout_seconds=1)
    try:
        run(job, (nowhere, nowhere), Grace(0.2, 0.2))
        print("started")
    except OSError:
        print("refused")
"""
WAKE_UPS_A_SECOND = 60
"""Twenty looks at what the user wants, and room for a busy machine."""

NOISE = "import os; os.write(1, bytes(range(256)) * 4000); os.write(2, b'\\xff\\r\\n')"
WAIT = "import signal; print('ready', flush=True); signal.pause()"
POLITE = f"import signal, sys; signal.signal(2, lambda *_: sys.exit(0)); {WAIT}"
STUBBORN = (
    f"import signal as s; s.signal(s.SIGINT, s.SIG_IGN); s.signal(s.SIGTERM, s.SIG_IGN); {WAIT}"
)
PARENT = f"""\
import subprocess, sys
grandchild = subprocess.Popen([sys.executable, "-u", "-c", {STUBBORN!r}], stdout=subprocess.PIPE)
print(grandchild.stdout.readline().decode().strip(), grandchild.pid, flush=True)
grandchild.wait()
"""
DAEMON = """\
import subprocess, sys
daemon = subprocess.Popen([sys.executable, "-c", sys.argv[1]], start_new_session=True)
open("daemon", "w").write(str(daemon.pid))
"""


def outcome_of(folder: Path, code: str, *arguments: str) -> tuple[Outcome, bytes, bytes]:
    out, err = io.BytesIO(), io.BytesIO()
    argv = [sys.executable, "-c", code, *arguments]
    job = Job(argv=argv, folder=folder, variables=os.environ, log=folder / "log")
    outcome = run(job, (out, err))
    return outcome, out.getvalue(), err.getvalue()


def runner(folder: Path, code: str) -> "subprocess.Popen[str]":
    """Start a process that runs a child, and wait until the child is ready."""
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", RUN, code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        text=True,
    )


def line_of(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline()


def test_output_is_kept_and_shown_byte_for_byte(tmp_path: Path) -> None:
    _, out, err = outcome_of(tmp_path, NOISE)

    assert out == bytes(range(256)) * 4000
    assert err == b"\xff\r\n"
    log = (tmp_path / "log").read_bytes()
    assert len(log) == len(out) + len(err)
    assert log.replace(err, b"", 1) == out


@pytest.mark.parametrize("code", [0, 3, 255])
def test_the_exit_code_is_the_childs(tmp_path: Path, code: int) -> None:
    outcome, _, _ = outcome_of(tmp_path, f"raise SystemExit({code})")

    assert outcome == Outcome(code=code)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of a child's end")
def test_waiting_for_a_long_child_hardly_wakes_this_process(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw

    outcome_of(tmp_path, "import time; time.sleep(1)")

    assert resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before < WAKE_UPS_A_SECOND


def test_a_signal_gives_128_and_its_number(tmp_path: Path) -> None:
    outcome, _, _ = outcome_of(tmp_path, "import os; os.kill(os.getpid(), 9)")

    assert outcome == Outcome(code=137, signal=9)


@pytest.mark.parametrize("deed", ["signal.pause()", "\nwhile True: os.write(1, b'x' * 9999)"])
def test_a_daemon_that_keeps_the_output_open_does_not_hang_the_run(
    tmp_path: Path, deed: str
) -> None:
    daemon = f"import os, signal; signal.alarm(60); {deed}"

    outcome, _, _ = outcome_of(tmp_path, DAEMON, daemon)

    os.kill(int((tmp_path / "daemon").read_text()), signal.SIGKILL)
    assert outcome.code == 0


def test_a_terminal_that_closes_does_not_stop_the_child(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    argv = [sys.executable, "-c", NOISE]
    job = Job(argv=argv, folder=tmp_path, variables=os.environ, log=tmp_path / "log")

    outcome = run(job, (closed, closed))

    assert outcome.code == 0
    assert (tmp_path / "log").stat().st_size == 256 * 4000 + 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_reaches_the_child_as_an_interrupt(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = runner(tmp_path, WAIT)
    assert line_of(process.stdout) == "ready\n"

    process.send_signal(number)

    out, _ = process.communicate()
    assert out == "130 2\n"


def test_a_child_that_will_not_stop_is_killed_with_its_group(tmp_path: Path) -> None:
    process = runner(tmp_path, PARENT)
    ready, grandchild = line_of(process.stdout).split()
    assert ready == "ready"

    process.send_signal(signal.SIGINT)

    process.communicate()
    assert not lives(int(grandchild))


def test_a_child_that_ends_well_after_an_interrupt_was_stopped_all_the_same(
    tmp_path: Path,
) -> None:
    process = runner(tmp_path, POLITE)
    assert line_of(process.stdout) == "ready\n"

    process.send_signal(signal.SIGINT)

    out, _ = process.communicate()
    assert out == "130 2\n"


def test_a_disk_that_is_full_does_not_stop_the_child_and_is_told(tmp_path: Path) -> None:
    out = io.BytesIO()
    job = Job([sys.executable, "-c", NOISE], tmp_path, os.environ, Path("/dev/full"))

    outcome = run(job, (out, io.BytesIO()))

    assert (outcome.code, outcome.lost_bytes) == (0, 256 * 4000 + 3)
    assert outcome.fault == "No space left on device"
    assert out.getvalue() == bytes(range(256)) * 4000


def test_a_log_that_cannot_be_made_does_not_stop_the_child(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    job = Job([sys.executable, "-c", NOISE], tmp_path, os.environ, tmp_path / "taken" / "log")

    outcome = run(job, (io.BytesIO(), io.BytesIO()))

    assert (outcome.code, outcome.fault) == (0, "File exists")


def test_a_child_that_cannot_be_accompanied_does_not_go_on(tmp_path: Path) -> None:
    code = "import os, signal; open('pid', 'w').write(str(os.getpid())); signal.pause()"

    for more in range(1, 12):  # one after the other of what it opens is refused
        done = subprocess.run(
            [sys.executable, "-c", FEW_FILES, code, str(more)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        if "started" in done.stdout:
            break
        if (tmp_path / "pid").exists():
            assert not lives(int((tmp_path / "pid").read_text() or 0))
    assert more > 1
