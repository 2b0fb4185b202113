"""Processes that nobody coordinates agree on one run: one begins it, the others join.

They meet in a folder of the store's `local/`. Whoever puts the next numbered folder there begins
the run; that is one rename, which needs no lock and works on a shared file system. The highest
number counts; when nothing can come of it any more, somebody puts the next.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import StoreWriteError
from mltrack.store import liveness
from mltrack.store.atomic import built_folder, write_file
from mltrack.store.ids import is_id
from mltrack.store.layout import refuse_links
from mltrack.store.liveness import Life
from mltrack.store.plain import read_plain
from mltrack.store.store import Store
from mltrack.tracking import notices

WAIT_SECONDS = 60.0
LOOK_SECONDS = 0.05
KEPT_SECONDS = 30 * 24 * 3600
CLAIM, AGREED = "claim", "run"


class Met(NamedTuple):
    """The run that processes agreed on, and the rows that all of them count as seen."""

    run_id: str
    seen: dict[str, int]


class Claim(NamedTuple):
    """The right, and the duty, to begin the run that others wait for."""

    folder: Path
    tmp: Path

    def tell(self, met: Met | None) -> None:
        """Tell the others which run it is; None: that none could be begun."""
        told = {"run": met.run_id, "seen": met.seen} if met else {}
        with contextlib.suppress(StoreWriteError):  # then they wait, and go on by themselves
            write_file(self.folder / AGREED, json.dumps(told).encode(), tmp=self.tmp, sync=False)


class Meeting:
    """One place where processes agree on a run.

    Args:
        store: the store.
        key: what those who are to meet have in common.
        rank: the number of this process among them, each of which takes part once; None: any.
    """

    def __init__(self, store: Store, key: str, rank: int | None = None) -> None:
        import hashlib

        self._store = store
        self._folder = store.layout.meeting(hashlib.sha256(key.encode()).hexdigest()[:20])
        self._rank = rank
        self._waits_for, self._waits_until = 0, 0.0

    def met_or_claimed(self, is_of_use: Callable[[str], bool]) -> Met | Claim:
        """Return the run that others agreed on, or the right to begin it.

        A process that lives but begins nothing is waited for, though not for ever.

        Args:
            is_of_use: whether a run that was agreed on may be joined.

        Raises:
            StoreWriteError, OSError: the disk refused.
        """
        self._store.prepare()
        while True:
            number = self._latest()
            mark, met = self._read(number)
            if met is not None and is_of_use(met.run_id) and self._takes_part(number):
                return met
            if met is None and mark is not None and self._waits(number, mark):
                time.sleep(LOOK_SECONDS)
                continue
            claim = self._claimed(number + 1)
            if claim is not None:
                return claim

    def _latest(self) -> int:
        try:
            names = os.listdir(refuse_links(self._folder))  # noqa: PTH208 - texts are enough
        except FileNotFoundError:
            return 0
        return max((int(n) for n in names if n.isascii() and n.isdecimal()), default=0)

    def _read(self, number: int) -> tuple[dict[str, Any] | None, Met | None]:
        """Return the mark of a process that may still begin its run, else the run, else nothing.

        The mark is looked at first: who is gone then has told all that will ever be told.
        """
        folder = self._place(number)
        mark = _read(folder / CLAIM)
        may_come = bool(mark) and liveness.life_of(mark) is not Life.GONE
        told = _read(folder / AGREED)
        run_id, seen = told.get("run"), told.get("seen")
        if isinstance(run_id, str) and is_id(run_id) and isinstance(seen, dict):
            return None, Met(run_id, seen)
        return (mark if may_come and not (folder / AGREED).exists() else None), None

    def _waits(self, number: int, mark: dict[str, Any]) -> bool:
        """Tell whether to wait for a process any longer."""
        now = time.monotonic()
        if number != self._waits_for:
            self._waits_for, self._waits_until = number, now + WAIT_SECONDS
        if now < self._waits_until:
            return True
        notices.say(
            f"process {mark.get('pid')} on {mark.get('host')} was to begin the run of this job and "
            f"has not within {WAIT_SECONDS:.0f} seconds; going on with another run"
        )
        return False

    def _takes_part(self, number: int) -> bool:
        """Take part as this rank; not where this rank of an earlier launch did already."""
        if self._rank is None:
            return True
        path = refuse_links(self._place(number) / _name_of(self._rank))
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
        except FileExistsError:
            return False
        return True

    def _claimed(self, number: int) -> Claim | None:
        """Put the next number there; None when another process was faster."""
        place, tmp = self._place(number), self._store.layout.tmp
        if number == 1:
            _forget_old(self._folder.parent)
        try:
            with built_folder(place, tmp=tmp, sync=False) as folder:
                (folder / CLAIM).write_text(json.dumps(liveness.mark_of_this_process()))
                if self._rank is not None:
                    (folder / _name_of(self._rank)).touch()
        except StoreWriteError:
            if not place.exists():
                raise
            return None
        return Claim(place, tmp)

    def _place(self, number: int) -> Path:
        return self._folder / f"{number:06d}"


def _name_of(rank: int) -> str:
    return f"rank-{rank}"


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(read_plain(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _forget_old(folder: Path) -> None:
    """Remove the places where nobody has met for a month; jobs find their runs without, too."""
    import shutil

    with contextlib.suppress(OSError):
        for place in list(refuse_links(folder).iterdir()):
            if time.time() - place.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(place, ignore_errors=True)
