"""By what it is known that files did not change since they were read: as git knows it, by stat.

The stamp of a run is the inode of its folder, and inode, size, mtime and ctime of its run.yaml. No
write, rename, checkout, copy or restored mtime leaves all of them as they were. What changed within
two seconds of being read might change again in the same tick of the file system's clock, so that
its stamp is not kept ("racy", as git calls it), and it is read anew the next time.
"""

import os
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.store.ids import RUN_ID, is_id
from mltrack.store.layout import EVENT_SUFFIX, METRICS, RUN, Layout, is_further_writer

NUMBERS = 5
UNKNOWN = (0,) * NUMBERS
RACY_NS = 2_000_000_000
MOVING = 0
"""Stands for the stamp of a journal that may be changing."""
_MASK = 2**63 - 1

Stamp = tuple[int, ...]


class Day(NamedTuple):
    """What is seen of the runs of one day.

    Attributes:
        day: its date as a number, 20260131.
        runs: the ids of its runs, sorted.
        further: the names of the folders of further writers, sorted.
        said: the names of the files with what was said of its runs, sorted.
        stamps: five numbers for each run, in the order of the runs.
        journals: the stamps of the journals of each run that run.yaml alone does not tell.
        looked_ns: when that was seen, in nanoseconds; 0 where it was not seen now.
    """

    day: int
    runs: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    stamps: bytes = b""
    journals: Mapping[str, list[int]] = {}
    looked_ns: int = 0

    def stamp_of(self) -> dict[str, Stamp]:
        """Return the stamp of each run."""
        numbers = array("q")
        numbers.frombytes(self.stamps)
        starts = range(0, len(numbers), NUMBERS)
        return {
            r: tuple(numbers[at : at + NUMBERS]) for r, at in zip(self.runs, starts, strict=True)
        }

    def writers_of(self) -> dict[str, list[str]]:
        """Return the names of the further writers of each run that has any."""
        found: dict[str, list[str]] = {}
        for name in self.further:
            run_id, _, writer = name.partition("+")
            found.setdefault(run_id, []).append(writer)
        return found

    def said_of(self) -> dict[str, list[str]]:
        """Return the names of the files in which something was said of a run, for each run."""
        found: dict[str, list[str]] = {}
        for name in self.said:
            found.setdefault(name.partition(".")[0], []).append(name)
        return found


def packed(stamps: Iterable[Stamp]) -> bytes:
    """Return stamps as they are kept."""
    numbers = array("q")
    for stamp in stamps:
        numbers.extend(stamp)
    return numbers.tobytes()


def days_of(layout: Layout) -> Iterator[tuple[int, Path]]:
    """Yield the days that have a folder of runs, newest first."""
    for folder in layout.days("runs"):
        yield int(folder.parent.name + folder.name), folder


def listed_stamp(folder: Path) -> bytes:
    """Return by what it is known which names are in a folder; empty when that may still change."""
    looked_ns = time.time_ns()
    try:
        seen = os.lstat(folder)
    except OSError:
        return b""
    racy = is_racy(seen.st_mtime_ns, seen.st_ctime_ns, looked_ns)
    return b"" if racy else packed([_numbers(seen)])


def is_racy(mtime_ns: int, ctime_ns: int, looked_ns: int) -> bool:
    """Tell whether a file that had these times may change again without their changing.

    An mtime that lies ahead tells nothing, for anybody can set it.
    """
    lately = looked_ns - RACY_NS
    return ctime_ns > lately or lately < mtime_ns <= looked_ns


