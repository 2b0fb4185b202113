"""Make room in the cache: what was not used for long goes, never what somebody uses now."""

import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import cached, holdings, leases, shelf
from mltrack.envs.cached import Cached
from mltrack.envs.home import Home
from mltrack.envs.items import Item, Kind
from mltrack.errors import ConflictError, UsageError
from mltrack.progress import Share, nobody
from mltrack.store import checkouts
from mltrack.store.atomic import unused

JUST_USED_SECONDS = 600.0
"""What was used a moment ago may be about to be used again, and stays however much there is."""
_CLOCKS_SECONDS = 60.0
"""So much may the clocks of machines that share the cache differ."""
_AGE = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[mhdw])\Z")
_AGE_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZE = re.compile(r"(?P<count>[0-9]{1,9}(?:\.[0-9]{1,6})?)\s?(?P<unit>[kMGT]?)i?B?\Z")
_SIZE_UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


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
    in_use_since = leases.oldest(home) - _CLOCKS_SECONDS
    found = [(_item(one), bool(one.in_use)) for one in cached.environments(home, progress)]
    found += [(item, item.used >= in_use_since) for item in holdings.ageing(home)]
    kinds = list(Kind)
    items = [*_going(found, limits, time.time()), *holdings.left_behind(home)]
    return sorted(items, key=lambda item: kinds.index(item.kind))


def _item(one: Cached) -> Item:
    return Item(
        kind=Kind.ENVIRONMENT,
        name=one.id,
        path=one.folder,
        why=one.broken,
        size_bytes=one.own_bytes,
        used=one.used,
    )


def _going(found: list[tuple[Item, bool]], limits: Limits, now: float) -> Iterator[Item]:
    """Yield what goes of things and whether somebody may use them: broken, old, then too many."""
    room = limits.size_bytes
    total = 0
    for item, in_use in sorted(found, key=lambda one: -one[0].used):
        total += item.size_bytes
        why = item.why
        if now - item.used > limits.seconds:
            why = why or "not used for long"
        elif room is not None and total > room and now - item.used > JUST_USED_SECONDS:
            why = why or "there is more than may be"
        if why and not in_use:
            total -= item.size_bytes
            yield item._replace(why=why)


def collect(home: Home, items: list[Item], progress: Share = nobody) -> list[Item]:
    """Remove what was planned, but what somebody uses by now; return what went."""
    gone = []
    for number, item in enumerate(items, start=1):
        progress(number, len(items), "things")
        if _collected(item, home):
            gone.append(item)
    forget(home)
    return gone


def _collected(item: Item, home: Home) -> bool:
    """Remove something unless it came into use since it was planned to go; tell whether it went."""
    if item.kind is Kind.ENVIRONMENT:
        return _is_as_before(item) and _removed(item.path, home)
    if item.kind is Kind.CHECKOUT:
        return checkouts.collect(item.path)
    if item.kind is Kind.LEFTOVER:
        _delete(item.path)
        return True
    return _moved_away(item, home)


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


def _moved_away(item: Item, home: Home) -> bool:
    """Take something aside, and then away unless it was used since it was planned to go.

    Who uses it says so first and looks whether it is there then: one of both sees the other.
    """
    aside = unused(home.tmp)
    try:
        home.tmp.mkdir(parents=True, exist_ok=True)
        item.path.rename(aside)
        if aside.lstat().st_mtime > item.used:
            aside.rename(item.path)
            return False
    except OSError:
        pass  # gone already, or made anew by who came to use it
    _delete(aside)
    return True


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
