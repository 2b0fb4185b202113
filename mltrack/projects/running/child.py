"""What a child process is told: the caller's variables, the project's, and those of its run."""

import os
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from mltrack.envs.spec import Environment, EnvSpec
from mltrack.envs.variables import cleaned, with_path_first
from mltrack.errors import UsageError
from mltrack.projects.spec import Order
from mltrack.store.borrowed import LIBRARIES_VARIABLE
from mltrack.store.discovery import STORE_VARIABLE
from mltrack.store.secrets import SECRETS_VARIABLE
from mltrack.store.settings import SETTINGS_VARIABLE
from mltrack.tracking.handed import EXPERIMENT_VARIABLE, RUN_VARIABLE

HASH_SEED = "PYTHONHASHSEED"
_PYTHONS = frozenset({"python", "python3"})
_SEED = re.compile(r"[0-9]{1,10}\Z")
_SEEDS = range(2**32)
_OURS = "MLTRACK_"
_NOT_COMPILING = "PYTHONDONTWRITEBYTECODE"
_DEFAULTS = {"PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"}


def inherited(order: Order) -> Mapping[str, str]:
    """Return the variables that the child of an order gets from its caller."""
    return os.environ if order.variables is None else order.variables


class Contract(NamedTuple):
    """What ties a child to its run."""

    store: Path
    run_id: str
    experiment: str
    settings: str
    """The settings in force, as JSON."""
    bridge: Path
    """The folder that holds the package mltrack alone."""
    libraries: Path
    """The folder that lends pyyaml and cloudpickle."""


def variables(order: Order, environment: Environment, contract: Contract) -> dict[str, str]:
    """Return the whole environment of a child; in `local` it keeps what leads its Python."""
    asked, caller = order.spec.env, inherited(order)
    own = {**_let_through(caller, asked), **recorded(caller, asked)}
    base = {**_DEFAULTS, **_inherited(caller, environment), **own}
    path = [str(contract.bridge), *map(str, environment.import_folders), base.get("PYTHONPATH", "")]
    told = {
        STORE_VARIABLE: str(contract.store.absolute()),
        RUN_VARIABLE: contract.run_id,
        EXPERIMENT_VARIABLE: contract.experiment,
        SETTINGS_VARIABLE: contract.settings,
        LIBRARIES_VARIABLE: str(contract.libraries),
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
        **({SECRETS_VARIABLE: ",".join(asked.secrets)} if asked.secrets else {}),
    }
    return with_path_first({**base, **told}, str(environment.python.parent))


def _inherited(caller: Mapping[str, str], environment: Environment) -> dict[str, str]:
    """Return what comes from the caller by itself.

    An environment is installed without compiled files: to keep Python from writing them would have
    it compile all it imports in every run.
    """
    if environment.key is None:
        return dict(caller)
    return {name: text for name, text in cleaned(caller).items() if name != _NOT_COMPILING}


def recorded(caller: Mapping[str, str], asked: EnvSpec) -> dict[str, str]:
    """Return the variables that may decide a result, which the record keeps: no secret is one.

    These are those that the project sets, those of the caller that it names with a pattern, and the
    seed of Python's hashes.
    """
    given = caller.get(HASH_SEED, "")
    is_seed = bool(_SEED.match(given)) and int(given) in _SEEDS
    passed = {
        name: text
        for name, text in _matching(caller, asked.passed).items()
        if name not in asked.secrets and not name.startswith(_OURS)
    }
    return {**passed, HASH_SEED: given if is_seed else "0", **asked.variables}


def _let_through(caller: Mapping[str, str], asked: EnvSpec) -> dict[str, str]:
    return _matching(caller, (*asked.passed, *asked.secrets))


def _matching(caller: Mapping[str, str], patterns: Iterable[str]) -> dict[str, str]:
    found = [name for pattern in patterns for name in caller if fnmatchcase(name, pattern)]
    return {name: caller[name] for name in sorted(found)}


def secrets_of(caller: Mapping[str, str], asked: EnvSpec) -> dict[str, str]:
    """Return the secrets of a project, each of which the caller must have.

    Raises:
        UsageError: some of them are not set, or empty.
    """
    missing = [name for name in asked.secrets if not caller.get(name)]
    if missing:
        raise UsageError(
            f"the project needs the secret {', '.join(missing)}, and no such variable is set",
            why="env.secrets in project.yaml names it; its value is never kept",
            fix=f"export {' '.join(f'{name}=...' for name in missing)}",
        )
    return {name: caller[name] for name in asked.secrets}


def search_path(caller: Mapping[str, str], asked: EnvSpec, environment: Environment) -> str:
    """Return the folders in which the child finds programs."""
    base = {**caller, **asked.variables}
    return with_path_first(base, str(environment.python.parent))["PATH"]


def with_python(argv: list[str], environment: Environment) -> list[str]:
    """Return a command in which a leading `python` is the environment's own."""
    if argv[0] in _PYTHONS:
        return [str(environment.python), *argv[1:]]
    return argv
