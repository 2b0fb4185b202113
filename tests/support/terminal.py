"""The mltrack command on a real pseudo-terminal."""

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

TIMEOUT_SECONDS = 60
INTERRUPT = "^C"


class Seen(NamedTuple):
    """What somebody at a terminal saw, and how the command ended."""

    code: int
    text: str


def on_a_terminal(
    *arguments: str, cwd: Path, columns: int = 80, answer: str = "", **variables: str | None
) -> Seen:
    """Run mltrack on a terminal of that width, without a pager unless one is given.

    Args:
        arguments: what stands behind mltrack.
        cwd: where it runs.
        columns: how wide the terminal is.
        answer: is given when it asks something.
        variables: of the environment; None for one that is not to be there.
    """
    wanted = {"TERM": "xterm", "COLUMNS": str(columns), "MLTRACK_PAGER": "", **variables}
    environment = {k: v for k, v in {**os.environ, **wanted}.items() if v is not None}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mltrack", *arguments],
        cwd=cwd,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while part := _next(ours):
        shown += part
        if answer == INTERRUPT and b"[y/N]" in shown:
            process.send_signal(signal.SIGINT)
        elif b"[y/N]" in part:
            os.write(ours, f"{answer}\n".encode())
    os.close(ours)
    return Seen(process.wait(TIMEOUT_SECONDS), shown.decode().replace("\r\n", "\n"))


class Terminal(NamedTuple):
    """A terminal on which a command runs."""

    process: "subprocess.Popen[bytes]"
    descriptor: int

    def read_until(self, wanted: bytes) -> bytes:
        """Return what is shown up to something that must come."""
        shown = b""
        while wanted not in shown:
            part = _next(self.descriptor)
            assert part, f"{wanted!r} never came: {shown!r}"
            shown += part
        return shown

    def read_rest(self) -> bytes:
        """Return what is shown from now on until the command ends."""
        shown = b""
        while part := _next(self.descriptor):
            shown += part
        self.process.wait(TIMEOUT_SECONDS)
        return shown


@contextmanager
def opened_terminal(*arguments: str, cwd: Path, **variables: str) -> Iterator[Terminal]:
    """Run mltrack on a terminal while the test looks on; it is killed where it is still there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mltrack", *arguments],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "24", **variables},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait(TIMEOUT_SECONDS)
        os.close(ours)


def _next(descriptor: int) -> bytes:
    ready, _, _ = select.select([descriptor], [], [], TIMEOUT_SECONDS)
    assert ready, "nothing was shown for a long time"
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""
