"""What an environment is to be, decided before the disk is touched; what is there of it already."""

import json
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import interpreters, kinds
from mltrack.envs.home import Home
from mltrack.envs.key import key_of
from mltrack.envs.spec import Environment, EnvSpec, Interpreter

MARKER = ".mltrack-env.json"
PACKAGES = "environment.txt"


class Plan(NamedTuple):
    """Everything that is decided before the disk is touched."""

    key: str
    folder: Path
    interpreter: Interpreter
    installer: str
    requirements: tuple[str, ...]


def planned(spec: EnvSpec, home: Home) -> Plan:
    """Return what the environment of a project will be.

    Raises:
        NotFoundError: no Python of this machine is in the range.
        UsageError: the installer that was named is none.
    """
    interpreter = interpreters.choose(spec.python, home)
    installer = kinds.choose()
    key = key_of(interpreter, spec.requirements, installer)
    return Plan(
        key=key,
        folder=home.env(key),
        interpreter=interpreter,
        installer=installer,
        requirements=spec.requirements,
    )


def complete(plan: Plan) -> Environment | None:
    """Return the environment that the marker names, or None when there is none that works."""
    try:
        marker = json.loads((plan.folder / MARKER).read_bytes())
        attempt = plan.folder / marker["folder"]
        packages = (attempt / PACKAGES).read_bytes()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    python = attempt / "bin" / "python"
    return environment_of(plan, python, packages) if python.exists() else None


def environment_of(plan: Plan, python: Path, packages: bytes) -> Environment:
    """Return what a plan became: its interpreter, and its resolved set."""
    return Environment(
        kind="isolated",
        python=python,
        version=plan.interpreter.version,
        key=plan.key,
        packages=packages,
    )
