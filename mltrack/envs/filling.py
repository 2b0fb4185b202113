"""Build an environment whole or not at all; loaded only where one is not there yet."""

import json
import shutil
import time
from pathlib import Path

from mltrack.envs import installers, venvs
from mltrack.envs.home import Home
from mltrack.envs.plan import MARKER, PACKAGES, Plan, environment_of
from mltrack.envs.spec import Environment
from mltrack.progress import Progress
from mltrack.store.atomic import explained, write_file
from mltrack.store.ids import new_writer

_FORMAT = 1


def built(plan: Plan, home: Home, progress: Progress) -> Environment:
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


def _filled(plan: Plan, attempt: Path, home: Home, progress: Progress) -> Environment:
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
    return environment_of(plan, python, packages)


def _installed(plan: Plan, python: Path, home: Home, progress: Progress) -> bytes:
    attempt = python.parent.parent
    requirements = attempt / "requirements.txt"
    requirements.write_text("".join(f"{line}\n" for line in plan.requirements), encoding="utf-8")
    request = installers.Request(python=python, requirements=requirements, scratch=attempt)
    return installers.KINDS[plan.installer](request, home, progress)


def _mark_complete(plan: Plan, attempt: Path, home: Home) -> None:
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
