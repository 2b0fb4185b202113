"""Build an environment once, whoever asks first; what is not marked complete does not exist."""

import contextlib
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mltrack.envs import installers, interpreters, venvs
from mltrack.envs.home import Home
from mltrack.envs.key import key_of
from mltrack.envs.spec import Environment, EnvSpec, Interpreter
from mltrack.errors import ConflictError
from mltrack.progress import Progress, silent
from mltrack.store.atomic import explained, write_file
from mltrack.store.ids import new_writer
from mltrack.store.locks import locked

MARKER = ".mltrack-env.json"
PACKAGES = "environment.txt"
_FORMAT = 1
_NOTICE_SECONDS = 0.3
_WAIT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Everything that is decided before the disk is touched."""

    key: str
    folder: Path
    interpreter: Interpreter
    installer: str
    requirements: tuple[str, ...]


def ensure(spec: EnvSpec, home: Home, progress: Progress = silent) -> Environment:
    """Return the environment that a project asks for, built now if nobody has built it yet.

    Raises:
        NotFoundError: no Python of this machine is in the range.
        EnvironmentBuildError: it could not be built; nothing half-built is left.
        StoreWriteError: the cache cannot be written; nothing half-built is left.
        ConflictError: another process has been building it for an hour.
    """
    plan = _planned(spec, home)
    if environment := _complete(plan):
        return environment
    with _locked_patiently(home.lock(plan.key), progress):
        return _complete(plan) or _built(plan, home, progress)


def _planned(spec: EnvSpec, home: Home) -> _Plan:
    interpreter = interpreters.choose(spec.python, home)
    installer = installers.choose()
    key = key_of(interpreter, spec.requirements, installer)
    return _Plan(
        key=key,
        folder=home.env(key),
        interpreter=interpreter,
        installer=installer,
        requirements=spec.requirements,
    )


def _complete(plan: _Plan) -> Environment | None:
    """Return the environment that the marker names, or None when there is none that works."""
    try:
        marker = json.loads((plan.folder / MARKER).read_bytes())
        attempt = plan.folder / marker["folder"]
        packages = (attempt / PACKAGES).read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    python = attempt / "bin" / "python"
    return _environment(plan, python, packages) if python.exists() else None


def _environment(plan: _Plan, python: Path, packages: bytes) -> Environment:
    return Environment(
        kind="isolated",
        python=python,
        version=plan.interpreter.version,
        key=plan.key,
        packages=packages,
    )


@contextlib.contextmanager
def _locked_patiently(path: Path, progress: Progress) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(path, timeout_seconds=_NOTICE_SECONDS))
        except ConflictError:
            progress("another process builds this environment: waiting for it")
            stack.enter_context(locked(path, timeout_seconds=_WAIT_SECONDS))
        yield


def _built(plan: _Plan, home: Home, progress: Progress) -> Environment:
    """Build in a folder of a new name, for the installer of a killed build may still be at work."""
    shutil.rmtree(plan.folder, ignore_errors=True)
    attempt = plan.folder / new_writer()
    try:
        with explained(plan.folder):
            attempt.mkdir(parents=True)
            environment = _filled(plan, attempt, home, progress)
    except BaseException:
        shutil.rmtree(plan.folder, ignore_errors=True)
        raise
    return environment


def _filled(plan: _Plan, attempt: Path, home: Home, progress: Progress) -> Environment:
    began = time.monotonic()
    progress(f"making environment {plan.key[:8]} with Python {plan.interpreter.version}")
    python = venvs.bare(attempt, plan.interpreter.path)
    packages = b""
    if plan.requirements:
        progress(f"installing {', '.join(plan.requirements)} with {plan.installer}")
        packages = _installed(plan, python, home, progress)
    (attempt / PACKAGES).write_bytes(packages)
    _mark_complete(plan, attempt, home)
    progress(f"environment {plan.key[:8]} is ready after {time.monotonic() - began:.1f} s")
    return _environment(plan, python, packages)


def _installed(plan: _Plan, python: Path, home: Home, progress: Progress) -> bytes:
    attempt = python.parent.parent
    requirements = attempt / "requirements.txt"
    requirements.write_text("".join(f"{line}\n" for line in plan.requirements), encoding="utf-8")
    request = installers.Request(python=python, requirements=requirements, scratch=attempt)
    return installers.KINDS[plan.installer](request, home, progress)


def _mark_complete(plan: _Plan, attempt: Path, home: Home) -> None:
    marker = {
        "format": _FORMAT,
        "folder": attempt.name,
        "python": plan.interpreter.version,
        "interpreter": plan.interpreter.path,
        "installer": plan.installer,
        "requirements": list(plan.requirements),
    }
    content = json.dumps(marker, indent=2).encode() + b"\n"
    write_file(plan.folder / MARKER, content, tmp=home.tmp)
