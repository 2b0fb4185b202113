"""Figures of artifacts: one large file five times, ten thousand small ones."""

import random
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.costs import child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio
from tests.benchmarks.starting import NO_CAPTURE

GIB = 1024**3
SMALL_FILES = 10_000
_SHA256 = "sha256 of 1 GiB"


class _Large(NamedTuple):
    """What logging one large file in five runs gave."""

    ours: list[float]
    floor: list[float]
    gib: float


@cache
def _large(place: Place) -> _Large:
    size = place.size(GIB, 4 * 1024**2)
    folder = place.repository("large")
    file = place.scratch / "large.bin"
    chance = random.Random(size)
    with file.open("wb") as out:
        for _ in range(size // 2**22):
            out.write(chance.randbytes(2**22))
    place.say("1 GiB in five runs")
    found = place.spent(child("artifact", file), folder, NO_CAPTURE).json()
    blocks = sum(p.lstat().st_blocks for p in (folder / ".mltrack").rglob("*") if p.is_file())
    shutil.rmtree(folder)
    file.unlink()
    return _Large(found["ours"], found["floor"], blocks * 512 / size)


def _disk(place: Place) -> Measured:
    """The blocks of all files of the store, of five runs together."""
    return Measured(_large(place).gib, tries=1)


def _first(place: Place) -> Measured:
    """One process; the floor is `hashlib` in it, before each run. The file is in memory."""
    found = _large(place)
    return ratio(found.ours[:1], found.floor[:1], "s")


def _rest(place: Place) -> Measured:
    """The floor is `hashlib` in the same process, before each of the four runs."""
    found = _large(place)
    return ratio(found.ours[1:], found.floor[1:], "s")


def _small(place: Place) -> Measured:
    """Fresh processes for both; ours starts Python, imports mltrack, and makes a whole run.

    The floor starts `cp` and `sha256sum` once each, and writes no list of what it copied.
    """
    source = _small_files(place)
    folder = place.repository("small")
    copy = folder / "copy"
    hashed = "find copy -type f -print0 | xargs -0 sha256sum"

    def ours() -> float:
        taken = place.spent(child("artifacts", source), folder, NO_CAPTURE).cpu
        shutil.rmtree(folder / ".mltrack" / "runs")
        return taken

    def floor() -> float:
        taken = place.spent(["cp", "-r", source, copy], folder).cpu
        taken += place.spent(["sh", "-c", hashed], folder).cpu
        shutil.rmtree(copy)
        return taken

    return ratio(*place.pairs(ours, floor, tries=5), "s")


def _small_files(place: Place) -> Path:
    folder, chance = place.new("many"), random.Random(1)
    for number in range(place.size(SMALL_FILES, 100)):
        path = folder / f"{number // 100:02d}" / f"{number % 100:02d}.bin"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(chance.randbytes(500 + number % 1000))
    return folder


FIGURES = (
    Figure(
        name="artifact-disk",
        what="1 GiB logged in five runs: disk",
        bar=Bar(1.01),
        unit="GiB",
        measure=_disk,
    ),
    Figure(
        name="artifact-first", what="the first of them", floor=_SHA256, bar=Bar(1.5), measure=_first
    ),
    Figure(
        name="artifact-rest",
        what="each of the rest",
        floor=_SHA256,
        bar=Bar(1.1),
        measure=_rest,
    ),
    Figure(
        name="small-files",
        what="10,000 small files as artifacts, in a fresh process",
        floor="`cp -r` and `sha256sum` of them",
        bar=Bar(2),
        measure=_small,
    ),
)
