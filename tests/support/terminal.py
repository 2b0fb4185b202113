"""The mltrack command on a real pseudo-terminal."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

TIMEOUT_SECONDS = 60
INTERRUPT = "^C"


class Seen(NamedTuple):
    """What somebody at a terminal saw, and how the command ended."""

    code: int
    text: str


def on_a_terminal(
    *arguments: str, cwd: Path, columns: int = 80, answer: str = "", **variables: str
) -> Seen:
    """Run mltrack on a terminal of that width; `answer` is given when it asks something."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mltrack", *arguments],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", "COLUMNS": str(columns), **variables},
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


def _next(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""
