"""Watch which distributions a model asks for, and who asks: this runs where one is rehearsed.

It needs the standard library alone, for its text becomes part of what that process runs.
What a distribution takes only because it happens to be there, without declaring that it needs it,
is hidden from it: a package that loads and predicts all the same does not need it either.
"""

import importlib.metadata
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

_WANTED = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_FOR_EXTRA = re.compile(r"""\bextra\s*==\s*['"]([^'"]+)['"]""")
_LOADERS = ("cloudpickle", "joblib.numpy_pickle", "keras.src.saving", "skops.io")
"""Whose functions import what a model's file names: the model asks then, and not they."""


def distribution_name(name: str) -> str:
    """Return a distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(wanted: str) -> str:
    """Return the distribution that a text such as `dask[array]>=2` names."""
    return _name_and_extras(wanted)[0]


def distributions_below(wanted: Iterable[str]) -> set[str]:
    """Return distributions such as `dask[array]` by name, and all they need, if installed."""
    found: set[str] = set()
    known: set[tuple[str, frozenset[str]]] = set()
    waiting = [_name_and_extras(text) for text in wanted]
    while waiting:
        one = waiting.pop()
        if one in known:
            continue
        known.add(one)
        try:
            lines = importlib.metadata.requires(one[0]) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        found.add(one[0])
        waiting += [_name_and_extras(line) for line in lines if _is_for(line, one[1])]
    return found


def _name_and_extras(text: str) -> tuple[str, frozenset[str]]:
    match = _WANTED.match(text)
    extras = (match[2] or "").split(",") if match else []
    names = frozenset(distribution_name(extra.strip()) for extra in extras if extra.strip())
    return distribution_name(match[1] if match else text), names


def _is_for(line: str, extras: frozenset[str]) -> bool:
    """Tell whether a requirement counts: always, or for one of these extras."""
    named = _FOR_EXTRA.findall(line.partition(";")[2])
    return not named or any(distribution_name(extra) in extras for extra in named)


def owners_of_modules(project: Sequence[str]) -> dict[str, set[str]]:
    """Return which distributions each top-level module is of, without those of the project.

    Args:
        project: the folders in which the user's own code lies.
    """
    owners: dict[str, set[str]] = {}
    for one in importlib.metadata.distributions():
        name = one.metadata["Name"]
        if name and not _is_of_project(one, project):
            for module in _modules_of(one):
                owners.setdefault(module, set()).add(distribution_name(name))
    return owners


def _is_of_project(one: importlib.metadata.Distribution, project: Sequence[str]) -> bool:
    """Tell whether a distribution is the user's own code, used where it lies."""
    places = [str(one.locate_file(""))]
    try:
        told = json.loads(one.read_text("direct_url.json") or "{}")
    except ValueError:
        told = {}
    if told.get("dir_info", {}).get("editable"):
        places = [str(told.get("url", "")).removeprefix("file://")]
    return any(
        Path(place).is_relative_to(folder) and not _is_for_packages(Path(place))
        for place in places
        for folder in project
    )


def _is_for_packages(folder: Path) -> bool:
    return not {"site-packages", "dist-packages"}.isdisjoint(folder.parts)


def _modules_of(one: importlib.metadata.Distribution) -> set[str]:
    """Return the top-level modules of a distribution: as it declares them, else by its files."""
    if declared := one.read_text("top_level.txt"):
        return set(declared.split())
    files = [path for path in one.files or () if path.suffix in {".py", ".so", ".pyd"}]
    return {path.parts[0] if len(path.parts) > 1 else path.name.split(".")[0] for path in files}


class ImportWatch:
    """Stands where modules are found by path: hides those that nobody needs, and remembers."""

    def __init__(self, needed: Sequence[str], project: Sequence[str], *, strict: bool) -> None:
        """Begin to watch.

        Args:
            needed: distributions that are needed whoever asks for them.
            project: the folders in which the user's own code lies.
            strict: whether that is hidden which nobody declares to need.
        """
        self._owners = owners_of_modules(project)
        self._allowed = distributions_below(needed)
        self._asked: set[str] = set()
        self._strict = strict
        sys.meta_path[:] = [self if one is PathFinder else one for one in sys.meta_path]

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ANN401 - as Python has it
        """Return where a module lies, as `PathFinder` does; None for one that is hidden."""
        owners = self._owners.get(name)
        if owners and name not in sys.stdlib_module_names:
            if self._is_of_distribution(_who_imports()):
                if self._strict and owners.isdisjoint(self._allowed):
                    return None
            else:
                self._asked.add(name)
                self._allowed |= distributions_below(owners)
        return PathFinder.find_spec(name, path, target)

    invalidate_caches = staticmethod(PathFinder.invalidate_caches)

    @staticmethod
    def find_distributions(*arguments: Any, **wishes: Any) -> Iterable[Any]:  # noqa: ANN401 - as Python has it
        """Return what `PathFinder` finds; nothing once importlib_metadata has taken its place."""
        found = getattr(PathFinder, "find_distributions", None)
        return found(*arguments, **wishes) if found else ()

    def _is_of_distribution(self, module: str) -> bool:
        return module.partition(".")[0] in self._owners

    def told(self) -> dict[str, Any]:
        """Return what was loaded.

        `files` has the file of each module, `owners` the distributions of each top-level module,
        `asked` those distributions that no other distribution asked for.
        """
        modules = {name: getattr(one, "__file__", None) for name, one in sys.modules.items()}
        files = {name: str(file) for name, file in modules.items() if file}
        tops = {name.partition(".")[0] for name in files} & self._owners.keys()
        owners = {top: self._narrowed(top, files) for top in sorted(tops)}
        counted = self._asked if self._strict else owners.keys()
        asked = {name for top in counted for name in owners.get(top, ())}
        return {"files": files, "owners": owners, "asked": sorted(asked)}

    def _narrowed(self, top: str, files: Mapping[str, str]) -> list[str]:
        """Return whose a module is; where several share it, those whose files were loaded."""
        owners = self._owners[top] - ({top} if top in sys.stdlib_module_names else set())
        if len(owners) > 1:
            loaded = {file for name, file in files.items() if name.partition(".")[0] == top}
            owners = {one for one in owners if not loaded.isdisjoint(_files_of(one))} or owners
        return sorted(owners)


def _files_of(distribution: str) -> Iterator[str]:
    one = importlib.metadata.distribution(distribution)
    return (str(one.locate_file(path)) for path in one.files or ())


def _who_imports() -> str:
    """Return the module whose code wants to import: not Python's own, nor one that only loads."""
    frame: Any = sys._getframe(2)  # noqa: SLF001 - the only way to see who asks
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        passes = frame.f_code.co_name != "<module>" and name.startswith(_LOADERS)
        if not (passes or name.partition(".")[0] in sys.stdlib_module_names):
            return name
        frame = frame.f_back
    return "__main__"
