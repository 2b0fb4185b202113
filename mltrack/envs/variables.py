"""Environment variables: those of the caller that would leak another Python into a child go."""

import os
from collections.abc import Mapping

_DROPPED = frozenset(
    {
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "VIRTUAL_ENV",
        "VIRTUAL_ENV_PROMPT",
        "__PYVENV_LAUNCHER__",
    }
)
_DROPPED_PREFIX = "CONDA_"


def cleaned(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a process in an environment of its own may inherit."""
    kept = {
        name: value
        for name, value in inherited.items()
        if name not in _DROPPED and not name.startswith(_DROPPED_PREFIX)
    }
    return {**kept, "PYTHONNOUSERSITE": "1"}


def with_path_first(variables: Mapping[str, str], folder: str) -> dict[str, str]:
    """Return the variables with `folder` searched before everything else on `PATH`."""
    rest = variables.get("PATH") or os.defpath
    return {**variables, "PATH": f"{folder}{os.pathsep}{rest}"}
