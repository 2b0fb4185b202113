"""Tell what a branch adds, for a pull request: runs, deltas to its base, what gates found."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Unpack

from mltrack.api.output_files import place_of, written
from mltrack.api.registry.history import registry_history
from mltrack.api.reports.chosen import NEWEST, Chosen, chosen_by, named_runs
from mltrack.api.reports.facts import without_folder
from mltrack.api.runs.run import Run
from mltrack.api.runs.search import search_runs
from mltrack.api.runs.search_options import NarrowOptions
from mltrack.api.store import opened_store
from mltrack.errors import NotFoundError, UsageError
from mltrack.query.keys import metric_key
from mltrack.registry import reader
from mltrack.registry.contest_errors import contests_of
from mltrack.report.comment import Added, Branch, comment_on
from mltrack.store import checkouts, git
from mltrack.store.layout import RUN
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord, RunStatus

_EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What a commit has of a store: the ids of its runs, the names of its registry events."""

    runs: frozenset[str]
    events: frozenset[str]


def branch_report(
    base: str,
    runs: str | Sequence[str] = (),
    *,
    limit: int | None = NEWEST,
    **narrow: Unpack[NarrowOptions],
) -> str:
    """Return a comment in Markdown on what this branch adds to another, committed or not.

    Args:
        base: a branch or commit; what counts is where this branch left it.
        runs: selectors, where not all of the added runs are meant.
        limit: how many of them have a row; None means all.
        narrow: what `search_runs` takes, such as `where` or `experiment`. With `max` or `min` the
            baseline is the best run of the base by that metric.

    Raises:
        UsageError: the store is in no git work tree, or runs are both named and looked for.
        NotFoundError: there is no such commit, or no such run.
    """
    return comment_on(_branch(base, chosen_by(runs, narrow, limit)))


def _branch(base: str, chosen: Chosen) -> Branch:
    store = opened_store()
    top, commit = _left(store, base)
    before, now = _held(store, top, commit), _held(store, top, "HEAD")
    found = None if chosen.runs else search_runs(**chosen.narrow)
    runs = named_runs(chosen) if found is None else found
    added = [run for run in runs if run.id not in before.runs]
    is_narrowed = chosen.runs or chosen.filters
    known = search_runs() if is_narrowed or chosen.narrow.get("sort") else runs  # the newest first
    old = [run.record for run in known if run.id in before.runs]
    best = metric_key(chosen.best).name if chosen.best else ""
    metrics = _metrics(added, best)
    curved = next((name for name in metrics if any(_has_curve(run, name) for run in added)), "")
    return Branch(
        base=base,
        commit=commit,
        runs=tuple(
            Added(
                record=run.record,
                handle=run.handle,
                baseline=_baseline(run.record, old, chosen),
                committed=run.id in now.runs,
                curve=_curve(run, curved),
            )
            for run in added
        ),
        most=chosen.limit,
        metrics=tuple(metrics),
        curved=curved,
        best=best,
        highest=chosen.highest,
        events=tuple(e for e in registry_history() if e.event not in before.events),
        handles={run.id: run.handle for run in known if run.id in before.runs},
        contested=_contested(store),
        warnings=() if found is None else without_folder(store, found, found.warnings),
    )


def write_comment(path: str | Path, text: str, *, overwrite: bool = False) -> None:
    """Write a comment to a file.

    Raises:
        ConflictError: the file is there, and `overwrite` was not given.
        UsageError: it is a folder, or lies in the store.
        StoreWriteError: the disk refused.
    """
    with written(place_of(path, overwrite=overwrite)) as stream:
        stream.write(text.encode("utf-8", "replace"))


def _left(store: Store, base: str) -> tuple[Path, str]:
    """Return the top of the work tree, and the commit at which this branch left another."""
    checkouts.require_git("a report on a branch")
    top = git.top_level(store.project)
    if top is None:
        raise UsageError(f"{store.project} is in no git work tree", fix="git init")
    commit = checkouts.commit_named(top, base)
    if commit is None:
        remote, slash, branch = base.partition("/")
        refs = f"{branch}:refs/remotes/{base}"  # a clone of one branch keeps no other by itself
        fetch = f"git fetch {remote} {refs}" if slash else "git log --oneline --all"
        raise NotFoundError(f"{base!r} names no commit of {top}", fix=fetch)
    return top, git.answer_or_none("merge-base", commit, "HEAD", cwd=top) or commit


def _held(store: Store, top: Path, commit: str) -> _Held:
    root = store.root.relative_to(top)
    folders = [(root / name).as_posix() for name in ("runs", "models")]
    options = ("--literal-pathspecs", "ls-tree", "-r", "-z", "--name-only", "--full-tree")
    try:
        listed = git.git_bytes(*options, commit, "--", *folders, cwd=top)
    except git.GitError:  # a branch without a commit has nothing
        listed = b""
    paths = [PurePosixPath(name.decode("utf-8", "replace")) for name in listed.split(b"\0")]
    return _Held(
        runs=frozenset(path.parent.name for path in paths if path.name == RUN),
        events=frozenset(path.stem for path in paths if path.parent.name == _EVENTS),
    )


def _metrics(added: Sequence[Run], best: str) -> list[str]:
    """Return the metrics of the added runs, that of the best first, those of most runs before."""
    counts: dict[str, int] = {}
    for run in added:
        for name in run.record.metrics:
            counts[name] = counts.get(name, 0) + 1
    ranked = [(name != best, name.startswith("system/"), -counts[name], name) for name in counts]
    return [name for *_, name in sorted(ranked)]


def _baseline(run: RunRecord, old: Sequence[RunRecord], chosen: Chosen) -> RunRecord | None:
    """Return the run of the base to hold one against: its best, else its newest that finished."""
    alike = [o for o in old if o.experiment_id == run.experiment_id]
    if chosen.best:
        return _best(alike, chosen)
    return next((o for o in alike if o.status is RunStatus.FINISHED), None)


def _best(runs: Sequence[RunRecord], chosen: Chosen) -> RunRecord | None:
    name = metric_key(chosen.best).name
    measured = [r for r in runs if name in r.metrics and not math.isnan(r.metrics[name].last)]
    pick = max if chosen.highest else min
    return pick(measured, key=lambda r: r.metrics[name].last) if measured else None


def _contested(store: Store) -> tuple[str, ...]:
    models = reader.list_models(store).models
    return tuple(error.message for model in models for error in contests_of(model))


def _curve(run: Run, name: str) -> Sequence[float]:
    return run.history(name).values.tolist() if _has_curve(run, name) else ()


def _has_curve(run: Run, name: str) -> bool:
    return name in run.record.metrics and run.record.metrics[name].count > 1
