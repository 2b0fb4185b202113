"""Find the store that a command means, without ever making one."""

import os
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import NotFoundError
from mltrack.store.folders import home
from mltrack.store.layout import STORE_NAME

STORE_VARIABLE = "MLTRACK_STORE"


def find(start: Path, *, explicit: str | None = None) -> Path:
    """Return the root of the store to use.

    Args:
        start: where to begin looking upwards.
        explicit: a store that was named; else `MLTRACK_STORE` is asked.

    Raises:
        NotFoundError: there is none, or the nearest belongs to somebody else.
    """
    found = find_or_none(start, explicit=explicit)
    if found is None:
        raise NotFoundError(
            f"there is no store at or above {start}",
            fix="make one: mltrack init (or name one with --store or MLTRACK_STORE)",
        )
    return found


def find_or_none(start: Path, *, explicit: str | None = None) -> Path | None:
    """Return the root of the store to use, or None when there is none to be found.

    Raises:
        NotFoundError: one was named that does not exist, or the nearest is a stranger's or a link.
    """
    root = named(explicit)
    if root and not _is_folder(root):
        raise NotFoundError(
            f"there is no store at {root}",
            fix=f"make one: mltrack --store {_quoted(root.parent)} init",
        )
    if root:
        return root
    for folder in _upwards(start.absolute()):
        candidate = folder / STORE_NAME
        if _is_folder(candidate):
            refuse_unasked(candidate)
            return candidate
    return None


def named(explicit: str | None = None) -> Path | None:
    """Return the root of the store that was named, itself or by its folder; it may not be there."""
    text = explicit or os.environ.get(STORE_VARIABLE)
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    return path if path.name == STORE_NAME else path / STORE_NAME


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _upwards(start: Path) -> Iterator[Path]:
    """Yield `start` and its parents up to the git top level, the home folder or a mount."""
    end = home().resolve()
    for folder in (start, *start.parents):
        yield folder
        if folder in {end, home()} or _is_boundary(folder):
            return


def _is_boundary(folder: Path) -> bool:
    try:
        return (folder / ".git").exists() or folder.is_mount()
    except OSError:
        return False


def refuse_unasked(root: Path) -> None:
    """Refuse a store that was not named and that somebody else may have put there.

    Raises:
        NotFoundError: it belongs to another user, or a symbolic link leads to it.
    """
    if root.is_symlink():
        fault = "is a symbolic link"
    else:
        owner = root.stat().st_uid
        fault = "" if owner in _trusted_owners() else f"belongs to another user (uid {owner})"
    if fault:
        raise NotFoundError(
            f"{root} {fault}, so it is not used unasked",
            fix=f"name it if you trust it: mltrack --store {_quoted(root)} ...",
        )


def _quoted(path: Path) -> str:
    """Return a path as a shell takes it."""
    import shlex

    return shlex.quote(str(path))


def _trusted_owners() -> set[int]:
    """Return this user, the administrator and, under sudo, who called it."""
    mine = os.geteuid()
    caller = os.environ.get("SUDO_UID", "")
    return {mine, 0, int(caller)} if mine == 0 and caller.isdecimal() else {mine, 0}


def place_for_new(start: Path) -> Path:
    """Return where a new store belongs: at the git top level, else in `start` itself.

    Raises:
        NotFoundError: a symbolic link stands there, which is not followed unasked.
    """
    here = start.absolute()
    top = next((f for f in _upwards(here) if (f / ".git").exists()), here)
    place = top / STORE_NAME
    if place.is_symlink():
        refuse_unasked(place)
    return place
