"""Make room in the cache: what was not used for long goes, never what somebody uses now."""

import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import cached, leases, leftovers, shelf
from mltrack.envs.cached import Cached
from mltrack.envs.home import Home
from mltrack.errors import ConflictError, UsageError
from mltrack.progress import Share, nobody
from mltrack.store.atomic import maker_of
from mltrack.store.liveness import is_running

JUST_USED_SECONDS = 600.0
"""What was used a moment ago may be about to be used again, and stays however much there is."""
_SCRATCH_SECONDS = 3600.0
"""The cache may be shared with a machine whose processes are not seen from here."""
_AGE = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[mhdw])\Z")
_AGE_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZE = re.compile(r"(?P<count>[0-9]{1,9}(?:\.[0-9]{1,6})?)\s?(?P<unit>[kMGT]?)i?B?\Z")
_SIZE_UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


class Kind(StrEnum):
    """What may go."""

    ENVIRONMENT = "environment"
    LEFTOVER = "leftover"
    INSTALLER = "installer"


class Item(NamedTuple):
    """Something that can go.

    Attributes:
        name: an environment's id, or a path below the cache.
        why: in some words.
        size_bytes: what would be free.
        used: when it was used last, in Unix seconds.
    """

    kind: Kind
    name: str
    path: Path
    why: str
    size_bytes: int
    used: float


class Limits(NamedTuple):
    """What may stay.

    Attributes:
        seconds: what was not used for longer goes.
        size_bytes: above this those go that were not used for longest; None for no limit.
    """

    seconds: float
    size_bytes: int | None = None


def limits_of(older_than: str, max_size: str | None) -> Limits:
    """Return limits such as `30d` and `20G`.

    Raises:
        UsageError: one of them is none.
    """
    age = _AGE.match(older_than)
    if age is None:
        raise UsageError(f"{older_than!r} is no age", fix="write it as 30d, 8w or 12h")
    seconds = float(int(age["count"]) * _AGE_UNITS[age["unit"]])
    if max_size is None:
        return Limits(seconds=seconds)
    size = _SIZE.match(max_size)
    if size is None:
        raise UsageError(f"{max_size!r} is no size", fix="write it as 20G or 500M")
    return Limits(seconds=seconds, size_bytes=int(float(size["count"]) * _SIZE_UNITS[size["unit"]]))


def planned(home: Home, limits: Limits, progress: Share = nobody) -> list[Item]:
    """Return what can go, environments first; nothing is removed."""
    now = time.time()
    going = _going(cached.environments(home, progress), limits, now)
    return [*going, *_leftovers(home), *_installers(home, now - limits.seconds)]


def _going(found: list[Cached], limits: Limits, now: float) -> Iterator[Item]:
    """Yield the environments that go: those without a Python, the old ones, then too many."""
    room = limits.size_bytes
    total = 0
    for one in found:
        total += one.own_bytes
        why = ""
        if not one.is_alive:
            why = f"its Python is gone: {one.marker.interpreter}"
        elif now - one.used > limits.seconds:
            why = "not used for long"
        elif room is not None and total > room and now - one.used > JUST_USED_SECONDS:
            why = "there are more than may be"
        if why and not one.in_use:
            total -= one.own_bytes
            yield Item(
                kind=Kind.ENVIRONMENT,
                name=one.id,
                path=one.folder,
                why=why,
                size_bytes=one.own_bytes,
                used=one.used,
            )


def _leftovers(home: Home) -> Iterator[Item]:
    unfinished = [(path, "a build that did not end") for path in leftovers.unfinished(home)]
    for path, why in [*unfinished, *((p, "of a process that is gone") for p in _scratch(home))]:
        yield _item(Kind.LEFTOVER, path, why, home)


def _scratch(home: Home) -> Iterator[Path]:
    for path in sorted(home.tmp.iterdir()) if home.tmp.is_dir() else ():
        maker = maker_of(path.name)
        with contextlib.suppress(OSError):
            idle = time.time() - path.lstat().st_mtime
            if maker is not None and not is_running(maker) and idle > _SCRATCH_SECONDS:
                yield path


def _installers(home: Home, before: float) -> Iterator[Item]:
    """Yield what holds pip for a Python that is gone, or that nobody has used for long."""
    for path in sorted(home.root.glob("installer-*")):
        with contextlib.suppress(OSError):
            if not shelf.python_of(path).exists():
                yield _item(Kind.INSTALLER, path, "its Python is gone", home)
            elif path.stat().st_mtime < before:
                yield _item(Kind.INSTALLER, path, "not used for long", home)


def _item(kind: Kind, path: Path, why: str, home: Home) -> Item:
    try:
        used = path.lstat().st_mtime
    except OSError:
        used = 0.0
    return Item(
        kind=kind,
        name=path.relative_to(home.root).as_posix(),
        path=path,
        why=why,
        size_bytes=cached.size_of(path),
        used=used,
    )


def collect(home: Home, items: list[Item], progress: Share = nobody) -> list[Item]:
    """Remove what was planned, but what somebody uses by now; return what went."""
    gone = []
    for number, item in enumerate(items, start=1):
        progress(number, len(items), "things")
        if item.kind is Kind.ENVIRONMENT:
            if not _is_as_before(item) or not _removed(item.path, home):
                continue
        else:
            _delete(item.path)
        gone.append(item)
    forget(home)
    return gone


def remove(one: Cached, home: Home) -> None:
    """Remove an environment.

    Raises:
        ConflictError: somebody uses it.
    """
    holders = leases.of(one.id, home)
    if holders or not _removed(one.folder, home):
        who = ", ".join(map(str, holders or leases.of(one.id, home))) or "another process"
        raise ConflictError(
            f"environment {one.id} is in use by {who}",
            fix="wait until that has ended, then try again",
        )


def forget(home: Home) -> None:
    """Remove the keys that name no environment any more."""
    for path in sorted(home.keys.glob("*.json")) if home.keys.is_dir() else ():
        name = shelf.name_in(path)
        if name is None or not (home.env(name) / shelf.MARKER).exists():
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _is_as_before(item: Item) -> bool:
    """Tell whether nobody has used an environment since it was planned to go."""
    try:
        return (item.path / shelf.MARKER).stat().st_mtime <= item.used
    except OSError:
        return False


def _removed(folder: Path, home: Home) -> bool:
    """Take an environment's marker away, and then the rest unless somebody came to use it.

    Who uses it says so first and looks for the marker then: one of both sees the other.
    """
    marker, aside = folder / shelf.MARKER, folder / f"{shelf.MARKER}.going"
    try:
        marker.replace(aside)
    except OSError:
        return False
    if leases.of(folder.name, home):
        with contextlib.suppress(OSError):
            aside.replace(marker)
        return False
    _delete(folder)
    return True


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
