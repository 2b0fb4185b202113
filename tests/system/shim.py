"""The library that makes calls of the system fail, compiled once and preloaded into programs."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")
VARIABLE = "LD_PRELOAD"


def compiled(folder: Path) -> Path:
    """Compile the library into a folder and return it."""
    library = folder / "faults.so"
    command = [
        "cc",
        "-shared",
        "-fPIC",
        "-O1",
        "-o",
        str(library),
        str(SOURCE),
        "-ldl",
        "-lpthread",
    ]
    subprocess.run(command, check=True)
    return library


class Shim:
    """The library in this process, which was started with it preloaded."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ[VARIABLE])
        self._library.faults_fired.restype = ctypes.c_char_p
        self._library.faults_calls.restype = ctypes.c_long

    def arm(self, folder: Path, call: int, kind: str, *, sticky: bool) -> None:
        """Fail a call below a folder, and if it is sticky all that follow."""
        self._library.faults_arm(
            os.fsencode(folder), ctypes.c_long(call), kind.encode(), int(sticky)
        )

    def disarm(self) -> None:
        """Let every call through from now on."""
        self._library.faults_disarm()

    def without_locks(self) -> None:
        """Answer every request for a lock as a file system does that has none."""
        self._library.faults_without_locks()

    def record(self, folder: Path, log: Path) -> None:
        """Write down every call below a folder that changes the disk."""
        self._library.faults_record(os.fsencode(folder), os.fsencode(log))

    def note(self, text: str) -> None:
        """Write a line between the calls, if they are recorded."""
        self._library.faults_note(text.encode())

    def fired(self) -> str:
        """Return which call failed first; empty when none did."""
        return str(self._library.faults_fired().decode())

    def calls(self) -> int:
        """Return how many calls were counted."""
        return int(self._library.faults_calls())


def environment(library: Path) -> dict[str, str]:
    """Return the variables of a program into which the library is loaded."""
    return {
        **os.environ,
        VARIABLE: str(library),
        "PYTHONPATH": str(Path.cwd()),
        "PYTHONFAULTHANDLER": "1",
    }


def python(*arguments: str, library: Path, timeout_seconds: float = 600) -> str:
    """Run Python with the library and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment(library),
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
