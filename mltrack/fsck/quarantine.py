"""Set things aside, with their path kept, below a folder named after the moment."""

import os
import time
from pathlib import Path

from mltrack.store.atomic import explained, sync_folder
from mltrack.store.layout import refuse_links
from mltrack.store.store import Store


class Quarantine:
    """Where one repair sets things aside; nothing is made before the first of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        self._folder = store.layout.quarantine / moment

    def take(self, path: str) -> str:
        """Move what stands at a path of the store, and return where it is now.

        A link is moved itself, not what it leads to.

        Raises:
            StoreWriteError: the disk refused.
            IntegrityError: a folder on the way is a symbolic link.
        """
        source = self._store.root / path
        refuse_links(source.parent)
        target = _unused(self._folder / path)
        refuse_links(target.parent)
        with explained(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(source, target)  # noqa: PTH104 - a link is renamed, never followed
            sync_folder(target.parent)
            sync_folder(source.parent)
        return target.relative_to(self._store.root).as_posix()


def _unused(path: Path) -> Path:
    """Return a path at which nothing stands yet."""
    found = path
    number = 1
    while found.is_symlink() or found.exists():
        found = path.with_name(f"{path.name}.{number}")
        number += 1
    return found
