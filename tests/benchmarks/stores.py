"""Stores of many invented runs: python -m tests.benchmarks.stores N FOLDER."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from mltrack.store.layout import STORE_NAME, Layout
from mltrack.store.store import Store
from tests.benchmarks.invented import RUNS_A_DAY, Invented, invented


def built(count: int, folder: Path, *, journals: bool = True) -> Path:
    """Return a folder that holds a store of so many runs; one that is there is taken as it is.

    The newest day is full: what is added to it is added where it costs most. It is built beside its
    place and put there at the end, so that one that was stopped is begun again.
    """
    if folder.exists():
        return folder
    building = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    root = Store.create(building / STORE_NAME).root
    write = partial(_write_day, root, journals=journals)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        done = 0
        for written in workers.map(write, *zip(*_days(count), strict=True)):
            done += written
            _say(f"{folder.name}: {done:,} of {count:,} runs")
    _say("\n")
    building.rename(folder)
    return folder


def extra_run(project: Path) -> Path:
    """Add one run to the newest day of a store and return its folder; it is always the same."""
    return _write(_layout(project), invented(0, RUNS_A_DAY))


def without_extra(project: Path) -> None:
    """Take the run away again that `extra_run` adds, if it is there."""
    extra = _layout(project).run_folder(invented(0, RUNS_A_DAY).id)
    shutil.rmtree(extra, ignore_errors=True)


def _layout(project: Path) -> Layout:
    return Layout(project / STORE_NAME)


def _days(count: int) -> Iterator[tuple[int, int]]:
    """Yield the age of each day and how many runs it has; the oldest takes what is left."""
    for age, first in enumerate(range(0, count, RUNS_A_DAY)):
        yield age, min(RUNS_A_DAY, count - first)


def _write_day(root: Path, age: int, count: int, *, journals: bool) -> int:
    layout = Layout(root)
    for number in range(count):
        _write(layout, invented(age, number, journal=journals))
    return count


def _write(layout: Layout, run: Invented) -> Path:
    folder = layout.run_folder(run.id)
    folder.mkdir(parents=True)
    for name, data in run.files.items():
        (folder / name).write_bytes(data)
    return folder


def _say(line: str) -> None:
    sys.stderr.write(f"\r{line}" if sys.stderr.isatty() else "")
    sys.stderr.flush()


def main() -> None:
    """Build the store that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stores", description=__doc__)
    parser.add_argument("count", type=int, help="how many runs")
    parser.add_argument("folder", type=Path, help="the project that is to hold the store")
    parser.add_argument("--no-journals", action="store_true", help="leave the journals out")
    asked = parser.parse_args()
    built(asked.count, asked.folder.absolute(), journals=not asked.no_journals)


if __name__ == "__main__":
    main()
