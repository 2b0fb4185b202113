"""Which kind of installer fills an environment; none is loaded to say so."""

import os
import shutil
import sys
from pathlib import Path

from mltrack.errors import UsageError

INSTALLER_VARIABLE = "MLTRACK_INSTALLER"
NAMES = ("pip", "uv")


def choose(*, pip_alone: bool = False) -> str:
    """Return the kind of installer: `MLTRACK_INSTALLER`, else uv where it is installed, else pip.

    Args:
        pip_alone: what is to be done can be done by pip alone: it takes as installed what the
            interpreter has.

    Raises:
        UsageError: the variable names neither, or uv where there is none.
    """
    named = os.environ.get(INSTALLER_VARIABLE, "auto")
    if named not in {"auto", *NAMES}:
        raise UsageError(f"{INSTALLER_VARIABLE} must be auto, {' or '.join(NAMES)}, not {named!r}")
    if named == "pip" or pip_alone:
        return "pip"
    if uv():
        return "uv"
    if named == "uv":
        raise UsageError(
            f"{INSTALLER_VARIABLE} names uv, which is not installed here",
            fix=f"pip install uv, or {INSTALLER_VARIABLE}=pip",
        )
    return "pip"


def uv() -> str | None:
    """Return the program uv: on `PATH`, beside this Python, or where the user's packages lie."""
    if found := shutil.which("uv"):
        return found
    import site

    folders = [Path(sys.executable).parent, Path(sys.prefix, "bin")]
    if site.ENABLE_USER_SITE:
        folders.append(Path(site.getuserbase(), "bin"))
    return next((str(f / "uv") for f in folders if os.access(f / "uv", os.X_OK)), None)
