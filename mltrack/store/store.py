"""An opened store: its paths, its settings, and what must stand before anything is written."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from mltrack.errors import ConflictError
from mltrack.store import discovery, identity, settings
from mltrack.store.atomic import explained, write_file
from mltrack.store.layout import GITIGNORE, HIDDEN_FOLDERS, Layout

_GITIGNORE = b"!*\n.DS_Store\n.nfs*\n*.swp\n__pycache__/\n.ipynb_checkpoints/\n"
_GITATTRIBUTES = b"""\
* -text -filter -ident -working-tree-encoding !eol !merge !diff -export-subst -export-ignore
registry.yaml merge=union
registry.yaml linguist-generated
*.jsonl linguist-generated
environment.txt linguist-generated
code.patch.gz linguist-generated
"""
_HIDE_ALL = b"*\n"
_ALWAYS = {
    "config.yaml": settings.CONFIG_TEMPLATE,
    GITIGNORE: _GITIGNORE,
    ".gitattributes": _GITATTRIBUTES,
}


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
        """Make the store at `root`, or open the one that is there."""
        store = cls(root)
        store.prepare()
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
        return self.settings["durability"] != "none"

    @property
    def actor(self) -> dict[str, Any]:
        """Return who is at work, as the events of the registry name them."""
        return identity.shown_actor(identity.who(self.project), self.settings["identity.user"])

    def prepare(self) -> None:
        """Make sure that the folders and the files which git reads are in place.

        A checkout of a branch older than the store takes them away; every write puts them back.

        Raises:
            StoreWriteError: the disk refused.
            ConflictError: the store's format is newer than this mltrack writes.
        """
        with explained(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            for name in HIDDEN_FOLDERS:
                _hide(self.root / name)
        for name, content in _ALWAYS.items():
            if not (self.root / name).exists():
                write_file(self.root / name, content, tmp=self.layout.tmp, sync=False)
        self._refuse_newer_formats()

    def _refuse_newer_formats(self) -> None:
        data = self.layout.config.read_bytes()
        if data == settings.CONFIG_TEMPLATE:
            return
        from mltrack.store.yaml_reader import mapping_of

        version = mapping_of(data, str(self.layout.config)).get("format", settings.FORMAT)
        if isinstance(version, int) and version > settings.FORMAT:
            raise ConflictError(
                f"{self.root} is of format {version}, newer than this mltrack writes",
                fix="pip install --upgrade mltrack-local",
            )


def _hide(folder: Path) -> None:
    """Make a folder that git never sees."""
    ignore = folder / GITIGNORE
    if ignore.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    hide_from_git(folder)


def hide_from_git(folder: Path) -> None:
    """Put a `.gitignore` of one line `*` into a folder."""
    descriptor = os.open(folder / GITIGNORE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        os.write(descriptor, _HIDE_ALL)
    finally:
        os.close(descriptor)


def show_to_git(folder: Path) -> None:
    """Take that `.gitignore` away again."""
    (folder / GITIGNORE).unlink(missing_ok=True)
