"""The settings that hold where a model is saved."""

from pathlib import Path

from mltrack.errors import NotFoundError
from mltrack.store.discovery import find_or_none
from mltrack.store.settings import Settings, resolve


def settings_here() -> Settings:
    """Return the settings of the store that is found from here; without one, the user's own."""
    try:
        store = find_or_none(Path.cwd())
    except NotFoundError:  # one that is named and not there, which saving to a folder needs not
        store = None
    return resolve(store=store)
