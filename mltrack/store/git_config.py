"""What git's settings say of the user and the remote: git is asked again when its files change."""

import os
from pathlib import Path

from mltrack.store.folders import home
from mltrack.store.git import GitError, git_bytes, top_level
from mltrack.store.marks import Mark, marks_of, still_fit

_KEYS = r"^(user\.(name|email)|remote\.origin\.url)$"
_VARIABLES = ("PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
_Place = tuple[Path | str | None, ...]

_told: dict[_Place, tuple[dict[str, Mark], dict[str, str]]] = {}
"""What git told this process, and the files that it read for it; one that these include is none."""


def settings_of(folder: Path) -> dict[str, str]:
    """Return `user.name`, `user.email` and `remote.origin.url` as git knows them in a folder."""
    top = top_level(folder)
    place: _Place = (folder, top, *map(os.environ.get, _VARIABLES))
    marks, settings = _told.get(place, ({}, {}))
    if not marks or not still_fit(marks):
        marks, settings = marks_of(_files(top)), _asked(folder)
        _told[place] = marks, settings
    return settings


def _asked(folder: Path) -> dict[str, str]:
    try:
        answer = git_bytes("config", "-z", "--get-regexp", _KEYS, cwd=folder)
    except GitError:  # also where none of them is set
        return {}
    lines = answer.decode("utf-8", "replace").split("\0")
    return dict(line.partition("\n")[::2] for line in lines if line)


def _files(top: Path | None) -> list[str]:
    """Return the files of settings; where these are elsewhere, as in a linked work tree, none."""
    if top is not None and not (top / ".git").is_dir():
        return []
    return global_files() + ([f"{top}/.git", f"{top}/.git/config"] if top else [])


def global_files() -> list[str]:
    """Return the files in which a user tells git something that holds everywhere."""
    base = os.environ.get("XDG_CONFIG_HOME") or f"{home()}/.config"
    user = [f"{base}/git/{name}" for name in ("config", "ignore", "attributes")]
    named = [os.environ[name] for name in _VARIABLES[3:] if os.environ.get(name)]
    return [f"{home()}/.gitconfig", "/etc/gitconfig", *user, *named]
