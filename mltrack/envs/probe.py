"""The facts of the Python that runs this file; asked of other Pythons by running it with them."""

import json
import os
import sys
import sysconfig


def facts() -> dict[str, str]:
    """Return the facts of the running interpreter, named as `Interpreter` names them."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return {
        "path": os.path.realpath(base),  # noqa: TID251 - any Python runs this file
        "implementation": sys.implementation.name,
        "version": "{}.{}.{}".format(*sys.version_info[:3]),
        "level": sys.version_info.releaselevel,
        "soabi": str(sysconfig.get_config_var("SOABI") or ""),
        "platform": sysconfig.get_platform(),
        "libc": _libc(),
    }


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):
        return ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(facts()))
