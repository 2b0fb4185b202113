"""Ask in what the registry differs between two commits, or between a commit and what is here."""

from typing import Any

from mltrack.api.registry.past import commit_view
from mltrack.api.store import opened_store
from mltrack.registry import reader
from mltrack.registry.past.differences import Change, differences
from mltrack.store.journal import jsonable


def registry_diff(before: str, after: str | None = None) -> list[Change]:
    """Return what is different in the registry after a commit: models, versions, stages, words.

    Args:
        before: a commit, by any name.
        after: another commit; None means what is here now, committed or not.

    Raises:
        NotFoundError: there is no such commit, or no git.
        IntegrityError: a commit has a config.yaml that cannot be understood.
    """
    store = opened_store()
    old = commit_view(store, before).models
    new = reader.list_models(store).models if after is None else commit_view(store, after).models
    return differences(old, new)


def change_row(change: Change) -> dict[str, Any]:
    """Return one change, ready for JSON."""
    row: dict[str, Any] = jsonable(change._asdict())
    return row
