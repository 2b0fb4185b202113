"""The user's own folders: settings, and what may be thrown away."""

import os
from pathlib import Path

HOME_VARIABLE = "MLTRACK_HOME"


def user_folder() -> Path:
    """Return the folder of the user's own settings and of what this user trusts."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else home() / ".config") / "mltrack"


def cache_folder() -> Path:
    """Return the user's cache: `MLTRACK_HOME`, else `mltrack` in the system's folder for caches."""
    if named := os.environ.get(HOME_VARIABLE):
        try:
            return Path(named).expanduser().absolute()
        except RuntimeError:  # it names the home of nobody
            return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else home() / ".cache") / "mltrack"


def home() -> Path:
    """Return the user's home folder; the root where the system knows none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.sep)
