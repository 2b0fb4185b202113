"""Fill an environment: one function a kind of installer, which runs it."""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import resolved, venvs
from mltrack.envs.home import Home
from mltrack.envs.variables import cleaned
from mltrack.errors import EnvironmentBuildError
from mltrack.progress import Progress
from mltrack.store.secrets import masked_text

_OLDEST_PIP = (23, 1)
_LAST_LINES = 12
"""How much of an installer's output an error shows."""

_NEWS = ("Installing collected", "Downloaded", "Prepared")
"""How the few lines begin that tell how far an installer has come."""


class Request(NamedTuple):
    """What is to be installed where."""

    python: Path
    """The environment's interpreter."""
    requirements: Path
    """A requirements file."""
    scratch: Path
    """A folder for what the installer leaves behind."""


Installer = Callable[[Request, Home, Progress], bytes]


def with_pip(request: Request, home: Home, progress: Progress) -> bytes:
    """Install with pip and return the resolved set, taken from pip's own report."""
    report = request.scratch / "report.json"
    argv = [*_pip(home), "--python", str(request.python), "install"]
    argv += ["--no-compile", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    _run([*argv, "--report", str(report), "-r", str(request.requirements)], "pip", progress)
    return resolved.from_report(report)


def with_uv(request: Request, _home: Home, progress: Progress) -> bytes:
    """Install with uv and return the resolved set, read from what was installed."""
    argv = ["uv", "pip", "install", "--python", str(request.python)]
    _run([*argv, "-r", str(request.requirements)], "uv", progress)
    return resolved.from_environment(request.python)


KINDS: dict[str, Installer] = {"pip": with_pip, "uv": with_uv}


def _pip(home: Home) -> list[str]:
    """Return the command of a pip that can fill other environments: ours, else one made for it."""
    if _has_pip():
        return [sys.executable, "-P", "-m", "pip"]
    version = "{}.{}.{}".format(*sys.version_info[:3])
    return [str(venvs.with_pip(home.installer(version), home)), "-P", "-m", "pip"]


def _has_pip() -> bool:
    if importlib.util.find_spec("pip") is None:
        return False
    try:
        numbers = importlib.metadata.version("pip").split(".")[:2]
    except importlib.metadata.PackageNotFoundError:
        return False
    return tuple(int(n) for n in numbers if n.isdigit()) >= _OLDEST_PIP


def _run(argv: list[str], kind: str, progress: Progress) -> None:
    tail: deque[str] = deque(maxlen=_LAST_LINES)
    with _started(argv) as process:
        try:
            for line in process.stdout or ():
                tail.append(line.rstrip())
                if line.startswith(_NEWS):
                    progress(line.strip())
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise EnvironmentBuildError(
            f"the requirements could not be installed: {kind} ended with code "
            f"{process.returncode}, and said last:",
            why="\n".join(masked_text(line) for line in tail),
            fix="correct env.requirements in project.yaml, then run it again",
        )


def _started(argv: list[str]) -> "subprocess.Popen[str]":
    try:
        return subprocess.Popen(
            argv,
            env=cleaned(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise EnvironmentBuildError(f"{argv[0]} could not be started: {error}") from error
