"""The objects and the leftovers of a store: how old they are, and how to take one away."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.gc.runs import size_below
from mltrack.store import liveness
from mltrack.store.atomic import maker_of
from mltrack.store.layout import Layout, refuse_links

SET_ASIDE = "gc"
"""The folder in `quarantine/` where objects lie while it is seen whether somebody wants them."""

_FIRST, _REST = re.compile(r"[0-9a-f]{2}\Z"), re.compile(r"[0-9a-f]{62}\Z")


class Kept(NamedTuple):
    """A file of a store: its path, its size, and when it was last touched, in Unix seconds."""

    path: Path
    name: str
    size_bytes: int
    touched: float


def objects_of(layout: Layout) -> Iterator[Kept]:
    """Yield every object; what is not named as one, or goes meanwhile, is passed over."""
    for folder in _folders(refuse_links(layout.objects)):
        if _FIRST.match(folder.name):
            for path in _files(folder):
                with contextlib.suppress(FileNotFoundError):
                    facts = path.lstat()
                    yield Kept(path, f"{folder.name}{path.name}", facts.st_size, _touched(facts))


def _files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            named = [e for e in entries if _REST.match(e.name)]
            return [Path(e.path) for e in named if e.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def _folders(parent: Path) -> list[Path]:
    try:
        with os.scandir(parent) as entries:
            return sorted(Path(e.path) for e in entries if e.is_dir(follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _touched(facts: os.stat_result) -> float:
    """Return when a file was last written, used again, copied here or moved here."""
    return max(facts.st_mtime, facts.st_ctime)


def leftovers_of(layout: Layout) -> Iterator[Kept]:
    """Yield what processes that are gone have left in `tmp`."""
    try:
        with os.scandir(refuse_links(layout.tmp)) as entries:
            found = sorted(Path(entry.path) for entry in entries)
    except FileNotFoundError:
        return
    for path in found:
        maker = maker_of(path.name)
        if maker is not None and not liveness.is_running(maker):
            with contextlib.suppress(FileNotFoundError):
                yield Kept(path, f"tmp/{path.name}", size_below(path), _last_touched(path))


def _last_touched(path: Path) -> float:
    below = [Path(top, name) for top, _, names in os.walk(path) for name in names]
    return max(_touched(file.lstat()) for file in (path, *below))


def is_any_set_aside(layout: Layout) -> bool:
    """Tell whether a removal is at work, or was killed before it was done."""
    return bool(_folders(refuse_links(layout.quarantine / SET_ASIDE)))


def put_back(layout: Layout) -> int:
    """Put back what a removal that was killed had set aside, and return how many objects."""
    count = 0
    for folder in _folders(refuse_links(layout.quarantine / SET_ASIDE)):
        for path in sorted(folder.iterdir()):
            _return(path, layout.object(path.name))
            count += 1
        with contextlib.suppress(OSError):
            folder.rmdir()
    return count


def take_away(path: Path, layout: Layout, *, before: float) -> bool:
    """Remove an object unless somebody has used it since; tell whether it is gone.

    It is set aside first and looked at there: whoever logs the same bytes either touched it before,
    and then it goes back, or does not find it, and keeps a copy of its own. To look first and
    remove then would leave a gap between the two.

    Raises:
        OSError: the disk refused.
    """
    aside = refuse_links(layout.quarantine / SET_ASIDE / str(os.getpid()) / _name_of(path))
    aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        if _touched(path.lstat()) >= before:
            return False
        path.rename(aside)
        return settled(aside, path, before=before)
    except FileNotFoundError:
        return False
    finally:
        with contextlib.suppress(OSError):
            aside.parent.rmdir()


def settled(aside: Path, path: Path, *, before: float) -> bool:
    """Remove an object that was set aside, or put it back where it was touched before it was."""
    if aside.stat().st_mtime >= before:
        _return(aside, path)
        return False
    aside.unlink()
    return True


def _name_of(path: Path) -> str:
    return path.parent.name + path.name


def _return(aside: Path, path: Path) -> None:
    """Move an object back, unless there is another of the same bytes by now."""
    if path.exists():
        aside.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.rename(path)
