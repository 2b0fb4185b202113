"""What is said of a run after it ended: renamed, tagged, noted, deleted, restored."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mltrack.store.events import Event, Events, read_files, read_folder
from mltrack.store.ids import is_id
from mltrack.store.layout import RUN
from mltrack.store.store import Store
from mltrack.tracking import saying
from mltrack.tracking.deletion import deletions_standing, verdict
from mltrack.tracking.entities import Note


class Annotated(NamedTuple):
    """What all annotations of a run say together."""

    name: str | None
    tags: dict[str, Any]
    notes: tuple[Note, ...]
    deleted: bool
    warnings: tuple[str, ...]


NOTHING = Annotated(None, {}, (), deleted=False, warnings=())


def annotate(
    store: Store,
    run_id: str,
    kind: str,
    body: Mapping[str, Any],
    *,
    reason: str = "",
    seen: Mapping[str, int] | None = None,
) -> Event:
    """Write one annotation and return it.

    Args:
        store: the store.
        run_id: the run that it is about.
        kind: renamed, tagged, noted, deleted or restored.
        body: what the kind needs: name, tags, note.
        reason: why.
        seen: how many rows of each writer its author saw; for deleted and restored.

    Raises:
        StoreWriteError: the disk refused.
    """
    subject = saying.Subject(run_id, store.layout.annotations(run_id), prefix_of(run_id))
    return saying.say(store, subject, kind, body, reason=reason, seen=seen)


def prefix_of(run_id: str) -> str:
    """Return what the files of a run's annotations begin with."""
    return f"{run_id}."


def said_of(store: Store, run_id: str) -> Events:
    """Return all that was said of a run."""
    return read_folder(store.layout.annotations(run_id), prefix=prefix_of(run_id))


def said_in(store: Store, run_id: str, names: Iterable[str]) -> Events:
    """Return what was said of a run in the files of these names."""
    folder = store.layout.annotations(run_id)
    return read_files([folder / name for name in names], prefix=prefix_of(run_id))


def has_deletion(store: Store, run_id: str) -> bool:
    """Tell whether a deletion of a run stands, be it one that does not count."""
    return bool(deletions_standing(said_of(store, run_id).events))


def runs_without_record(store: Store) -> list[str]:
    """Return the ids of runs of which something was said, and whose files are not here."""
    names = (file.name for day in store.layout.days("annotations") for file in day.iterdir())
    said = {name.partition(".")[0] for name in names}
    return sorted(r for r in said if is_id(r) and not (store.layout.run_folder(r) / RUN).exists())


def fold_annotations(found: Events, rows: Mapping[str, int]) -> Annotated:
    """Return what annotations say together.

    Args:
        found: the annotations of one run.
        rows: how many rows each writer has now.
    """
    if not found.events and not found.faults:
        return NOTHING
    name: str | None = None
    tags: dict[str, Any] = {}
    notes: list[Note] = []
    for event in found.events:
        said = event.body
        if event.kind == "renamed" and isinstance(said.get("name"), str):
            name = said["name"]
        elif event.kind == "tagged" and isinstance(said.get("tags"), dict):
            tags |= said["tags"]
        elif event.kind == "noted" and isinstance(said.get("note"), str):
            notes.append(Note(said["note"], author_of(event), event.time))
    found_deleted = verdict(found.events, rows, "what {} wrote")
    warnings = (*found.faults, *found_deleted.warnings)
    return Annotated(name, tags, tuple(notes), found_deleted.deleted, warnings)


def author_of(event: Event) -> str | None:
    """Return the name of who said something; None where the policy names nobody."""
    name = event.actor.get("name")
    return name if isinstance(name, str) else None
