"""Who uses an environment now: as long as somebody does, nobody removes it."""

import contextlib
import json
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs import shelf
from mltrack.envs.home import Home
from mltrack.envs.spec import Environment
from mltrack.errors import ConflictError
from mltrack.store.atomic import write_file
from mltrack.store.ids import new_writer
from mltrack.store.liveness import Life, life_of, mark_of_this_process

AT_HAND = "local"
"""Stands for the interpreter at hand, which needs no keeping; what a run of it uses does."""
_SUFFIX = ".lease"
_OF_ANOTHER_HOST_SECONDS = 30 * 86_400
"""After so long a lease of a machine that cannot be asked counts as forgotten."""


class Lease(NamedTuple):
    """Somebody who uses an environment."""

    host: str
    pid: int | None

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


@contextlib.contextmanager
def held(environment: Environment, home: Home) -> Iterator[None]:
    """Keep an environment from being removed, and the data and loans that are used with it.

    Raises:
        ConflictError: it was removed a moment ago.
        StoreWriteError: the cache cannot be written.
    """
    with taken(environment.id or AT_HAND, home):
        if environment.id and not (home.env(environment.id) / shelf.MARKER).exists():
            raise ConflictError(
                f"environment {environment.id} was removed a moment ago",
                why="mltrack env rm or gc was at work",
                fix="run it again: it is built anew",
            )
        yield


@contextlib.contextmanager
def taken(name: str, home: Home) -> Iterator[None]:
    """Hold a lease, whether or not the environment is there yet."""
    file = home.leases(name) / f"{os.getpid()}.{new_writer()}{_SUFFIX}"
    write_file(file, json.dumps(mark_of_this_process()).encode(), tmp=home.tmp, sync=False)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
            file.parent.rmdir()  # unless somebody else is there


def of(name: str, home: Home) -> list[Lease]:
    """Return who uses an environment; the leases of those who are gone are thrown away."""
    found = []
    try:
        files = sorted(home.leases(name).iterdir())
    except OSError:
        return []
    for file in files:
        mark, age = _read(file)
        life = life_of(mark)
        forgotten = life is Life.UNKNOWN and age > _OF_ANOTHER_HOST_SECONDS
        if life is Life.GONE or forgotten:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
            continue
        pid = mark.get("pid")
        found.append(Lease(str(mark.get("host", "?")), pid if isinstance(pid, int) else None))
    if not found:
        with contextlib.suppress(OSError):
            home.leases(name).rmdir()
    return found


def oldest(home: Home) -> float:
    """Return when he began who uses something of the cache for longest; infinity: nobody does."""
    began = math.inf
    for name in {file.parent.name for file in home.leases("").glob(f"*/*{_SUFFIX}")}:
        of(name, home)  # which throws away those that count no more
    for file in home.leases("").glob(f"*/*{_SUFFIX}"):
        with contextlib.suppress(OSError):  # it has ended in this moment
            began = min(began, file.stat().st_mtime)
    return began


def _read(file: Path) -> tuple[dict[str, Any], float]:
    try:
        mark = json.loads(file.read_bytes())
        age = time.time() - file.stat().st_mtime
    except (OSError, ValueError, RecursionError):
        return {}, 0.0
    return (mark, age) if isinstance(mark, dict) else ({}, 0.0)
