"""Which store a program or a command means."""

import contextlib
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import MltrackError, NotFoundError
from mltrack.store import discovery
from mltrack.store.settings import RULES, resolve
from mltrack.store.store import Store
from mltrack.tracking import notices


class _Chosen(NamedTuple):
    store: str | None = None
    folder: Path | None = None
    quiet: bool = False


_chosen: ContextVar[_Chosen | None] = ContextVar("mltrack_store", default=None)


def use(store: str | None = None, folder: Path | None = None, *, quiet: bool = False) -> None:
    """Mean this store, or the one that is found from this folder, from now on.

    Args:
        store: the path of a store, as `--store` gives it; None leaves it to be found.
        folder: where to look, as `-C` gives it; None means the current folder.
        quiet: leave it unsaid when a store is made; warnings are said all the same.
    """
    _chosen.set(_Chosen(store, folder, quiet))


def _meant() -> _Chosen:
    return _chosen.get() or _Chosen()


def start_folder() -> Path:
    """Return the folder from which the store is looked for.

    Raises:
        NotFoundError: this process is in a folder that was removed.
    """
    folder = _meant().folder
    try:
        return folder.resolve() if folder else Path.cwd()
    except FileNotFoundError:
        raise NotFoundError("the current folder was removed", fix="go to another one") from None


def opened_store(*, create: bool = False, near: Path | None = None) -> Store:
    """Open the store that is meant.

    Args:
        create: make it, at the git top level, when there is none, and say so.
        near: look from here instead of from the current folder.

    Raises:
        NotFoundError: there is none, and `create` is not asked for.
    """
    explicit = _meant().store
    start = near.absolute() if near else start_folder()
    if not create:
        return _told(Store(discovery.find(start, explicit=explicit)))
    found = discovery.find_or_none(start, explicit=explicit)
    if found is None:
        made = Store.create(discovery.place_for_new(start))
        _tell_made(made)
        return made
    store = _told(Store(found))
    store.prepare()
    return store


def store_at(*, rev: str | None = None, branch: str | None = None) -> Store:
    """Open the store that is meant as git has it elsewhere; it can be read only.

    Args:
        rev: a commit.
        branch: two commits, `A..B`: only the runs that the second has and the first has not.

    Raises:
        UsageError: `branch` names no two commits.
        NotFoundError: there is no store, no git, no such commit, or no store in it.
    """
    from mltrack.store import past

    return (
        past.store_at(opened_store(), rev)
        if rev is not None
        else past.store_between(opened_store(), branch or "")
    )


def store_to_write() -> Store:
    """Open the store that is meant, or one that the first write will make.

    Raises:
        NotFoundError: one was named that does not exist.
    """
    root = discovery.find_or_none(start_folder(), explicit=_meant().store)
    return _told(Store(root or discovery.place_for_new(start_folder())))


def tell_if_new(store: Store) -> None:
    """Say, once a process, that the next write makes the store, where it is not there yet."""
    if not store.root.exists():
        _tell_made(store)


def _tell_made(store: Store) -> None:
    if not _meant().quiet:
        notices.say_once(f"the store is made at {store.root}")


def found_store(*, near: Path | None = None) -> Store | None:
    """Open the store that is meant, or return None when there is none."""
    start = near.absolute() if near else start_folder()
    root = discovery.find_or_none(start, explicit=_meant().store)
    return _told(Store(root)) if root else None


def _told(store: Store) -> Store:
    """Return a store after saying, once a process, what its settings hold that is not known."""
    with contextlib.suppress(MltrackError):  # whoever needs the settings is told that
        for line in store.settings.warnings:
            notices.say_once(line)
    return store


def init_store(path: Path | str | None = None) -> Path:
    """Make a store, at the git top level or in the folder itself, and return its root.

    Args:
        path: a folder; when it is left out, the store that was named, else the current folder.

    Raises:
        NotFoundError: a symbolic link stands where the store belongs, and was not named.
        StoreWriteError: the disk refused.
    """
    named = None if path else discovery.named(_meant().store)
    start = Path(path).absolute() if path else start_folder()
    return Store.create(named or discovery.place_for_new(start)).root


def effective_settings() -> list[dict[str, Any]]:
    """Return every setting: key, value, origin, and what it means."""
    store = found_store()
    settings = store.settings if store else resolve(store=None)
    return [
        {
            "key": key,
            "value": settings[key],
            "origin": settings.origin(key),
            "meaning": rule.meaning,
        }
        for key, rule in RULES.items()
    ]
