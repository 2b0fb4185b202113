"""Lay runs side by side: those that are named, else the best or the newest of an experiment."""

from collections.abc import Sequence
from typing import NamedTuple

from mltrack.api.runs.run import Run
from mltrack.api.runs.runs import get_run, select_runs
from mltrack.api.runs.search import search_runs
from mltrack.api.selectors import parts_of
from mltrack.errors import NotFoundError, UsageError
from mltrack.query.comparing import Difference, compared

MOST = 50
"""More runs stand side by side on no screen."""
_TWO = 2


class SideBySide(NamedTuple):
    """Runs side by side, and the keys in which they differ.

    Attributes:
        runs: the runs; deltas are to the first.
        differences: what differs, or all that there is.
        chosen: how the runs were chosen where none was named, in words; else empty.
    """

    runs: tuple[Run, ...]
    differences: tuple[Difference, ...]
    chosen: str = ""


def compare_runs(
    texts: Sequence[str] = (),
    *,
    everything: bool = False,
    baseline: str | None = None,
    max: str | None = None,  # noqa: A002 - the word that users know
    min: str | None = None,  # noqa: A002
    experiment: str | None = None,
) -> SideBySide:
    """Return what differs between runs, in the order in which they are named.

    Args:
        texts: selectors; with none, the two best or the two newest runs of the latest experiment.
        everything: also what is the same.
        baseline: the run that the others are held against; it comes first.
        max: where no run is named, those with the highest last value of this metric.
        min: those with the lowest.
        experiment: where no run is named, the experiment to choose from.

    Raises:
        UsageError: fewer than two runs are meant, or more than can stand side by side.
        NotFoundError: no run matches.
    """
    if texts and (max or min or experiment):
        raise UsageError(
            "max, min and experiment choose the runs, and they are named already",
            fix="leave the names out, or write @max:METRIC for one of them",
        )
    _refuse_many(len(parts_of(texts)))
    first = select_runs([get_run(baseline).id]) if baseline else []
    if texts:
        others, chosen = select_runs(texts), ""
    else:
        others, chosen = _chosen(max, min, experiment, first)
    runs = list({run.id: run for run in (*first, *others)}.values())
    if len(runs) < _TWO:
        raise UsageError("compare needs two runs or more", fix="mltrack compare 1 2")
    _refuse_many(len(runs))
    lines = compared([run.to_json() for run in runs], everything=everything)
    return SideBySide(tuple(runs), tuple(lines), chosen)


def _refuse_many(count: int) -> None:
    if count > MOST:
        raise UsageError(
            f"compare lays at most {MOST} runs side by side, not {count:,}",
            fix="mltrack ls --columns KEYS shows more, and --group KEYS makes them fewer",
        )


def _chosen(
    highest: str | None, lowest: str | None, experiment: str | None, first: Sequence[Run]
) -> tuple[list[Run], str]:
    """Return the best or the newest runs of an experiment, the latest where none is named.

    They are two, or one beside a run that comes first.
    """
    if experiment is None:
        newest = search_runs(limit=1)
        if not newest:
            raise NotFoundError("there is no run to compare", fix="mltrack run PATH")
        experiment = newest[0].record.experiment_id
    found = search_runs(max=highest, min=lowest, experiment=experiment, limit=_TWO)
    beside = {run.id for run in first}
    runs = [run for run in found if run.id not in beside][: _TWO - len(first)]
    if not runs:
        return [], ""
    key = f"highest {highest}" if highest else f"lowest {lowest}" if lowest else "newest"
    named = ", ".join(f"{run.handle} ({run.name})" for run in runs)
    return runs, f"the {key} of experiment {runs[0].record.experiment}: {named}"
