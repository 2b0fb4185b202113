"""Read runs for the catalog: one after the other, or many at once in processes of their own."""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mltrack.errors import MltrackError, NotFoundError
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.store import Store
from mltrack.tracking.catalog import documents
from mltrack.tracking.catalog.stamps import MOVING, has_signs, journals_stamp
from mltrack.tracking.entities import RunRecord

if TYPE_CHECKING:
    import subprocess

_PYTHON = re.compile(r"(python|pypy)[0-9.]*t?(\.exe)?\Z")
"""Not a program with Python in it, which would begin its own work."""
_PROGRAM = """\
import sys
from pathlib import Path
sys.path.append(str(Path(sys.argv[1]).parents[3]))
from mltrack.tracking.catalog.reading import main
main(*sys.argv[1:])
"""
"""Looks for mltrack where this process found it, but for nothing else there or in this folder."""
WORTH_PROCESSES = 1_000
"""To start processes takes as long as to read so many runs."""
MAX_PROCESSES = 8


class ToRead(NamedTuple):
    """A run that is to be read, its further writers, and the files of what was said of it."""

    run_id: str
    writers: list[str]
    said: list[str]


class Reading(NamedTuple):
    """What reading a run gave.

    Attributes:
        run_id: the run.
        record: what it is; None where it cannot be read.
        text: the same as a document.
        fault: why it cannot be read; empty where it is not there any more.
        journals: the stamps of its journals if it took them to know it, one of them 0 where they
            may be changing; empty where run.yaml told it all.
    """

    run_id: str
    record: RunRecord | None
    text: str
    fault: str
    journals: list[int]


def read_all(store: Store, wanted: Sequence[ToRead]) -> Iterator[Reading]:
    """Return what reading each run gave, in any order."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    is_python = _PYTHON.match(Path(sys.executable or "").name)
    if len(wanted) < WORTH_PROCESSES or cores == 1 or not is_python:
        return (read_one(store, run) for run in wanted)
    return read_apart(store, wanted, min(cores, MAX_PROCESSES))


def read_one(store: Store, wanted: ToRead) -> Reading:
    """Return what reading a run gave."""
    from mltrack.store.events import Events
    from mltrack.tracking import annotations
    from mltrack.tracking.reader import read_run

    run_id, writers, names = wanted
    journals: list[int] = []

    def before_journals() -> None:
        journals.extend(journals_stamp(store.layout, run_id, (MAIN_WRITER, *writers)))
        if has_signs(store.layout, run_id):
            journals.append(MOVING)

    try:
        said = annotations.said_in(store, run_id, names) if names else Events()
        record = read_run(store, run_id, writers, said, before_journals=before_journals)
    except NotFoundError:  # git has just taken it away
        return Reading(run_id, None, "", "", [])
    except MltrackError as error:
        return Reading(run_id, None, "", error.message, [])
    return Reading(run_id, record, documents.encode(record), "", journals)


def read_apart(store: Store, wanted: Sequence[ToRead], count: int) -> Iterator[Reading]:
    """Yield what `count` processes read; what one of them failed to tell is read here.

    They are programs of their own, not forks: this process may be a training with threads.
    """
    left = {run.run_id: run for run in wanted}
    children: list[subprocess.Popen[bytes]] = []
    try:
        with contextlib.suppress(OSError):  # the system gives no more processes
            children.extend(_started(store, wanted[first::count]) for first in range(count))
        waiting = children
        while waiting:  # a line of each in turn: their shares are equal
            lines = [(child, child.stdout.readline() if child.stdout else b"") for child in waiting]
            waiting = [child for child, line in lines if line]
            for reading in (_told(line) for _, line in lines if line):
                if reading is not None and left.pop(reading.run_id, None) is not None:
                    yield reading
    finally:
        for child in children:
            child.kill()
            with child:  # wait for it, and close its pipes
                pass
    yield from (read_one(store, run) for run in left.values())


def _started(store: Store, share: Sequence[ToRead]) -> "subprocess.Popen[bytes]":
    import subprocess

    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM, __file__, str(store.root.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=os.sep,
    )
    if child.stdin:
        with contextlib.suppress(BrokenPipeError), child.stdin as pipe:  # it may have died
            pipe.write(json.dumps(share).encode())
    return child


def _told(line: bytes) -> Reading | None:
    """Return what a line of a child tells; None of one that was cut off."""
    try:
        head, _, text = line.decode().rstrip("\n").partition("\t")
        run_id, fault, journals = json.loads(head)
        return Reading(run_id, documents.decode(text) if text else None, text, fault, journals)
    except (ValueError, TypeError, KeyError):
        return None


def main(reader: str, root: str) -> None:
    """Read the runs that standard input names, and tell each in a line.

    Args:
        reader: the file that this must be: nothing is read by another mltrack.
        root: the store.
    """
    if reader != __file__:
        return
    store = Store(Path(root))
    for share in json.load(sys.stdin):
        found = read_one(store, ToRead(*share))
        head = json.dumps((found.run_id, found.fault, found.journals))
        sys.stdout.write(f"{head}\t{found.text}\n")
