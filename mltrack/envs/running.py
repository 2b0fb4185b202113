"""Run an installer: what it says is told as progress, and its last words are kept."""

import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.envs.variables import cleaned
from mltrack.errors import EnvironmentBuildError
from mltrack.progress import Progress
from mltrack.store.secrets import masked_text

Teller = Callable[[str], str]
"""Returns what a line of an installer means to a person, or an empty text."""

_KEPT_LINES = 400
_DROPPED = frozenset(
    {
        *("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REPORT", "PIP_DRY_RUN"),
        *("PIP_PYTHON", "PIP_REQUIRE_VIRTUALENV", "PIP_QUIET", "PIP_VERBOSE", "PIP_REQUIREMENT"),
        *("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_PROJECT", "UV_WORKING_DIR", "UV_TARGET"),
        *("UV_PREFIX", "UV_REQUIRE_HASHES", "UV_NO_VERIFY_HASHES", "UV_CUSTOM_COMPILE_COMMAND"),
        "UV_PROJECT_ENVIRONMENT",
    }
)
"""What of an installer's own settings leads elsewhere than into the environment."""


class Job(NamedTuple):
    """How an installer is run: with which variables, where, and who is told."""

    variables: Mapping[str, str]
    folder: Path
    progress: Progress


class InstallerError(Exception):
    """An installer ended with an error; what it said last tells why."""

    def __init__(self, kind: str, code: int, said: Sequence[str]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.code = code
        self.said = tuple(masked_text(line) for line in said)


def run(argv: Sequence[str], kind: str, job: Job, tell: Teller) -> None:
    """Run an installer to its end.

    Raises:
        InstallerError: it ended with an error.
        EnvironmentBuildError: it could not be started.
    """
    tail: deque[str] = deque(maxlen=_KEPT_LINES)
    with _started(argv, job) as process:
        for line in process.stdout or ():
            tail.append(line.rstrip())
            if news := tell(line.strip()):
                job.progress(news)
    if process.returncode != 0:
        raise InstallerError(kind, process.returncode, tail)


@contextlib.contextmanager
def _started(argv: Sequence[str], job: Job) -> Iterator["subprocess.Popen[str]"]:
    """Start an installer in a group of its own, and end all of it if anything goes wrong here."""
    try:
        process = subprocess.Popen(
            argv,
            cwd=job.folder,
            env={**_variables(), **job.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise EnvironmentBuildError(f"{argv[0]} could not be started: {error}") from error
    with process:
        try:
            yield process
        except BaseException:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            raise


def _variables() -> dict[str, str]:
    kept = cleaned(os.environ)
    return {name: value for name, value in kept.items() if name not in _DROPPED}
