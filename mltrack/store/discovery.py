"""Find the store that a command means, without ever making one."""

import os
from pathlib import Path

from mltrack.errors import NotFoundError
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
        NotFoundError: one was named that does not exist, or the nearest is a stranger's.
    """
    named = explicit or os.environ.get(STORE_VARIABLE)
    if named:
        return _named(Path(named).expanduser())
    for folder in _upwards(start.absolute()):
        candidate = folder / STORE_NAME
        if candidate.is_dir() and not candidate.is_symlink():
            _refuse_strangers(candidate)
            return candidate
    return None


def _named(path: Path) -> Path:
    root = path if path.name == STORE_NAME else path / STORE_NAME
    if root.is_dir():
        return root.absolute()
    raise NotFoundError(f"there is no store at {path}", fix=f"make one: mltrack -C {path} init")


def _upwards(start: Path) -> list[Path]:
    """Return `start` and its parents up to the git top level, the home folder or a mount."""
    home = Path.home()
    folders: list[Path] = []
    for folder in (start, *start.parents):
        folders.append(folder)
        if folder == home or (folder / ".git").exists() or folder.is_mount():
            break
    return folders


def _refuse_strangers(root: Path) -> None:
    if not hasattr(os, "geteuid"):
        return
    owner = root.stat().st_uid
    if owner not in {os.geteuid(), 0, int(os.environ.get("SUDO_UID", "0"))}:
        raise NotFoundError(
            f"{root} belongs to another user (uid {owner}), so it is not used unasked",
            fix=f"name it if you trust it: mltrack --store {root} ...",
        )


def place_for_new(start: Path) -> Path:
    """Return where a new store belongs: at the git top level, else in `start` itself."""
    for folder in _upwards(start.absolute()):
        if (folder / ".git").exists():
            return folder / STORE_NAME
    return start.absolute() / STORE_NAME
