"""How a store stands: its runs, what git has not got, what to do next."""

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mltrack.api.git_notice import store_ignored_by, words_of
from mltrack.api.store import opened_store
from mltrack.api.uncommitted import Uncommitted, uncommitted
from mltrack.errors import IntegrityError, MltrackError
from mltrack.gc.objects import objects_of
from mltrack.progress import Share, nobody
from mltrack.registry import reader
from mltrack.registry.contest_errors import contests_of
from mltrack.registry.dependants import living_versions_of
from mltrack.registry.entities import ModelState
from mltrack.registry.gates.parsing import faults_in
from mltrack.registry.index import is_stale
from mltrack.registry.requests import requests_told
from mltrack.store.layout import STORE_NAME
from mltrack.store.staging import Ignored
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import Found, list_runs
from mltrack.tracking.entities import RunRecord, RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a store stands.

    Attributes:
        root: where the store lies.
        by_status: how many runs have each status, those left out that were removed.
        removed: how many were removed, or went with their experiment.
        running: the runs that are running.
        lost: the runs that ended without a word.
        broken: ids of the runs that cannot be read.
        git: what git has not got; None where there is no git.
        ignored: what keeps the whole store out of git; None where nothing does.
        contested: a line for each stage, number or alias on which branches disagree.
        requests: a line for each promotion that is proposed and still open.
        only_here: how many artifacts lie in objects/, which git does not carry.
        only_here_bytes: how large these are together.
        stale: whether registry.yaml is not what the events say, on the branch where it belongs.
        warnings: a line for each thing that could not be read whole, is contested, or is stale.
        next_steps: commands worth running now.
    """

    root: Path
    by_status: dict[str, int]
    removed: int
    running: tuple[RunRecord, ...]
    lost: tuple[RunRecord, ...]
    broken: tuple[str, ...]
    git: Uncommitted | None
    ignored: Ignored | None
    contested: tuple[str, ...]
    requests: tuple[str, ...]
    only_here: int
    only_here_bytes: int
    stale: bool
    warnings: tuple[str, ...]
    next_steps: tuple[str, ...]

    @property
    def uncommitted(self) -> tuple[str, ...] | None:
        """Return ids of the runs that git has not got whole; None where there is no git."""
        return None if self.git is None else self.git.runs


def store_status(*, progress: Share = nobody) -> Status:
    """Return how the store stands.

    Args:
        progress: is told how many runs are read, where many have to be.

    Raises:
        NotFoundError: there is no store.
    """
    store = opened_store()
    listing = list_runs(store, deleted=True, tell=progress)
    runs = [run for run in listing.runs if not run.hidden]
    running = tuple(run for run in listing.runs if run.status is RunStatus.RUNNING)
    models = reader.list_models(store)
    contests = [error for model in models.models for error in contests_of(model)]
    stale = is_stale(store, models.models)
    ignored = store_ignored_by(store)
    missing = uncommitted(store, live=[r.id for r in running], is_ignored=ignored is not None)
    objects = _objects_here(store)
    return Status(
        root=store.root,
        by_status=dict(Counter(str(run.status) for run in runs)),
        removed=len(listing.runs) - len(runs),
        running=running,
        lost=tuple(run for run in runs if run.status is RunStatus.LOST),
        broken=tuple(listing.broken),
        git=missing,
        ignored=ignored,
        contested=tuple(error.message for error in contests),
        requests=tuple(line for model in models.models for line in requests_told(model)),
        only_here=len(objects),
        only_here_bytes=sum(objects),
        stale=stale,
        warnings=(
            *listing.warnings,
            *models.warnings,
            *(error.message for error in contests),
            *_removed_but_needed(listing, models.models),
            *faults_in(store.settings),
            *(["registry.yaml is stale"] if stale else []),
            *([f"git does not see the store: {words_of(store, ignored)}"] if ignored else []),
        ),
        next_steps=(
            *_mending(contests, listing, stale=stale),
            *_next(store, listing, missing, ignored),
        ),
    )


def _objects_here(store: Store) -> list[int]:
    """Return the size of each object; none where a link stands in their place."""
    try:
        return [kept.size_bytes for kept in objects_of(store.layout)]
    except IntegrityError:
        return []


def _mending(contests: Sequence[MltrackError], listing: Found, *, stale: bool) -> list[str]:
    return [
        *(error.fix for error in contests[:1] if error.fix.startswith("mltrack")),
        *(["mltrack registry index"] if stale else []),
        *(["mltrack fsck"] if listing.broken else []),
    ]


def _removed_but_needed(listing: Found, models: Sequence[ModelState]) -> list[str]:
    """Return a line for each run that one branch removed and another gave to a model."""
    return [
        f"{version.uri} is the model of run {run.handle}, which was removed: "
        f"mltrack restore {run.handle}"
        for run in listing.runs
        if run.deleted
        for version in living_versions_of(models, run.id)
    ]


def _next(
    store: Store, listing: Found, missing: Uncommitted | None, ignored: Ignored | None
) -> tuple[str, ...]:
    if not listing.runs:
        return ("mltrack run . (or call mltrack.start_run() in a script)",)
    steps = ["mltrack ls"]
    if missing is not None and missing.files:
        here = store.project == Path.cwd()
        program = "git" if here else f"git -C {shlex.quote(str(store.project))}"
        stage = "mltrack add --all" if ignored else f"{program} add {STORE_NAME}"
        steps.append(f"{stage} && {program} commit -m 'Record runs'")
    return tuple(steps)
