"""The mltrack command on a real pseudo-terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

TIMEOUT_SECONDS = 60


def on_a_terminal(
    *arguments: str, cwd: Path, columns: int = 80, answer: str = "", **variables: str
) -> str:
    """Return what mltrack prints on a terminal of that width, where somebody types `answer`."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns), **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "mltrack", *arguments],
        cwd=cwd,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    shown = _all_of(ours)
    process.wait(TIMEOUT_SECONDS)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _all_of(descriptor: int) -> bytes:
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other end is closed
            part = b""
        if not part:
            return b"".join(parts)
        parts.append(part)
