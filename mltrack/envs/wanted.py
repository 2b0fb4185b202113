"""What a project asks to be installed, read from wherever it says so; nothing is installed here."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import lines
from mltrack.envs.lines import HASH, Line
from mltrack.envs.spec import EnvSpec, Pyproject
from mltrack.envs.specifier import Specifier

_INDEX = "--index-url"


class Wanted(NamedTuple):
    """What is to be installed.

    Attributes:
        python: the range of Pythons.
        lines: the requirements.
        constraints: versions that bound them.
        options: options of the installer that files bore.
        is_locked: whether the requirements leave no choice, so that nothing is resolved.
        lock: the lock file, for errors to name; None where there is none.
        folder: from where recorded paths count.
        import_folders: folders of the project itself that the command can import from.
    """

    python: Specifier
    lines: tuple[Line, ...] = ()
    constraints: tuple[Line, ...] = ()
    options: tuple[str, ...] = ()
    is_locked: bool = False
    lock: Path | None = None
    folder: Path | None = None
    import_folders: tuple[Path, ...] = ()

    def shown(self) -> list[str]:
        """Return the requirements as a person may read them: without digests."""
        return [line.text.partition(f" {HASH}")[0] for line in self.lines]


def of(spec: EnvSpec) -> Wanted:
    """Return what an environment is asked to hold.

    Raises:
        NotFoundError: a file, or what it names, is not there.
        UsageError: a file says what cannot be meant.
    """
    if spec.locked is not None:
        return _recorded(spec, spec.locked)
    if spec.lock is not None:
        return _with_constraints(_lock(spec, spec.lock), spec)
    if spec.requirements_file is not None:
        return _with_constraints(_file(spec, spec.requirements_file), spec)
    if spec.pyproject is not None:
        return _with_constraints(_pyproject(spec, spec.pyproject), spec)
    inline = tuple(lines.plain(line) for line in spec.requirements)
    return _with_constraints(Wanted(spec.python, inline, folder=spec.folder), spec)


def _recorded(spec: EnvSpec, text: bytes) -> Wanted:
    from mltrack.envs import locks

    folder = spec.folder or Path()
    found = locks.recorded(text, folder)
    return Wanted(
        spec.python, found, is_locked=True, folder=folder, import_folders=import_folders(spec)
    )


def nearby(spec: EnvSpec) -> Wanted:
    """Return what comes nearest to a recorded set whose files cannot be had on this machine.

    That is the source beside it, resolved anew within the same versions; where there is none, the
    same versions whatever their files are.
    """
    recorded = _recorded(spec, spec.locked or b"")
    versions = tuple(lines.without_digest(line) for line in recorded.lines)
    source = of(spec._replace(locked=None))
    if not source.lines:
        return recorded._replace(lines=versions)
    bounds = tuple(line for line in versions if line.path is None and "@" not in line.install)
    return source if source.is_locked else source._replace(constraints=bounds)


def import_folders(spec: EnvSpec) -> tuple[Path, ...]:
    """Return the folders of the project itself that its command can import from."""
    if spec.pyproject is None:
        return ()
    from mltrack.envs import pyprojects

    return pyprojects.folders(spec.pyproject)


def _lock(spec: EnvSpec, file: Path) -> Wanted:
    from mltrack.envs import locks

    reading = locks.read(file)
    return Wanted(
        spec.python,
        tuple(found.line for found in reading.lines),
        options=_options(spec, reading.options),
        is_locked=True,
        lock=file,
        folder=spec.folder or file.parent,
    )


def _file(spec: EnvSpec, file: Path) -> Wanted:
    from mltrack.envs.requirement_files import Reading

    reading = Reading()
    reading.take_file(file)
    found = tuple(found.line for found in reading.lines)
    is_locked = bool(found) and all(line.is_hashed and line.is_pinned for line in found)
    return Wanted(
        spec.python,
        found,
        tuple(found.line for found in reading.constraints),
        options=_options(spec, reading.options),
        is_locked=is_locked,
        lock=file if is_locked else None,
        folder=spec.folder or file.parent,
    )


def _pyproject(spec: EnvSpec, source: Pyproject) -> Wanted:
    from mltrack.envs import pyprojects

    declared = pyprojects.read(source)
    return Wanted(
        _both(spec.python, declared.python),
        declared.lines,
        folder=spec.folder or source.path.parent,
        import_folders=declared.folders,
    )


def _with_constraints(wanted: Wanted, spec: EnvSpec) -> Wanted:
    if spec.constraints is None or wanted.is_locked:
        return wanted
    from mltrack.envs.requirement_files import Reading

    reading = Reading()
    reading.take_file(spec.constraints, constraints=True)
    more = tuple(found.line for found in reading.constraints)
    return wanted._replace(constraints=(*wanted.constraints, *more))


def _options(spec: EnvSpec, options: Iterable[str]) -> tuple[str, ...]:
    """Return the options of files; the index that project.yaml names counts more than theirs."""
    named = spec.indexes.url is not None
    kept = [option for option in options if not (named and option.startswith(_INDEX))]
    return tuple(dict.fromkeys(kept))


def _both(one: Specifier, other: Specifier) -> Specifier:
    texts = [text for text in (one.text, other.text) if text]
    return Specifier(text=",".join(texts), clauses=(*one.clauses, *other.clauses))
