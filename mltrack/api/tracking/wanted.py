"""Which run a caller wants: a new one, one taken up again, that of a job, the child of another."""

from typing import TYPE_CHECKING, NamedTuple

from mltrack.api.tracking import sharing
from mltrack.api.tracking.chosen import given_run, given_run_in
from mltrack.errors import UsageError
from mltrack.store.store import Store
from mltrack.tracking import open_runs
from mltrack.tracking.values import as_step

if TYPE_CHECKING:
    from mltrack.api.runs.run import Run
    from mltrack.api.tracking.active import ActiveRun

AUTO = "auto"


class Wanted(NamedTuple):
    """Which run is wanted.

    Attributes:
        name: what a new run is called; None: after the script.
        experiment: what a new run belongs to; None: the present one.
        resume: the id of a run to take up again.
        step: the step from which it goes on; None: where it ended.
        job: the key of the job whose run is wanted.
        parent: the id of the run that a new run belongs to.
    """

    name: str | None = None
    experiment: str | None = None
    resume: str | None = None
    step: int | None = None
    job: str | None = None
    parent: str | None = None


def wanted_run(
    store: Store,
    *,
    resume: str | None = None,
    step: int | None = None,
    job: str | None = None,
    parent: "Run | ActiveRun | str | bool | None" = None,
) -> Wanted:
    """Return which run is wanted, apart from its name and experiment.

    Args:
        store: the store.
        resume: a selector, or `auto` for the run of a job.
        step: the step from which that run goes on.
        job: the key of the job; None: that of the scheduler.
        parent: a run, a selector, or True for the active run.

    Raises:
        UsageError: the wishes do not go together, or there is no job or active run to speak of.
        NotFoundError: the run to resume, or the parent, is not here.
    """
    if job is not None and resume != AUTO:
        raise UsageError(
            "job names the job whose run goes on, and that was not asked for",
            fix=f'start_run(resume="auto", job={job!r}), or in a shell: --resume auto',
        )
    if step is not None and resume is None:
        raise UsageError(
            "step says where a run that is taken up again goes on, and this is a new one",
            fix=f"name the run: start_run(resume=RUN, step={step!r})",
        )
    at = None if step is None else as_step(step)
    ancestor = _parent_of(store, parent, resume)
    if resume == AUTO:
        return Wanted(step=at, job=sharing.job_of(job), parent=ancestor)
    return Wanted(resume=_selected(store, resume) if resume else None, step=at, parent=ancestor)


def _selected(store: Store, text: str) -> str:
    from mltrack.api.selectors import select_run

    return select_run(store, text).id


def _parent_of(
    store: Store, parent: "Run | ActiveRun | str | bool | None", resume: str | None
) -> str | None:
    """Return the id of the run that a new run belongs to; None where it belongs to none."""
    if parent is None or parent is False:
        return None
    if resume not in {None, AUTO}:
        raise UsageError("a run that is taken up again has the parent that it began with")
    if parent is True:
        return _parent_here(store)
    return _selected(store, parent) if isinstance(parent, str) else parent.id


def _parent_here(store: Store) -> str | None:
    live = open_runs.active()
    if live is not None:
        return live.id if live.is_kept else None
    if given_run():
        return given_run_in(store)
    raise UsageError(
        "parent=True means the active run, and none is open",
        fix="open one with start_run(), or name the parent: parent=RUN",
    )
