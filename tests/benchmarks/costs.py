"""What a child process costs: its processor time, its children's included, and its memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

CHILDREN = Path(__file__).parent / "children"
PYTHON = sys.executable
MLTRACK = str(Path(PYTHON).with_name("mltrack"))


class Cost(NamedTuple):
    """What a process took from its start to its end, and what it printed.

    Attributes:
        cpu: seconds of user and system time, of its children too.
        wall: seconds that went by.
        out: its standard output.
    """

    cpu: float
    wall: float
    out: str

    def json(self) -> Any:
        """Return what it printed, read as JSON."""
        return json.loads(self.out)


def spent(argv: Sequence[str | Path], folder: Path, variables: Mapping[str, str]) -> Cost:
    """Run a process to its end and return what it cost; one that fails is an error of the bench."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began = time.monotonic()
        child = subprocess.Popen(
            list(map(str, argv)),
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            raise ChildProcessError(f"{' '.join(map(str, argv))}:\n{out.read()}{err.read()}")
        return Cost(usage.ru_utime + usage.ru_stime, wall, out.read())


def child(name: str, *arguments: object) -> list[str]:
    """Return the command line of a program in `children/`."""
    return [PYTHON, str(CHILDREN / f"{name}.py"), *map(str, arguments)]


def peak_mib(argv: Sequence[str | Path], folder: Path, variables: Mapping[str, str]) -> float:
    """Return the peak memory of a process in MiB.

    A small process starts it: one that this large one started would begin with the peak of this.
    """
    return float(spent(child("peak", *argv), folder, variables).out) / 1024
