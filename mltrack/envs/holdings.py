"""What the cache holds besides environments: data, loans, installers, and what was left behind."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from mltrack.envs import leftovers, shelf
from mltrack.envs.home import Home
from mltrack.envs.items import Item, Kind, item_of
from mltrack.store import checkouts
from mltrack.store.atomic import maker_of
from mltrack.store.liveness import is_running

_SCRATCH_SECONDS = 3600.0
"""The cache may be shared with a machine whose processes are not seen from here."""
_GONE = "of a process that is gone"


def ageing(home: Home) -> Iterator[Item]:
    """Yield what is of use until nobody has used it for long."""
    for path in leftovers.folders(home.root / "data"):
        yield item_of(Kind.DATASET, path, home)
    if home.digests.is_file():
        yield item_of(Kind.DATASET, home.digests, home)
    for path in leftovers.folders(home.root / "libraries"):
        yield item_of(Kind.LOAN, path, home)
    for path in leftovers.folders(home.root / "bridge"):
        is_there = (path / "mltrack").exists()
        yield item_of(Kind.LOAN, path, home, "" if is_there else "its mltrack is gone")
    for path in sorted(home.root.glob("installer-*")):
        is_there = shelf.python_of(path).exists()
        yield item_of(Kind.INSTALLER, path, home, "" if is_there else "its Python is gone")


def left_behind(home: Home) -> Iterator[Item]:
    """Yield what nobody will use any more."""
    for path in leftovers.unfinished(home):
        yield item_of(Kind.LEFTOVER, path, home, "a build that did not end")
    for path in _scratch(home):
        yield item_of(Kind.LEFTOVER, path, home, _GONE)
    for path in checkouts.left_behind(home.root):
        yield item_of(Kind.CHECKOUT, path, home, _GONE)


def _scratch(home: Home) -> Iterator[Path]:
    for path in sorted(home.tmp.iterdir()) if home.tmp.is_dir() else ():
        maker = maker_of(path.name)
        with contextlib.suppress(OSError):
            idle = time.time() - path.lstat().st_mtime
            if maker is not None and not is_running(maker) and idle > _SCRATCH_SECONDS:
                yield path
