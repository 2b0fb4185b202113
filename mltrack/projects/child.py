"""What a child process is told: the variables that make its log calls reach its run."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.envs.spec import Environment
from mltrack.envs.variables import cleaned, with_path_first
from mltrack.store.borrowed import LIBRARIES_VARIABLE
from mltrack.store.discovery import STORE_VARIABLE
from mltrack.store.settings import SETTINGS_VARIABLE
from mltrack.tracking.handed import EXPERIMENT_VARIABLE, RUN_VARIABLE

_PYTHONS = frozenset({"python", "python3"})


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


def variables(
    inherited: Mapping[str, str], environment: Environment, contract: Contract
) -> dict[str, str]:
    """Return the whole environment of a child; in `local` it keeps what leads its Python."""
    isolated = environment.key is not None
    base = cleaned(inherited) if isolated else dict(inherited)
    path = [str(contract.bridge), base.get("PYTHONPATH", "")]
    told = {
        STORE_VARIABLE: str(contract.store.absolute()),
        RUN_VARIABLE: contract.run_id,
        EXPERIMENT_VARIABLE: contract.experiment,
        SETTINGS_VARIABLE: contract.settings,
        LIBRARIES_VARIABLE: str(contract.libraries),
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
        "PYTHONUNBUFFERED": "1",
    }
    return with_path_first({**base, **told}, str(environment.python.parent))


def search_path(inherited: Mapping[str, str], environment: Environment) -> str:
    """Return the folders in which the child finds programs."""
    return with_path_first(inherited, str(environment.python.parent))["PATH"]


def with_python(argv: list[str], environment: Environment) -> list[str]:
    """Return a command in which a leading `python` is the environment's own."""
    if argv[0] in _PYTHONS:
        return [str(environment.python), *argv[1:]]
    return argv
