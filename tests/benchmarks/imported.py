"""Which modules a command imports, as the interpreter itself tells."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def modules_of(
    *arguments: str | Path, folder: Path, more: Mapping[str, str] | None = None
) -> frozenset[str]:
    """Return the names of the modules that `python ARGUMENTS` imports from start to end."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=folder,
        env={**os.environ, **(more or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = [line.rpartition("|")[2].strip() for line in lines[1:]]
    return frozenset(whole for name in names for whole in _with_packages(name))


def _with_packages(name: str) -> list[str]:
    """Return a module and the packages that it lies in; one loaded by hand is not told apart."""
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
