"""Say something of a run or an experiment: one more event, which follows all that are here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.store.events import Event, read_folder, record
from mltrack.store.secrets import masked_text
from mltrack.store.store import Store
from mltrack.tracking import capture, notices


class Subject(NamedTuple):
    """What an event is about, and where the events about it lie.

    Attributes:
        id: the id of the run or the experiment.
        folder: where its events lie.
        prefix: what their files' names begin with.
    """

    id: str
    folder: Path
    prefix: str = ""


def say(
    store: Store,
    subject: Subject,
    kind: str,
    body: Mapping[str, Any],
    *,
    reason: str = "",
    seen: Mapping[str, int] | None = None,
) -> Event:
    """Write one event and return it.

    Args:
        store: the store.
        subject: what it is about.
        kind: what happened, in one word.
        body: what the kind needs.
        reason: why; secrets in it are masked.
        seen: how much of what there is its author saw; for deleted and restored.

    Raises:
        StoreWriteError: the disk refused.
    """
    store.prepare()
    event = Event(
        kind=kind,
        subject=subject.id,
        parents=read_folder(subject.folder, prefix=subject.prefix, subject=subject.id).heads,
        actor=capture.user(store),
        reason=without_secrets(reason, "reason"),
        body={**body, **({"seen": dict(seen)} if seen is not None else {})},
    )
    return record(
        subject.folder, event, tmp=store.layout.tmp, sync=store.syncs, prefix=subject.prefix
    )


def without_secrets(text: str, what: str) -> str:
    """Return a text with its secrets masked, and say so where there were any."""
    masked = masked_text(text)
    if masked != text:
        notices.say_once(f"the {what} holds what looks like a secret, which was masked")
    return masked
