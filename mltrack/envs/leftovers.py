"""What builds leave behind that were killed: environments that are not whole."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from mltrack.envs import leases, shelf
from mltrack.envs.home import Home
from mltrack.store.ids import WRITER


def sweep(home: Home) -> None:
    """Remove environments that are not whole and that nobody builds any more."""
    for folder in unfinished(home):
        if WRITER.match(folder.name):  # else of a layout that an older mltrack may still use
            shutil.rmtree(folder, ignore_errors=True)


def unfinished(home: Home) -> Iterator[Path]:
    """Yield the environments that are not whole and that nobody builds or removes."""
    for folder in folders(home.envs):
        if shelf.is_whole(folder) or leases.of(folder.name, home):
            continue
        if not shelf.is_whole(folder):  # looked at twice: it may have been finished in between
            yield folder


def folders(top: Path) -> list[Path]:
    """Return the folders in a folder; none where that is not there."""
    try:
        return sorted(path for path in top.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return []
