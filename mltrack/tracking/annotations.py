"""What is said of a run after it ended: renamed, tagged, noted, deleted, restored."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.store.events import Event, Events, ancestors, read_folder, record
from mltrack.store.store import Store
from mltrack.tracking import capture


class Annotated(NamedTuple):
    """What all annotations of a run say together."""

    name: str | None
    tags: dict[str, Any]
    notes: tuple[str, ...]
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
    store.prepare()
    folder = store.layout.annotations(run_id)
    prefix = prefix_of(run_id)
    event = Event(
        kind=kind,
        subject=run_id,
        parents=read_folder(folder, prefix=prefix).heads,
        actor=capture.user(store),
        reason=reason,
        body={**body, **({"seen": dict(seen)} if seen is not None else {})},
    )
    return record(folder, event, tmp=store.layout.tmp, sync=store.syncs, prefix=prefix)


def prefix_of(run_id: str) -> str:
    """Return what the files of a run's annotations begin with."""
    return f"{run_id}."


def fold_annotations(found: Events, rows: Mapping[str, int]) -> Annotated:
    """Return what annotations say together.

    Args:
        found: the annotations of one run.
        rows: how many rows each writer has now.
    """
    name: str | None = None
    tags: dict[str, Any] = {}
    notes: list[str] = []
    for event in found.events:
        said = event.body
        if event.kind == "renamed" and isinstance(said.get("name"), str):
            name = said["name"]
        elif event.kind == "tagged" and isinstance(said.get("tags"), dict):
            tags |= said["tags"]
        elif event.kind == "noted" and isinstance(said.get("note"), str):
            notes.append(said["note"])
    deleted, warnings = _deleted(found.events, rows)
    return Annotated(name, tags, tuple(notes), deleted, (*found.faults, *warnings))


def _deleted(events: Sequence[Event], rows: Mapping[str, int]) -> tuple[bool, tuple[str, ...]]:
    """Tell whether a run counts as deleted: when a deletion saw all that was said and logged."""
    decisions = [e for e in events if e.kind in {"deleted", "restored"}]
    overruled = {name for e in decisions for name in ancestors(events, e)}
    latest = [e for e in decisions if e.name not in overruled]
    if not latest or any(e.kind == "restored" for e in latest):
        return False, ()
    unseen = [_unseen(event, events, rows) for event in latest]
    if "" in unseen:
        return True, ()
    return False, (f"it was deleted by someone who had not seen {unseen[0]}, so it is kept",)


def _unseen(deletion: Event, events: Sequence[Event], rows: Mapping[str, int]) -> str:
    """Return what was said or logged that a deletion had not seen, and what did not see it."""
    known = {deletion.name, *ancestors(events, deletion)}
    for other in events:
        concurrent = other.name not in known and deletion.name not in ancestors(events, other)
        if concurrent and other.kind != "deleted":
            return f"that it was {other.kind}"
    seen = deletion.body.get("seen")
    counts = seen if isinstance(seen, dict) else {}
    late = [w for w, count in rows.items() if count > _count(counts.get(w))]
    return f"what {late[0]} wrote" if late else ""


def _count(value: object) -> int:
    return value if type(value) is int else 0
