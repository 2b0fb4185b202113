"""Put finished files in their places: what waits for the disk waits once for all of them."""

import os
import stat
from collections.abc import Collection
from pathlib import Path

from mltrack.store.atomic import make_folder, move
from mltrack.store.layout import refuse_links
from mltrack.store.syncing import sync_files, sync_folders


class Placing:
    """Moves files of one file system to their places; a folder is looked at once for all its files.

    First `make_safe` of all, then `move` each, then `finish`: so a power cut leaves no file in its
    place that has not its bytes, and no name is promised that is not on the disk.
    """

    def __init__(self, *, sync: bool) -> None:
        self._sync = sync
        self._grown: dict[Path, None] = {}
        self._folders: dict[str, Path] = {}

    def make_safe(self, files: Collection[str | Path]) -> None:
        """Wait until the bytes of these files are on the disk, where that is wanted.

        Raises:
            OSError: the disk refused.
        """
        if self._sync:
            sync_files(files)

    def move(self, built: str, target: str) -> None:
        """Move a file to its place, in the stead of one that is there.

        Raises:
            OSError: the disk refused; the file is where it was.
            IntegrityError: the place leads over a symbolic link inside the store.
        """
        self._look_at(target)
        _refuse_link(target)
        try:
            os.replace(built, target)
        except FileNotFoundError:  # git has removed the folder in the meantime
            move(Path(built), Path(target), sync=self._sync)

    def stays(self, target: str) -> None:
        """Take a file that is in its place already for one that was moved there.

        Raises:
            OSError: the disk refused.
            IntegrityError: the place leads over a symbolic link inside the store.
        """
        self._look_at(target)

    def _look_at(self, target: str) -> None:
        folder = target[: max(target.rfind("/"), target.rfind(os.sep))]
        if folder not in self._folders:
            self._folders[folder] = self._ready(Path(folder))

    def _ready(self, folder: Path) -> Path:
        if not refuse_links(folder).is_dir():
            self._grown |= dict.fromkeys(make_folder(folder))
        return folder

    def finish(self) -> None:
        """Wait until the names are on the disk, where that is wanted.

        Raises:
            OSError: the disk refused.
        """
        if self._sync:
            sync_folders({**dict.fromkeys(self._folders.values()), **self._grown})


def _refuse_link(target: str) -> None:
    try:
        if stat.S_ISLNK(os.lstat(target).st_mode):
            refuse_links(Path(target))
    except FileNotFoundError:
        pass