def look(layout: Layout, day: int, folder: Path) -> Day:
    """Return what is seen of the runs of a day, without reading any of them."""
    looked_ns = time.time_ns()
    try:
        with os.scandir(folder) as entries:
            found = [(e.name, e.inode()) for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError:
        found = []
    found.sort()
    is_run, date = RUN_ID.match, str(day)
    runs = [pair for pair in found if is_run(pair[0])]
    if runs and not (runs[0][0].startswith(date) and runs[-1][0].startswith(date)):
        runs = [pair for pair in runs if pair[0].startswith(date)]  # a folder put into another day
    further = [] if len(runs) == len(found) else [name for name, _ in found if _is_further(name)]
    names, stamps = _stamped(folder, runs)
    return Day(day, names, tuple(further), _said(layout, day), stamps, looked_ns=looked_ns)


def _is_further(name: str) -> bool:
    run_id, _, writer = name.partition("+")
    return is_id(run_id) and is_further_writer(writer)


def _said(layout: Layout, day: int) -> tuple[str, ...]:
    """Return the names of the files of annotations of a day; each tells what it holds."""
    try:
        names = os.listdir(layout.annotations_of(day))  # noqa: PTH208 - texts
    except OSError:
        return ()
    return tuple(sorted(name for name in names if name.endswith(EVENT_SUFFIX)))


def _stamped(folder: Path, runs: Sequence[tuple[str, int]]) -> tuple[tuple[str, ...], bytes]:
    """Return the names of the runs that have a run.yaml, and their stamps."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return (), b""
    stat = os.stat
    try:
        records = [
            stat(f"{name}/{RUN}", dir_fd=descriptor, follow_symlinks=False) for name, _ in runs
        ]
    except OSError:  # of one of them: the others are looked at apart
        return _stamped_apart(descriptor, runs)
    else:
        return tuple([name for name, _ in runs]), _packed(runs, records)
    finally:
        os.close(descriptor)


def _stamped_apart(
    descriptor: int, runs: Sequence[tuple[str, int]]
) -> tuple[tuple[str, ...], bytes]:
    names: list[str] = []
    stamps: list[bytes] = []
    for name, inode in runs:
        try:
            record = os.stat(f"{name}/{RUN}", dir_fd=descriptor, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            continue  # what has no record is no run
        except OSError:
            stamps.append(packed([UNKNOWN]))
        else:
            stamps.append(_packed([(name, inode)], [record]))
        names.append(name)
    return tuple(names), b"".join(stamps)


def _packed(runs: Sequence[tuple[str, int]], records: Sequence[os.stat_result]) -> bytes:
    """Return the stamps of runs: inodes of folders, and of each record what tells a change."""
    numbers = array("q", bytes(8 * NUMBERS * len(runs)))
    numbers[0::NUMBERS] = array("q", [inode & _MASK for _, inode in runs])
    numbers[1::NUMBERS] = array("q", [record.st_ino & _MASK for record in records])
    numbers[2::NUMBERS] = array("q", [record.st_size for record in records])
    numbers[3::NUMBERS] = array("q", [record.st_mtime_ns for record in records])
    numbers[4::NUMBERS] = array("q", [record.st_ctime_ns for record in records])
    return numbers.tobytes()


def _numbers(seen: os.stat_result) -> Stamp:
    inodes = seen.st_dev & _MASK, seen.st_ino & _MASK
    return (*inodes, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def journals_stamp(layout: Layout, run_id: str, writers: Iterable[str]) -> list[int]:
    """Return one number for each writer of a run, that changes whenever its journal does."""
    return [_journal_stamp(layout.writer_folder(run_id, writer) / METRICS) for writer in writers]


def _journal_stamp(path: Path) -> int:
    looked_ns = time.time_ns()
    try:
        seen = path.lstat()
    except OSError:
        return -1
    if is_racy(seen.st_mtime_ns, seen.st_ctime_ns, looked_ns):
        return MOVING
    return hash(_numbers(seen)) & _MASK


def has_signs(layout: Layout, run_id: str) -> bool:
    """Tell whether this machine has a mark of a writer of a run, or its heartbeat."""
    from mltrack.store.liveness import MARK_SUFFIX
    from mltrack.tracking.heartbeat import HEARTBEAT

    try:
        names = os.listdir(layout.local(run_id))  # noqa: PTH208 - texts
    except OSError:
        return False
    return any(name.endswith(MARK_SUFFIX) or name == HEARTBEAT for name in names)
