"""What is said of a run after it ended: renamed, tagged, noted, deleted, restored."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.store import identity
from mltrack.store.events import Event, Events, ancestors, read_folder, record
from mltrack.store.store import Store


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
    user = identity.shown_user(identity.who(store.project), store.settings["identity.user"])
    event = Event(
        kind=kind,
        subject=run_id,
        parents=read_folder(folder, prefix=prefix).heads,
        actor={"name": user} if user else {},
        reason=reason,
        body={**body, **({"seen": dict(seen)} if seen is not None else {})},
    )
    return record(folder, event, tmp=store.layout.tmp, sync=store.syncs, prefix=prefix)


def prefix_of(run_id: str) -> str:
    """Return what the files of a run's annotations begin with."""
    return f"{run_id}."


def fold_annotations(found: Events, rows: Mapping[str, int] | None) -> Annotated:
    """Return what annotations say together.

    Args:
        found: the annotations of one run.
        rows: how many rows each writer has now; None where that is not known.
    """
    name: str | None = None
    tags: dict[str, Any] = {}
    notes: list[str] = []
    for event in found.events:
        if event.kind == "renamed" and isinstance(event.body.get("name"), str):
            name = event.body["name"]
        elif event.kind == "tagged" and isinstance(event.body.get("tags"), dict):
            tags |= event.body["tags"]
        elif event.kind == "noted" and isinstance(event.body.get("note"), str):
            notes.append(event.body["note"])
    deleted, warnings = _deleted(found.events, rows)
    return Annotated(name, tags, tuple(notes), deleted, (*found.faults, *warnings))


def _deleted(
    events: Sequence[Event], rows: Mapping[str, int] | None
) -> tuple[bool, tuple[str, ...]]:
    """Tell whether a run counts as deleted: only if the deletion saw all that was said before."""
    decisions = [e for e in events if e.kind in {"deleted", "restored"}]
    overruled = {name for e in decisions for name in ancestors(events, e)}
    latest = [e for e in decisions if e.name not in overruled]
    if not latest or any(e.kind == "restored" for e in latest):
        return False, ()
    for event in latest:
        unseen = _unseen(event, events, rows)
        if unseen:
            return False, (f"it was deleted by someone who had not seen {unseen}, so it is kept",)
    return True, ()


def _unseen(event: Event, events: Sequence[Event], rows: Mapping[str, int] | None) -> str:
    known = ancestors(events, event)
    for other in events:
        if other.name != event.name and other.name not in known:
            if other.kind != "deleted" and event.name not in ancestors(events, other):
                return f"that it was {other.kind}"
    seen = event.body.get("seen")
    if rows is not None and isinstance(seen, dict):
        late = [w for w, count in rows.items() if count > int(seen.get(w, 0))]
        if late:
            return f"what {late[0]} wrote"
    return ""
