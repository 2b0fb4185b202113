"""Tell once, when something is written, that the project's git keeps the whole store out."""

from pathlib import Path

from mltrack.store import git, staging
from mltrack.store.store import Store
from mltrack.tracking import notices

_asked: set[Path] = set()
_PROBE = "runs/000000/00/run.yaml"
"""A path that no run has, of which git is asked."""


def tell_if_ignored(store: Store) -> None:
    """Say that git sees nothing of what is written; git is asked once a process and store."""
    if store.root in _asked:
        return
    _asked.add(store.root)
    found = store_ignored_by(store)
    if found is not None:
        notices.say(f"git does not see the store: {words_of(store, found)}")


def store_ignored_by(store: Store) -> staging.Ignored | None:
    """Return what keeps the runs of a store out of git; None where there is no git."""
    if git.top_level(store.project) is None:
        return None
    return staging.ignored_by(store.root / _PROBE, cwd=store.project)


def words_of(store: Store, found: staging.Ignored) -> str:
    """Return which line keeps the store out, and what to do about it."""
    where = f"{found.source}:{found.line} says {found.pattern!r}"
    if not (store.root / ".gitignore").exists():
        return f"{where}, and the store's own .gitignore is gone; mltrack init puts it back"
    return f"{where}; take it out, or stage runs with mltrack add"
