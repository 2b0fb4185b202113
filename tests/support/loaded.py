"""What a command loads: every module, also those that are imported by a name made at run time."""

import os
import subprocess
import sys
from pathlib import Path

_COMMAND = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from mltrack.cli.console import main
sys.argv[0] = "mltrack"
main()
"""


def loaded_by(*arguments: str, cwd: Path, **variables: str) -> set[str]:
    """Run mltrack in a process of its own, and return the modules that it has at its end."""
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())
