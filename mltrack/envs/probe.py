"""The facts of the Python that runs this file; asked of other Pythons by running it with them."""

import json
import os
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES

_PARTS_WITH_SOABI = 3


def facts() -> dict[str, str]:
    """Return the facts of the running interpreter, named as `Interpreter` names them."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return {
        "path": os.path.realpath(base),  # noqa: TID251 - any Python runs this file
        "implementation": sys.implementation.name,
        "version": "{}.{}.{}".format(*sys.version_info[:3]),
        "level": sys.version_info.releaselevel,
        "soabi": _soabi(),
        "platform": sysconfig.get_platform(),
        "libc": _libc(),
    }


def _soabi() -> str:
    """Return `SOABI` from a suffix of compiled modules; `sysconfig` would load all it knows."""
    parts = EXTENSION_SUFFIXES[0].split(".")  # such as .cpython-311-x86_64-linux-gnu.so
    known = len(parts) == _PARTS_WITH_SOABI
    return parts[1] if known else str(sysconfig.get_config_var("SOABI") or "")


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):
        return ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(facts()))
