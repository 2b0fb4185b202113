"""An opened store: its paths, its settings, and what must stand before anything is written."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from mltrack.errors import ConflictError
from mltrack.store import discovery, identity, settings
from mltrack.store.atomic import explained, sync_folder, write_all, write_file
from mltrack.store.config_file import TEMPLATE, read_config
from mltrack.store.layout import CONFIG, GITIGNORE, HIDDEN_FOLDERS, Layout, refuse_links
from mltrack.store.marks import Mark, mark_of
from mltrack.store.plain import read_plain

_GITIGNORE = b"!*\n.DS_Store\n.nfs*\n*.swp\n__pycache__/\n.ipynb_checkpoints/\n"
_GITATTRIBUTES = b"""\
* -text -filter -ident -working-tree-encoding !eol !merge !diff -export-subst -export-ignore
/registry.yaml merge=union
/registry.yaml linguist-generated
/runs/*/*/*/metrics.jsonl linguist-generated
/runs/*/*/*/environment.txt linguist-generated
/runs/*/*/*/code.patch.gz linguist-generated
"""
HIDE_ALL = b"*\n"
COMMITTED = {CONFIG: TEMPLATE, GITIGNORE: _GITIGNORE, ".gitattributes": _GITATTRIBUTES}
"""What `init` writes: the same bytes everywhere, so that two branches that did it merge."""
_hiding: dict[str, Mark] = {}
"""What hid a folder from git when this process read it last, and does so while it is as it was."""


class Store:
    """A store on disk. Opening reads settings only; nothing is written before `prepare`."""

    def __init__(self, root: Path, *, flags: Mapping[str, Any] | None = None) -> None:
        self.root = root
        self.layout = Layout(root)
        self._flags = flags or {}

    @classmethod
    def find(cls, start: Path | None = None, *, explicit: str | None = None) -> "Store":
        """Open the store that a command in `start` means.

        Raises:
            NotFoundError: there is none.
        """
        return cls(discovery.find(start or Path.cwd(), explicit=explicit))

    @classmethod
    def create(cls, root: Path) -> "Store":
        """Make the store at `root`, or make whole the one that is there.

        Raises:
            StoreWriteError: the disk refused.
            ConflictError: the store's format is newer than this mltrack writes.
        """
        store = cls(root)
        store.prepare()
        store._write_committed()
        return store

    @cached_property
    def settings(self) -> settings.Settings:
        """Return the settings in force."""
        return settings.resolve(store=self.root, flags=self._flags)

    @property
    def project(self) -> Path:
        """Return the folder that holds the store: the project whose runs these are."""
        return self.root.parent

    @property
    def syncs(self) -> bool:
        """Tell whether a write waits for the disk before it returns."""
        return bool(self.settings["durability"] != "none")

    @property
    def actor(self) -> dict[str, Any]:
        """Return who is at work, as the events of the registry name them."""
        return identity.shown_actor(identity.who(self.project), self.settings["identity.user"])

    def prepare(self) -> None:
        """Make sure that what must never reach git is hidden from it; every write calls this.

        A checkout of a branch older than the store takes away what `init` wrote. That is not put
        back here: git would refuse to change to a branch that holds those files.

        Raises:
            StoreWriteError: the disk refused.
            ConflictError: the store's format is newer than this mltrack writes.
            IntegrityError: a symbolic link stands where a folder of the store must be.
        """
        if read_config(self.layout.config).is_newer:
            raise ConflictError(
                f"{self.root} is of a newer format than this mltrack writes",
                fix="pip install --upgrade mltrack-local",
            )
        is_new = not any((self.root / name / GITIGNORE).is_file() for name in HIDDEN_FOLDERS)
        if is_new:
            self._write_committed()
        with explained(self.root):
            made = [hidden_folder(self.root / name) for name in HIDDEN_FOLDERS]
            if any(made) and self.syncs:
                sync_folder(self.root)
                if is_new:  # else a power cut takes the whole store, however safe its files are
                    sync_folder(self.project)

    def _write_committed(self) -> None:
        for name, content in COMMITTED.items():
            if not (self.root / name).exists():
                write_file(self.root / name, content, tmp=self.layout.tmp)


def hidden_folder(folder: Path) -> bool:
    """Make a folder that git never sees, whatever a crash or a person left of it.

    Returns:
        Whether it was not there.
    """
    ignore = folder / GITIGNORE
    is_new, mark = False, mark_of(ignore)
    if mark and _hiding.get(str(ignore)) == mark and not folder.is_symlink():
        return False
    refuse_links(ignore)
    try:
        if read_plain(ignore) == HIDE_ALL:
            _hiding[str(ignore)] = mark
            return False
    except FileNotFoundError:
        is_new = True
        folder.mkdir(parents=True, exist_ok=True)
    hide_from_git(folder)
    return is_new


def hide_from_git(folder: Path) -> None:
    """Put a `.gitignore` of one line `*` into a folder."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    descriptor = os.open(refuse_links(folder / GITIGNORE), flags, 0o666)
    try:
        write_all(descriptor, HIDE_ALL)
    finally:
        os.close(descriptor)


def show_to_git(folder: Path) -> None:
    """Take that `.gitignore` away again."""
    (folder / GITIGNORE).unlink(missing_ok=True)
