"""What is captured of a run by itself: user, host, program, interpreter, packages."""

import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from mltrack.store import identity
from mltrack.store.secrets import masked_argv
from mltrack.store.store import Store
from mltrack.tracking import notices
from mltrack.tracking.relative import shown, shown_folder

UNNAMED = "run"
_DISTRIBUTION = r"(?P<name>.+?)-(?P<version>[^-]+)(\.dist-info|(-[^/]*)?\.egg-info)\Z"


def user(store: Store) -> dict[str, str]:
    """Return who is at work as `{name, source}`, as far as the policy allows; empty for nobody."""
    found = identity.who(store.project)
    if found["source"] == "system" and store.settings["identity.host"] == "none":
        found = {**found, "name": found["name"].partition("@")[0]}
    name = identity.shown_user(found, store.settings["identity.user"])
    return {} if name is None else {"name": name, "source": found["source"]}


def program(project: Path) -> dict[str, Any]:
    """Return what runs: its command line and its folder, no path of this machine among them."""
    masked = masked_argv(list(sys.argv))
    if masked != sys.argv:
        notices.say_once("the command line holds what looks like a secret, which was masked")
    argv = [shown(argument, project) for argument in masked]
    if argv and Path(argv[0]).is_absolute():
        argv[0] = Path(argv[0]).name
    module = _module()
    started = {"module": module} if module else {}
    return {"argv": argv, **started, "folder": shown_folder(Path.cwd(), project)}


def _module() -> str:
    """Return the module that `python -m` started; empty where it was a file or nothing."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return "" if spec is None or spec.name == "__main__" else str(spec.name)


def default_name() -> str:
    """Return what a run is called when nobody named it: the script's name."""
    stem = Path(sys.argv[0]).stem if sys.argv and sys.argv[0] else ""
    return UNNAMED if not stem.isprintable() or stem.startswith(("-", "__")) else stem or UNNAMED


def interpreter() -> dict[str, Any]:
    """Return the Python and the platform of this process."""
    return {
        "implementation": sys.implementation.name,
        "python": sys.version.partition(" ")[0],
        "platform": f"{sys.platform}-{_machine()}",
    }


def _machine() -> str:
    if hasattr(os, "uname"):
        return os.uname().machine
    import platform

    return platform.machine()


@cache
def packages() -> list[str]:
    """Return `name==version` of every distribution on the path, sorted, read from folder names."""
    found: dict[str, str] = {}
    for entry in sys.path:
        try:
            names = os.listdir(entry or ".")  # noqa: PTH208 - texts, of thousands of files
        except OSError:
            continue
        for name in names:
            form = re.match(_DISTRIBUTION, name)
            if form:
                found.setdefault(normalised(form["name"]), form["version"])
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def normalised(name: str) -> str:
    """Return a distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
