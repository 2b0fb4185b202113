"""What lies in the cache: the environments that are whole, how large they are, who uses them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import leases, leftovers, shelf
from mltrack.envs.home import Home
from mltrack.envs.leases import Lease
from mltrack.envs.shelf import Marker
from mltrack.errors import NotFoundError, UsageError
from mltrack.progress import Share, nobody

_BLOCK = 512


class Cached(NamedTuple):
    """An environment in the cache.

    Attributes:
        id: its name, and that of its folder.
        folder: where it lies.
        marker: what it says of itself.
        size_bytes: what its files take, those too that it shares with the installer's own cache.
        own_bytes: what of that would be free if it were removed.
        used: when it was used last, in Unix seconds.
        in_use: who uses it now.
        broken: why it cannot be used any more; empty where it can.
    """

    id: str
    folder: Path
    marker: Marker
    size_bytes: int
    own_bytes: int
    used: float
    in_use: tuple[Lease, ...]
    broken: str

    @property
    def lock(self) -> str:
        """Return its resolved set, as the project records it that built it."""
        try:
            return (self.folder / shelf.PACKAGES).read_text("utf-8")
        except OSError:
            return ""


def environments(home: Home, progress: Share = nobody) -> list[Cached]:
    """Return the environments that are whole, the one that was used last first."""
    folders = leftovers.folders(home.envs)
    found = []
    for number, folder in enumerate(folders, start=1):
        progress(number, len(folders), "environments")
        if one := look(folder, home):
            found.append(one)
    return sorted(found, key=lambda one: (-one.used, one.id))


def look(folder: Path, home: Home) -> Cached | None:
    """Return what a folder of the cache is; None where it is no whole environment."""
    marker = shelf.marker_of(folder)
    if marker is None:
        return None
    sizes = _sizes(folder)
    try:
        used = (folder / shelf.MARKER).stat().st_mtime
    except OSError:
        return None
    return Cached(
        id=folder.name,
        folder=folder,
        marker=marker,
        size_bytes=sum(size for size, _ in sizes.values()),
        own_bytes=sum(size for size, elsewhere in sizes.values() if not elsewhere),
        used=used,
        in_use=tuple(leases.of(folder.name, home)),
        broken=_broken(folder, marker),
    )


def _broken(folder: Path, marker: Marker) -> str:
    if not shelf.python_of(folder).exists():
        return f"its Python is gone: {marker.interpreter}"
    if not any(line.startswith("-e ") for line in marker.requirements):
        return ""
    from mltrack.envs import resolved

    used = resolved.used_in_place(shelf.python_of(folder))
    gone = next((path for path in used if not path.exists()), None)
    return f"what it uses in place is gone: {gone}" if gone else ""


def named(reference: str, home: Home) -> Cached:
    """Return the environment of an id or a key, or of the beginning of one.

    Raises:
        NotFoundError: there is none.
        UsageError: there are several.
    """
    found = {}
    for folder in leftovers.folders(home.envs):
        marker = shelf.marker_of(folder)
        if marker and (folder.name.startswith(reference) or marker.key.startswith(reference)):
            found[folder.name] = folder
    if len(found) > 1:
        raise UsageError(
            f"{reference!r} begins the names of {len(found)} environments",
            why=", ".join(sorted(found)),
            fix="give more of it",
        )
    one = next((look(folder, home) for folder in found.values()), None) if reference else None
    if one is None:
        raise NotFoundError(
            f"there is no environment {reference!r} in {home.root}", fix="see: mltrack env ls"
        )
    return one


def size_of(path: Path) -> int:
    """Return the bytes that would be free if something were removed."""
    return sum(size for size, elsewhere in _sizes(path).values() if not elsewhere)


def _sizes(top: Path) -> dict[tuple[int, int], tuple[int, bool]]:
    """Return size, and whether it has names elsewhere, of each file by device and number."""
    seen: dict[tuple[int, int], list[int]] = {}
    for entry in _entries(top):
        known = seen.setdefault((entry.st_dev, entry.st_ino), [entry.st_blocks * _BLOCK, 0, 0])
        known[1] += 1
        known[2] = 0 if _is_folder(entry) else entry.st_nlink
    return {key: (size, links > names) for key, (size, names, links) in seen.items()}


def _is_folder(status: os.stat_result) -> bool:
    import stat

    return stat.S_ISDIR(status.st_mode)


def _entries(top: Path) -> Iterator[os.stat_result]:
    """Yield what the system says of everything below a path; links are not followed."""
    waiting = [str(top)]
    try:
        yield top.lstat()
    except OSError:
        return
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    yield entry.stat(follow_symlinks=False)
        except OSError:  # no folder, or gone in this moment
            continue
