"""Which modules are the user's own, and which folders they are imported from."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.models.code.places import is_installed
from mltrack.store.borrowed import LIBRARIES_VARIABLE
from mltrack.store.git import top_level

_PLACED = "mltrack-model-"
"""How the folders begin in which a package's own copy of `code/` lies while it is loaded."""


class Loaded(NamedTuple):
    """The modules that were loaded where a model was rehearsed, by whose they are.

    Attributes:
        project: the file of each module of the project.
        elsewhere: the file of each top-level module that is of no distribution either.
    """

    project: Mapping[str, Path]
    elsewhere: Mapping[str, Path]


def folders() -> tuple[Path, ...]:
    """Return the folders of the user's own code: those of the program and where it was started.

    Each is the whole git work tree, where there is one.
    """
    places = [Path.cwd()]
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    if script and not _is_of_python(Path(script).absolute()):
        places.append(Path(script).absolute().parent)
    found = [top_level(place) or place for place in dict.fromkeys(p.resolve() for p in places)]
    return tuple(dict.fromkeys(place for place in found if place != Path(place.anchor)))


def _is_of_python(path: Path) -> bool:
    return is_installed(path) or path.is_relative_to(sys.prefix)


def is_of_project(path: Path, project: Iterable[Path]) -> bool:
    """Tell whether a path is the user's own code."""
    if is_installed(path) or any(part.startswith(_PLACED) for part in path.parts):
        return False
    return any(path.resolve().is_relative_to(folder) for folder in project)


def search_path() -> list[str]:
    """Return the folders that modules are imported from here, but those that Python has anyway."""
    paths = [Path(entry or ".").absolute() for entry in sys.path]
    return [str(path) for path in paths if path.exists() and not is_installed(path)]


def path_without(project: Iterable[Path]) -> list[str]:
    """Return the folders that a module system put on the path, without those of the project."""
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [Path(entry).absolute() for entry in named if entry]
    kept = [str(path) for path in paths if not is_of_project(path, project)]
    lent = os.environ.get(LIBRARIES_VARIABLE, "")
    return kept + ([lent] if lent in sys.path else [])


def sorted_out(
    files: Mapping[str, str], owners: Mapping[str, list[str]], project: Iterable[Path]
) -> Loaded:
    """Return which of the loaded modules are no distribution's.

    Args:
        files: the file of each module.
        owners: the distributions of each top-level module that is of any.
        project: the folders of the user's own code.
    """
    own, elsewhere = {}, {}
    lent = os.environ.get(LIBRARIES_VARIABLE)
    for name, file in files.items():
        path, top = Path(file), name.partition(".")[0]
        if top in {"__main__", "__mp_main__"} or top in sys.stdlib_module_names:
            continue
        if (
            not path.is_absolute()
        ):  # what was imported has a whole path; what torch makes up has not
            continue
        if is_of_project(path, project):
            own[name] = path
        elif top == name and not (top in owners or _is_known(path) or (lent and lent in file)):
            elsewhere[name] = path
    return Loaded(own, elsewhere)


def _is_known(path: Path) -> bool:
    return is_installed(path) or any(part.startswith(_PLACED) for part in path.parts)
