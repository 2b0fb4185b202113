"""A terminal that takes nothing, or goes away, never holds up the command."""

import os
import pty
import sys
import threading
import tty
from pathlib import Path

from mltrack.projects.running.process import Job, Outcome, run
from mltrack.projects.running.screen import Terminal

MIB = 2**20
MUCH = f"import os\nfor _ in range(20): os.write(1, bytes([65]) * {MIB})"


def job_of(folder: Path, code: str) -> Job:
    return Job([sys.executable, "-c", code], folder, os.environ, folder / "log")


def raw_terminal() -> tuple[int, int, Terminal]:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    return ours, theirs, Terminal(os.ttyname(theirs))


def test_a_terminal_that_takes_nothing_does_not_hold_up_the_command(tmp_path: Path) -> None:
    ours, theirs, terminal = raw_terminal()

    outcome = run(job_of(tmp_path, MUCH), (terminal, terminal))

    assert outcome == Outcome(code=0)
    assert (tmp_path / "log").stat().st_size == 20 * MIB
    os.close(ours)
    os.close(theirs)


def test_a_terminal_that_goes_away_does_not_stop_the_command(tmp_path: Path) -> None:
    ours, theirs, terminal = raw_terminal()
    os.close(ours)
    os.close(theirs)

    outcome = run(job_of(tmp_path, MUCH), (terminal, terminal))

    assert outcome == Outcome(code=0)
    assert (tmp_path / "log").stat().st_size == 20 * MIB


def test_a_terminal_that_is_read_shows_every_byte(tmp_path: Path) -> None:
    ours, theirs, terminal = raw_terminal()
    seen = bytearray()

    def read() -> None:
        while len(seen) < MIB:
            seen.extend(os.read(ours, 65536))

    reader = threading.Thread(target=read)
    reader.start()

    run(
        job_of(tmp_path, f"import os; os.write(1, bytes(range(256)) * {MIB // 256})"),
        (terminal,) * 2,
    )

    reader.join(60)
    assert bytes(seen) == bytes(range(256)) * (MIB // 256)
    os.close(ours)
    os.close(theirs)


def test_a_terminal_that_was_too_slow_says_how_much_it_left_out() -> None:
    ours, theirs, terminal = raw_terminal()
    for _ in range(6):
        terminal.write(b"A" * MIB)
    seen = b""

    while b"logs has them" not in seen:
        terminal.catch_up()
        seen += os.read(ours, 65536)

    left_out = 6 * MIB - seen.count(b"A")
    assert left_out >= MIB
    assert f"[{left_out} bytes were left out".encode() in seen
    os.close(ours)
    os.close(theirs)
