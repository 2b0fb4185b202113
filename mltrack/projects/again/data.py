"""The data that a run read, put where its code in a checkout looks for it."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import IntegrityError, MltrackError, NotFoundError
from mltrack.projects.again.code import is_kept_out
from mltrack.projects.data.inputs import INPUTS, Input
from mltrack.projects.running.described import CONTEXT
from mltrack.projects.spec import DATA, ProjectSpec, Value
from mltrack.store.checkouts import leave_to_others
from mltrack.store.lookup import locate
from mltrack.store.store import Store
from mltrack.tracking.datasets import facts_of
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import folders_of

_MOST_COPIED_BYTES = 256 * 1024 * 1024


class Place(NamedTuple):
    """Where the code runs, and the same place in the user's own tree.

    Attributes:
        top: the top of the checkout.
        folder: the project in it, from which paths count.
        own_top: the top of the user's work tree.
        own_folder: the project there.
        home: the folder that holds the store, from which the paths of a record count.
        own_home: that folder in the user's tree.
    """

    top: Path
    folder: Path
    own_top: Path
    own_folder: Path
    home: Path
    own_home: Path


class Wanted(NamedTuple):
    """How strict it is: whether what is there now will do, and whether it is to be taken first."""

    any_will_do: bool = False
    present_first: bool = False


class _File(NamedTuple):
    """The data of one parameter: where it is looked for, where the user has it, and its digest."""

    name: str
    text: str
    path: Path
    own: Path
    digest: str


def refilled(
    store: Store,
    record: RunRecord,
    values: Mapping[str, Value],
    spec: ProjectSpec,
    place: Place,
    wanted: Wanted,
) -> list[str]:
    """Have the data of a run's parameters where its code looks; return what is not as it was.

    Args:
        store: the store of the run.
        record: the run.
        values: the values that the parameters have this time.
        spec: the project.
        place: where the code runs.
        wanted: how strict it is.

    Raises:
        NotFoundError: data is nowhere.
        IntegrityError: data is another one than the run read, and that will not do.
    """
    notes: list[str] = []
    for name, facts in record.inputs.items():
        if facts.get("context") != CONTEXT:
            _brought(facts, place)
            continue
        text, param = values.get(name), spec.params.get(name)
        if not isinstance(text, str) or "://" in text or text != _recorded(record, name):
            continue
        if param is None or param.type not in DATA:
            continue
        own = place.own_folder / text
        file = _File(name, text, place.folder / text, own, str(facts.get("digest")))
        notes += _placed(store, record, file, place, wanted)
    return notes


def changed(
    record: RunRecord, values: Mapping[str, Value], found: Mapping[str, Input]
) -> list[str]:
    """Return a line for all data that a run is about to read and that is not what it read before.

    Args:
        record: the run.
        values: the values that the parameters have this time.
        found: the data behind them, as it is about to be read.
    """
    lines = []
    for name, data in found.items():
        was, now = record.inputs.get(name, {}).get("digest"), data.facts["digest"]
        if was and was != now and values.get(name) == _recorded(record, name):
            lines.append(f"{name} = {values[name]} was {was} and is {now}")
    return lines


def _brought(facts: Mapping[str, Any], place: Place) -> None:
    """Copy a file that a script has told of by itself, where the user's is still the same."""
    source, size = facts.get("source"), facts.get("size")
    if not isinstance(source, str) or not isinstance(size, int) or size > _MOST_COPIED_BYTES:
        return
    target, own = place.home / source, place.own_home / source
    if target.exists() or not own.is_file() or not _is_ours(target, place):
        return
    if _digest(own) == facts.get("digest"):
        _put(own, target, place.top, copy=True)


def _recorded(record: RunRecord, name: str) -> object:
    """Return the path that a run had, as it is given to a command again."""
    text = record.params.get(name)
    return str(Path(text).expanduser()) if isinstance(text, str) and text[:2] == "~/" else text


def _placed(
    store: Store, record: RunRecord, file: _File, place: Place, wanted: Wanted
) -> list[str]:
    inside = _is_ours(file.path, place)
    if wanted.present_first and inside and file.own.exists():
        _put(file.own, file.path, place.top)
        return []
    if _digest(file.path) == file.digest:
        return []
    if inside and _digest(file.own) == file.digest:
        _put(file.own, file.path, place.top)
        return []
    if inside and (kept := _kept(store, record, file)) is not None:
        _put(kept, file.path, place.top, copy=True)
        return []
    return [_with_what_is_there(record, file, place, wanted)]


def _with_what_is_there(record: RunRecord, file: _File, place: Place, wanted: Wanted) -> str:
    there = file.own if _is_ours(file.path, place) and file.own.exists() else file.path
    found = _digest(there)
    if found is None and file.own.exists():
        raise NotFoundError(
            f"{file.name} = {file.text} leads out of the code of run {record.handle}",
            why="from a checkout of it that path leads elsewhere",
            fix=f"name it by its whole path: -P {file.name}={file.own.resolve()}",
        )
    if found is None:
        raise NotFoundError(
            f"the data of run {record.handle} is not here: {file.name} = {file.text}",
            why=f"it was {file.digest[:12]}, and nothing lies at {file.own}",
            fix=f"bring it there, or name other data: -P {file.name}=PATH",
        )
    if not wanted.any_will_do:
        raise IntegrityError(
            f"the data of run {record.handle} was changed: {file.name} = {file.text}",
            why=f"the run read {file.digest}, and there is {found}",
            fix="bring it back, or run it with the data as it is now: --current data",
        )
    if there is not file.path:
        _put(there, file.path, place.top)
    return f"{file.name} = {file.text} was {file.digest[:12]} and is {found[:12]}"


def _is_ours(path: Path, place: Place) -> bool:
    """Tell whether a path lies in a checkout, where it may be written; a link there may be too."""
    whole, above = path.parent.resolve() / path.name, place.top.resolve()
    if place.top == place.own_top:
        return False
    if whole == above or not whole.is_relative_to(above):
        return False
    return not is_kept_out(whole.relative_to(above).as_posix())


def _digest(path: Path) -> str | None:
    """Return the digest of a file or folder; None where there is none to be read."""
    try:
        return str(facts_of(path)["digest"])
    except (OSError, MltrackError):
        return None


def _kept(store: Store, record: RunRecord, file: _File) -> Path | None:
    """Return where the bytes lie that the run has kept of a parameter's data."""
    folders = list(folders_of(store, record.id, record.writers))
    for relative in (f"{INPUTS}/{file.name}/{Path(file.text).name}", f"{INPUTS}/{file.name}"):
        try:
            found = locate(store, folders, relative)
        except MltrackError:
            continue
        if _digest(found) == file.digest:
            return found
    return None


def _put(source: Path, target: Path, top: Path, *, copy: bool = False) -> None:
    """Have a file or folder at its place; a link for each file, so that nothing is copied.

    A folder is made anew, since what git ignores of a folder it does not ignore of a link. Where
    git tracks what lay there, it looks away: what the link says is a path of this machine, and data
    is recorded by its digest.
    """
    leave_to_others(top, target)
    place: Callable[[str, str], object] = _copied if copy else _linked
    if target.is_symlink() or target.is_file():
        target.unlink()
    elif target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=place, ignore=_stores)
    else:
        place(str(source), str(target))


def _linked(source: str, target: str) -> None:
    Path(target).symlink_to(Path(source).resolve())


def _copied(source: str, target: str) -> None:
    shutil.copyfile(source, target)


def _stores(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if is_kept_out(name)]
