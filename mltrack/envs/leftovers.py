"""What builds leave behind that were killed: environments that are not whole, and scratch."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from mltrack.envs import leases, shelf
from mltrack.envs.home import Home
from mltrack.store.atomic import maker_of
from mltrack.store.liveness import is_running


def sweep(home: Home) -> None:
    """Remove environments that are not whole and that nobody builds any more."""
    for folder in unfinished(home):
        shutil.rmtree(folder, ignore_errors=True)


def unfinished(home: Home) -> Iterator[Path]:
    """Yield the environments that are not whole and that nobody builds or removes."""
    for folder in folders(home.envs):
        marker = folder / shelf.MARKER
        if not marker.exists() and not leases.of(folder.name, home) and not marker.exists():
            yield folder  # looked at twice: it may have been finished in between


def scratch(home: Home) -> Iterator[Path]:
    """Yield what processes have left in `tmp` that are gone."""
    for path in sorted(home.tmp.iterdir()) if home.tmp.is_dir() else ():
        maker = maker_of(path.name.partition("bridge.")[2] or path.name)
        if maker is None or not is_running(maker):
            yield path


def folders(top: Path) -> list[Path]:
    """Return the folders in a folder; none where that is not there."""
    try:
        return sorted(path for path in top.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return []
