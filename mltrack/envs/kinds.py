"""Which kind of installer fills an environment; none is loaded to say so."""

import os
import shutil

from mltrack.errors import UsageError

INSTALLER_VARIABLE = "MLTRACK_INSTALLER"
NAMES = ("pip", "uv")


def choose() -> str:
    """Return the kind of installer: `MLTRACK_INSTALLER`, else uv where it is on `PATH`, else pip.

    Raises:
        UsageError: the variable names neither.
    """
    named = os.environ.get(INSTALLER_VARIABLE, "auto")
    if named == "auto":
        return "uv" if shutil.which("uv") else "pip"
    if named not in NAMES:
        raise UsageError(f"{INSTALLER_VARIABLE} must be auto, {' or '.join(NAMES)}, not {named!r}")
    return named
