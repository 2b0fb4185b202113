"""How a store stands: its runs, what git has not got, what to do next."""

import re
import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mltrack.api.registry import list_models
from mltrack.api.store import opened_store
from mltrack.registry.index import is_stale
from mltrack.store import git
from mltrack.store.ids import is_id
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import list_runs

_IN_A_RUN = re.compile(r"(?:\A|/)runs/[0-9]{6}/[0-9]{2}/([^/+]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a store stands.

    Attributes:
        root: where the store lies.
        by_status: how many runs have each status.
        running: the runs that are running.
        uncommitted: ids of the runs that git has not got; None where there is no git.
        only_here: how many artifacts lie in objects/, which git does not carry.
        warnings: a line for each run or model that could not be read whole, or is contested, and
            for an index that is stale.
        next_steps: commands worth running now.
    """

    root: Path
    by_status: dict[str, int]
    running: tuple[RunRecord, ...]
    uncommitted: tuple[str, ...] | None
    only_here: int
    warnings: tuple[str, ...]
    next_steps: tuple[str, ...]


def store_status() -> Status:
    """Return how the store stands.

    Raises:
        NotFoundError: there is no store.
    """
    store = opened_store()
    listing = list_runs(store)
    changed = _changed(store)
    stale = is_stale(store)
    return Status(
        root=store.root,
        by_status=dict(Counter(str(run.status) for run in listing.runs)),
        running=tuple(run for run in listing.runs if run.status is RunStatus.RUNNING),
        uncommitted=None if changed is None else _runs_among(changed),
        only_here=sum(1 for path in (store.root / "objects").glob("??/*")),
        warnings=(
            *listing.warnings,
            *list_models().warnings,
            *(["registry.yaml is stale"] if stale else []),
        ),
        next_steps=(
            *(["mltrack registry index"] if stale else []),
            *_next_steps(store, listing.runs, changed),
        ),
    )


def _changed(store: Store) -> list[str] | None:
    """Return the files of the store that are new or changed in git's eyes; None without git."""
    if git.top_level(store.project) is None:
        return None
    options = ("--porcelain", "-z", "--untracked-files=all", "--no-renames")
    try:
        output = git.git("status", *options, "--", str(store.root), cwd=store.project)
    except git.GitError:
        return None
    return [line[3:] for line in output.split("\0") if line]


def _runs_among(paths: list[str]) -> tuple[str, ...]:
    """Return the runs that some of these files belong to."""
    found = {match[1] for path in paths if (match := _IN_A_RUN.search(path))}
    return tuple(sorted(filter(is_id, found)))


def _next_steps(store: Store, runs: list[RunRecord], changed: list[str] | None) -> tuple[str, ...]:
    if not runs:
        return ("mltrack run . (or call mltrack.start_run() in a script)",)
    steps = ["mltrack ls"]
    if changed:
        here = store.project == Path.cwd()
        program = "git" if here else f"git -C {shlex.quote(str(store.project))}"
        steps.append(f"{program} add {store.root.name} && {program} commit -m 'Record runs'")
    return tuple(steps)
