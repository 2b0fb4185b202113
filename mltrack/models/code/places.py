"""Modules of the user's project: which things can be imported from one, and how they travel."""

import functools
import importlib.util
import inspect
import sys
import sysconfig
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import UsageError
from mltrack.models.code.packing import files_of, packed
from mltrack.models.package_files import CODE

_FOR_PACKAGES = frozenset({"site-packages", "dist-packages"})
_INSTALLED = ("stdlib", "platstdlib", "purelib", "platlib")


class Place(NamedTuple):
    """Where a function or a class can be imported from."""

    module: str
    name: str


def place_of(thing: Any) -> Place:  # noqa: ANN401 - a function or a class of the user
    """Return where a function or a class can be imported from.

    Raises:
        UsageError: from nowhere: it is of the script or notebook itself, or made by a function.
    """
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", "")
    what = _what(thing, name)
    if name.rpartition(".")[2] == "<lambda>":
        raise _not_importable(what, "a lambda has no name that it could be imported by")
    if "<locals>" in name:
        raise _not_importable(what, "it is defined within a function")
    if module in {None, "__main__", "__mp_main__"}:
        raise _not_importable(what, "it is defined in the script or notebook itself")
    try:
        found = attrgetter(name)(sys.modules[str(module)])
    except (KeyError, AttributeError):
        found = None
    if found is not thing:
        raise _not_importable(what, f"{module} has no such {name}, or another one")
    return Place(str(module), name)


def _what(thing: Any, name: str) -> str:  # noqa: ANN401 - as above
    kind = "class" if isinstance(thing, type) else "function"
    shown = name.rpartition(".")[2]
    return "the lambda" if shown == "<lambda>" else f"the {kind} {shown}"


def _not_importable(what: str, why: str) -> UsageError:
    return UsageError(
        f"{what} cannot travel as code",
        why=why,
        fix="move it to a module of your project and import it from there, or give pickle=True",
    )


def bring(module: str, folder: Path) -> None:
    """Copy a module of the project, with all of the package that it is part of, below `code/`.

    Most models need no other, so that the first rehearsal of the package is the only one.

    Raises:
        UsageError: the module has no source that could be copied, or is too large to be code.
    """
    if is_of_project(module):
        packed(folder, files_of([module]))


def is_of_project(module: str) -> bool:
    """Tell whether a module is neither Python's nor of an installed distribution."""
    return _source_of(module.partition(".")[0]) is not None


def _source_of(top: str) -> Path | None:
    """Return the file or folder of a top module of the project; None for one that is installed."""
    found = importlib.util.find_spec(top)
    if found is None or (found.origin is None and not found.submodule_search_locations):
        raise UsageError(f"the module {top} has no source that could travel with the model")
    if found.origin in {"built-in", "frozen"}:
        return None
    folders = list(found.submodule_search_locations or ())
    path = Path(folders[0] if folders else str(found.origin)).resolve()
    return None if is_installed(path) else path


def is_installed(path: Path) -> bool:
    """Tell whether a path lies where Python has its own modules and those of distributions."""
    return not _FOR_PACKAGES.isdisjoint(path.parts) or any(map(path.is_relative_to, _installed()))


@functools.cache
def _installed() -> frozenset[Path]:
    paths = [Path(sysconfig.get_path(name)) for name in _INSTALLED]
    return frozenset([*paths, *(path.resolve() for path in paths)])


def brought(folder: Path) -> tuple[str, ...]:
    """Return the names of the modules that `code/` of a package holds, before its loader is."""
    code = folder / CODE
    return tuple(sorted(path.stem for path in code.iterdir())) if code.is_dir() else ()


def distributions_of(module: str) -> list[str]:
    """Return the installed distributions that a module comes from; none for one of the project."""
    from importlib.metadata import packages_distributions

    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or _source_of(top) is not None:
        return []
    return sorted(set(packages_distributions().get(top, [])))


def needed_arguments(kind: type) -> list[str]:
    """Return the arguments without which a class cannot be made."""
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    try:
        found = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in found if p.default is p.empty and p.kind not in variable]
