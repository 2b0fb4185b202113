"""How a store stands: its runs, what git has not got, what to do next."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mltrack.api.store import opened_store
from mltrack.store import git
from mltrack.store.ids import is_id
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import list_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a store stands.

    Attributes:
        root: where the store lies.
        by_status: how many runs have each status.
        running: the runs that are running.
        uncommitted: ids of the runs that git has not got; None where there is no git.
        only_here: how many artifacts lie in objects/, which git does not carry.
        warnings: a line for each run that could not be read, or read whole.
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
    uncommitted = _uncommitted(store)
    return Status(
        root=store.root,
        by_status=dict(Counter(str(run.status) for run in listing.runs)),
        running=tuple(run for run in listing.runs if run.status is RunStatus.RUNNING),
        uncommitted=uncommitted,
        only_here=sum(1 for path in (store.root / "objects").glob("??/*")),
        warnings=tuple(listing.warnings),
        next_steps=_next_steps(store, listing.runs, uncommitted),
    )


def _uncommitted(store: Store) -> tuple[str, ...] | None:
    """Return the runs of which some file is new or changed in the work tree."""
    if git.top_level(store.project) is None:
        return None
    options = ("--porcelain", "-z", "--untracked-files=all", "--no-renames")
    try:
        output = git.git("status", *options, "--", str(store.root / "runs"), cwd=store.project)
    except git.GitError:
        return None
    parts = {part for line in output.split("\0") for part in line[3:].split("/")}
    return tuple(sorted({p.partition("+")[0] for p in parts if is_id(p.partition("+")[0])}))


def _next_steps(
    store: Store, runs: list[RunRecord], uncommitted: tuple[str, ...] | None
) -> tuple[str, ...]:
    if not runs:
        return ("mltrack run . (or call mltrack.start_run() in a script)",)
    steps = ["mltrack ls"]
    if uncommitted:
        steps.append(f"git add {store.root.name} && git commit -m 'Record runs'")
    return tuple(steps)
