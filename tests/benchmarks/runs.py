"""Figures of whole runs: how fast they are made, and what they leave on the disk."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.peers import PEERS
from tests.benchmarks.place import Place
from tests.benchmarks.races import BY_HAND, MLTRACK, PEER_WAYS, UNSYNCED, Race, Way, raced
from tests.benchmarks.reading import Bar, Figure, Measured, faster, ratio

AT_ONCE = 8
_WHAT = "create and finish a run with 10 parameters one by one, 5 metrics and 3 tags"
_BY_HAND = "the same by hand with `json` and `os`, nothing synced"


def _against_hand(place: Place) -> Measured:
    """The floor keeps the same values in two files and never waits for the disk."""
    return ratio(*_pairs(place, MLTRACK, BY_HAND, lambda race: race.cpu))


def _against_peer(place: Place, way: Way, peer: str) -> Measured:
    """Both are warm: interpreter, imports and three runs are not counted. Processor time."""
    return faster(*_pairs(place, way, PEER_WAYS[peer], lambda race: race.cpu))


def _at_once(place: Place) -> Measured:
    """As `create`, in eight processes at once, by the clock on the wall."""
    pairs = _pairs(place, MLTRACK, BY_HAND, lambda race: race.wall, processes=AT_ONCE)
    return ratio(*pairs, "s")


def _at_once_against_peer(place: Place, peer: str) -> Measured:
    """The clock runs from when all eight are ready, so that no slow import of a peer counts."""
    way = PEER_WAYS[peer]
    return faster(*_pairs(place, MLTRACK, way, lambda race: race.wall, processes=AT_ONCE), "s")


def _pairs(
    place: Place, ours: Way, other: Way, of: Callable[[Race], float], *, processes: int = 1
) -> tuple[list[float], list[float]]:
    """Let both race in turn, each in a clean repository of its own."""
    mine, theirs, runs = place.repository("ours"), place.repository("theirs"), place.size(20, 2)
    return place.pairs(
        lambda: of(raced(place, ours, mine, runs=runs, processes=processes)),
        lambda: of(raced(place, other, theirs, runs=runs, processes=processes)),
        tries=9,
    )


def _fsyncs(place: Place) -> Measured:
    """Every `os.fsync` and `os.fdatasync` of the process is counted."""
    return Measured(raced(place, MLTRACK, place.repository("runs"), runs=10).fsyncs)


def _files(place: Place, *, patch: bool) -> Measured:
    """How many more files the store has for each run, wherever in it they lie."""
    return Measured(_left(place, patch=patch)[0])


def _bytes(place: Place) -> Measured:
    """How many more bytes the store has for each run, environment.txt left out."""
    return Measured(_left(place, patch=False)[1] / 1024)


def _left(place: Place, *, patch: bool) -> tuple[float, float]:
    folder = place.repository("runs")
    if patch:
        (folder / "train.py").write_text("print(2)\n")
    runs, found = 10, []
    for _ in range(2):
        raced(place, MLTRACK, folder, runs=runs)
        found.append([p for p in folder.glob(".mltrack/**/*") if p.is_file()])
    runs += 3  # those that are not timed
    size = [sum(map(_size, files)) for files in found]
    return (len(found[1]) - len(found[0])) / runs, (size[1] - size[0]) / runs


def _size(path: Path) -> int:
    return 0 if path.name == "environment.txt" else path.stat().st_size


def _of_peer(peer: str) -> tuple[Figure, ...]:
    """Return the figures that race a peer; only those that were agreed on have a bar."""
    known = peer == "mlflow"
    what, shown = f"{_WHAT}: how many times as many", f"{PEERS[peer].module}'s file store"
    return (
        Figure(
            name=f"create-{peer}",
            what=what,
            floor=shown,
            bar=Bar(5, at_least=True) if known else None,
            peer=peer,
            measure=partial(_against_peer, way=MLTRACK, peer=peer),
        ),
        Figure(
            name=f"create-unsynced-{peer}",
            what="the same with `durability: none`",
            floor=shown,
            bar=Bar(15, at_least=True) if known else None,
            peer=peer,
            measure=partial(_against_peer, way=UNSYNCED, peer=peer),
        ),
        Figure(
            name=f"at-once-{peer}",
            what=f"the same in {AT_ONCE} processes at once, by the clock, all present",
            floor=shown,
            bar=Bar(10, at_least=True) if known else None,
            peer=peer,
            measure=partial(_at_once_against_peer, peer=peer),
        ),
    )


FIGURES = (
    Figure(name="create", what=_WHAT, floor=_BY_HAND, measure=_against_hand),
    Figure(
        name="at-once",
        what=f"the same in {AT_ONCE} processes at once, by the clock, all present",
        floor=_BY_HAND,
        measure=_at_once,
    ),
    *(figure for peer in PEER_WAYS for figure in _of_peer(peer)),
    Figure(
        name="fsyncs",
        what="such a run: waits for the disk",
        bar=Bar(6),
        unit="fsyncs",
        measure=_fsyncs,
    ),
    Figure(
        name="files",
        what="such a run: what it leaves",
        bar=Bar(3),
        unit="files",
        measure=partial(_files, patch=False),
    ),
    Figure(
        name="files-patched",
        what="such a run beside uncommitted changes: what it leaves",
        bar=Bar(4),
        unit="files",
        measure=partial(_files, patch=True),
    ),
    Figure(
        name="bytes",
        what="such a run: what it leaves, environment.txt left out",
        bar=Bar(2),
        unit="KiB",
        measure=_bytes,
    ),
)
