"""Read what a report shows of runs: curves in one pass each, differences, pictures."""

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from mltrack.api.runs.run import Run
from mltrack.charts.labels import safe
from mltrack.charts.thinning import Curve, points_for, thinned
from mltrack.errors import MltrackError
from mltrack.progress import Share, nobody
from mltrack.query.comparing import Difference, compared
from mltrack.report.entities import Picture
from mltrack.report.pictures import ALL_BYTES, PICTURE_BYTES, data_uri, type_of
from mltrack.store.store import Store
from mltrack.tracking.history import History, histories_of
from mltrack.tracking.journals import read_journals

POINTS_IN_ALL = 240_000
"""What the curves of a page may hold together; with more curves, each is given fewer points."""
COMPARED = 8
"""More runs do not stand side by side on a page."""


def curves_of(runs: Sequence[Run], progress: Share = nobody) -> Iterator[dict[str, Curve]]:
    """Yield for each run its curves, thinned; a metric of one point has none."""
    wanted = [
        [name for name, summary in run.record.metrics.items() if summary.count > 1] for run in runs
    ]
    most = points_for(sum(map(len, wanted)), POINTS_IN_ALL)
    for done, (run, names) in enumerate(zip(runs, wanted, strict=True), 1):
        journals = read_journals(run.store, run.id) if names else []
        began = run.record.started.timestamp()
        histories = histories_of(journals, names)
        yield {name: thinned(_curve(h, began), most) for name, h in histories if len(h) > 1}
        progress(done, len(runs), "histories")


def _curve(history: History, began: float) -> Curve:
    return Curve(
        began=began,
        steps=history.steps,
        times=history.times,
        values=history.values,
        count=len(history),
    )


def compared_runs(runs: Sequence[Run]) -> tuple[tuple[Difference, ...], int]:
    """Return what differs between the first runs, and how many these are."""
    first = runs[:COMPARED]
    if len(first) < 2:  # noqa: PLR2004 - it takes two to differ
        return (), len(first)
    return tuple(compared([run.to_json() for run in first])), len(first)


def pictures_of(runs: Sequence[Run]) -> tuple[tuple[Picture, ...], int]:
    """Return the pictures that runs logged as far as a page has room, and how many it has not."""
    pictures: list[Picture] = []
    room, left_out = ALL_BYTES, 0
    for run in runs:
        for entry in run.artifacts:
            if not type_of(entry.path):
                continue
            data = _bytes_of(run, entry.path) if entry.size <= min(room, PICTURE_BYTES) else None
            uri = data_uri(entry.path, data) if data else ""
            if uri:
                room -= entry.size
                pictures.append(Picture(run=run.handle, path=safe(entry.path), uri=uri))
            else:
                left_out += 1
    return tuple(pictures), left_out


def without_folder(store: Store, runs: Iterable[Run], lines: Iterable[str]) -> tuple[str, ...]:
    """Return lines that name files without the folder that a store has on this machine.

    Args:
        store: the store that is meant.
        runs: what was read, perhaps from that store as another commit has it.
        lines: what is told of files.
    """
    roots = dict.fromkeys((store.root, *(run.store.root for run in runs)))
    folders = [f"{root.parent}{os.sep}" for root in roots]
    return tuple(
        reduce(lambda told, folder: told.replace(folder, ""), folders, line) for line in lines
    )


def _bytes_of(run: Run, path: str) -> bytes | None:
    """Return the bytes of an artifact; None where they are not here, or not those logged."""
    try:
        return run.artifact_path(path).read_bytes()
    except (MltrackError, OSError):
        return None
