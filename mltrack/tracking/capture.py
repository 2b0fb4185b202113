"""What is captured of a run by itself: host, program, interpreter, packages."""

import os
import platform
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from mltrack.store.secrets import masked_argv

_DISTRIBUTION = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)(\.dist-info|(-[^/]*)?\.egg-info)\Z")


def host() -> str:
    """Return the name of this machine."""
    return platform.node()


def program(project: Path) -> dict[str, Any]:
    """Return what runs: its command line, with paths relative to the project or the home folder."""
    argv = [shown_path(argument, project) for argument in masked_argv(list(sys.argv))]
    return {"argv": argv, "folder": shown_path(str(Path.cwd()), project)}


def shown_path(text: str, project: Path) -> str:
    """Return a text with the project's and the home folder's paths cut from its beginning."""
    for folder, short in ((project, "."), (Path.home(), "~")):
        if text == str(folder):
            return short
        if text.startswith(f"{folder}{os.sep}"):
            return (
                f"{short}/{text[len(str(folder)) + 1 :]}"
                if short == "~"
                else text[len(str(folder)) + 1 :]
            )
    return text


def default_name() -> str:
    """Return what a run is called when nobody named it: the script's name."""
    stem = Path(sys.argv[0]).stem if sys.argv and sys.argv[0] else ""
    return stem if stem and not stem.startswith(("-", "__")) else "run"


def interpreter() -> dict[str, Any]:
    """Return the Python and the platform of this process."""
    return {
        "implementation": sys.implementation.name,
        "python": platform.python_version(),
        "platform": f"{sys.platform}-{platform.machine()}",
    }


@cache
def packages() -> list[str]:
    """Return `name==version` of every distribution on the path, sorted, read from folder names."""
    found: dict[str, str] = {}
    for entry in sys.path:
        try:
            names = os.listdir(entry or ".")
        except OSError:
            continue
        for name in names:
            form = _DISTRIBUTION.match(name)
            if form:
                found.setdefault(normalised(form["name"]), form["version"])
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def normalised(name: str) -> str:
    """Return a distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
