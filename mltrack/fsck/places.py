"""What a path below the store is for: pure, the same for the disk and for git's index."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from mltrack.store.events import EVENT_NAME, SUFFIX
from mltrack.store.ids import is_experiment_id, is_id
from mltrack.store.layout import (
    ARTIFACTS,
    CONFIG,
    GITIGNORE,
    HIDDEN_FOLDERS,
    MANIFEST,
    METRICS,
    PACKAGES,
    PATCH,
    RUN,
    is_further_writer,
)

_OBJECT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}\Z")


class Role(StrEnum):
    """What a file of a store is."""

    CONFIG = "config"
    TOP = "top file"
    INDEX = "index"
    RESERVED = "reserved"
    RECORD = "record"
    JOURNAL = "journal"
    PACKAGES = "packages"
    PATCH = "patch"
    MANIFEST = "manifest"
    ARTIFACT = "artifact"
    HIDES_RUN = "hides a run"
    ANNOTATION = "annotation"
    EXPERIMENT = "experiment"
    MODEL = "model"
    OBJECT = "object"
    MACHINE = "machine"


EVENTS = frozenset({Role.ANNOTATION, Role.EXPERIMENT, Role.MODEL})


class Place(NamedTuple):
    """What a file is, and to what it belongs.

    Attributes:
        role: what it is.
        owner: the id of the run or experiment, or the folder of the model.
        folder: the folder of the writer or version that it lies in, relative to the store.
        inner: the path of an artifact, the name of an event, the digest of an object.
        writer: of a file of a run, who wrote it.
    """

    role: Role
    owner: str = ""
    folder: str = ""
    inner: str = ""
    writer: str = ""


_IN_A_RUN = {
    RUN: Role.RECORD,
    METRICS: Role.JOURNAL,
    PACKAGES: Role.PACKAGES,
    PATCH: Role.PATCH,
    MANIFEST: Role.MANIFEST,
    GITIGNORE: Role.HIDES_RUN,
}
_OF_FURTHER_WRITERS = frozenset({Role.JOURNAL, Role.MANIFEST, Role.HIDES_RUN})
_TOP = {
    CONFIG: Role.CONFIG,
    GITIGNORE: Role.TOP,
    ".gitattributes": Role.TOP,
    "registry.yaml": Role.INDEX,
}


def place_of(path: str) -> Place | None:
    """Return what the file at a path is for; None where no file of a store lies."""
    top, _, below = path.partition("/")
    if not below:
        return Place(_TOP[path]) if path in _TOP else None
    reader = _READERS.get(top)
    if reader is not None:
        return reader(below.split("/"))
    if top == "objects" and _OBJECT.match(below):
        return Place(Role.OBJECT, inner=below.replace("/", ""))
    if top in HIDDEN_FOLDERS and (top != "objects" or below == GITIGNORE):
        return Place(Role.MACHINE)
    return None


def _in_runs(parts: list[str]) -> Place | None:
    if len(parts) < 4:  # noqa: PLR2004 - month, day, folder, file
        return None
    month, day, folder, *inner = parts
    owner, plus, writer = folder.partition("+")
    if not is_id(owner) or not owner.startswith(month + day) or len(month) != 6:  # noqa: PLR2004
        return None
    if plus and not is_further_writer(writer):
        return None
    where = f"runs/{month}/{day}/{folder}"
    writer = writer or "main"
    if inner[0] == ARTIFACTS and len(inner) > 1:
        return Place(Role.ARTIFACT, owner, where, "/".join(inner[1:]), writer)
    role = _IN_A_RUN.get("/".join(inner))
    if role is None or (plus and role not in _OF_FURTHER_WRITERS):
        return None
    return Place(role, owner, where, writer=writer)


def _in_annotations(parts: list[str]) -> Place | None:
    if len(parts) != 3:  # noqa: PLR2004 - month, day, file
        return None
    month, day, name = parts
    owner, _, event = name.removesuffix(SUFFIX).partition(".")
    fits = is_id(owner) and owner.startswith(month + day) and name.endswith(SUFFIX)
    return Place(Role.ANNOTATION, owner, inner=event) if fits and event else None


def _in_experiments(parts: list[str]) -> Place | None:
    if len(parts) != 2 or not is_experiment_id(parts[0]):  # noqa: PLR2004 - folder, file
        return None
    return _event(Role.EXPERIMENT, parts[0], parts[1])


def _in_models(parts: list[str]) -> Place | None:
    if len(parts) == 3 and parts[1] == "events":  # noqa: PLR2004 - folder, events, file
        return _event(Role.MODEL, parts[0], parts[2])
    if len(parts) < 4 or parts[1] != "versions" or not is_id(parts[2]):  # noqa: PLR2004
        return None
    where = f"models/{parts[0]}/versions/{parts[2]}"
    if parts[3] == ARTIFACTS and len(parts) > 4:  # noqa: PLR2004 - and the file
        return Place(Role.ARTIFACT, parts[0], where, "/".join(parts[4:]))
    return Place(Role.MANIFEST, parts[0], where) if parts[3:] == [MANIFEST] else None


def _event(role: Role, owner: str, name: str) -> Place | None:
    if not name.endswith(SUFFIX):
        return None
    return Place(role, owner, inner=name.removesuffix(SUFFIX))


def _reserved(parts: list[str]) -> Place | None:
    return Place(Role.RESERVED) if len(parts) == 1 and parts[0].endswith(SUFFIX) else None


_READERS: dict[str, Callable[[list[str]], Place | None]] = {
    "runs": _in_runs,
    "annotations": _in_annotations,
    "experiments": _in_experiments,
    "models": _in_models,
    "remotes": _reserved,
    "views": _reserved,
}


def bears_an_event_name(place: Place) -> bool:
    """Tell whether the file of an event is called as events are."""
    return EVENT_NAME.match(place.inner) is not None
