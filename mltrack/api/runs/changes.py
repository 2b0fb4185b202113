"""Say something of a run that was made: tags, another name, a note."""

from collections.abc import Mapping
from typing import Any

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.runs.run import Run
from mltrack.api.selectors import select_run
from mltrack.api.store import opened_store
from mltrack.store.store import Store
from mltrack.tracking import annotations
from mltrack.tracking.ending import settle_all
from mltrack.tracking.notes import checked_note
from mltrack.tracking.values import checked_run_name, checked_values


def tag_run(text: str, tags: Mapping[str, Any]) -> Run:
    """Set tags of a run that has ended, or of a live one, and return it.

    Raises:
        NotFoundError: no run matches.
        TypeError, ValueError: a tag cannot be one.
    """
    store = opened_store()
    checked = checked_values(tags, "tag", store.settings["secrets.allow"])
    return _annotated(store, text, "tagged", {"tags": checked})


def rename_run(text: str, name: str) -> Run:
    """Give a run another name and return it; its id stays.

    Raises:
        NotFoundError: no run matches.
        BadValueError: the name is empty, too long, or holds a control character.
    """
    return _annotated(opened_store(), text, "renamed", {"name": checked_run_name(name)})


def note_run(text: str, note: str) -> Run:
    """Add a note to a run, live or ended, and return it; secrets in the note are masked.

    Raises:
        NotFoundError: no run matches.
        BadValueError: the note is empty, or larger than 64 KiB.
    """
    store = opened_store()
    return _annotated(store, text, "noted", {"note": checked_note(note)})


def _annotated(store: Store, text: str, kind: str, body: Mapping[str, Any]) -> Run:
    settle_all(store)
    record = select_run(store, text)
    annotations.annotate(store, record.id, kind, body)
    tell_if_ignored(store)
    return Run(store, select_run(store, record.id))
