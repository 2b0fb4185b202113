"""Make virtual environments with virtualenv: bare ones for projects, one with pip for ourselves."""

import shutil
import sys
from pathlib import Path

from mltrack.envs import shelf
from mltrack.envs.home import Home
from mltrack.errors import EnvironmentBuildError
from mltrack.store.locks import locked

_WAIT_SECONDS = 600


def bare(folder: Path, interpreter: str, *, system_site_packages: bool = False) -> Path:
    """Make an environment that holds an interpreter and nothing else; return the interpreter.

    Raises:
        EnvironmentBuildError: virtualenv could not make it.
    """
    more = ["--system-site-packages"] if system_site_packages else []
    _virtualenv([str(folder), "--no-seed", "--python", interpreter, *more])
    return folder / "bin" / "python"


def with_pip(folder: Path, home: Home) -> Path:
    """Make an environment of the running Python that holds pip, once; return its interpreter."""
    python, complete = folder / "bin" / "python", folder / ".complete"
    shelf.touch(folder)
    if complete.exists() and python.exists():
        return python
    with locked(home.lock(folder.name), timeout_seconds=_WAIT_SECONDS):
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            _virtualenv([str(folder), "--no-periodic-update", "--python", sys.executable])
            complete.touch()
    return python


def _virtualenv(arguments: list[str]) -> None:
    from virtualenv import cli_run

    try:
        cli_run(arguments, setup_logging=False)
    except (RuntimeError, OSError, SystemExit) as error:
        raise EnvironmentBuildError(
            f"virtualenv could not make an environment in {arguments[0]}",
            why=str(error),
            fix="check that the disk has space and that this Python works",
        ) from error
