"""Stage runs for a commit, with all that was said of them."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from mltrack.api.runs.run import Run
from mltrack.api.selectors import select_distinct
from mltrack.api.store import opened_store, start_folder
from mltrack.errors import ConflictError, MltrackError, UsageError
from mltrack.store import git, staging
from mltrack.store.layout import GITIGNORE, HIDDEN_FOLDERS, run_in
from mltrack.store.portable import IGNORED
from mltrack.store.store import COMMITTED, Store
from mltrack.tracking.ending import settle_all
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import artifacts_of

_MANY_RUNS = 200
"""For more runs than these git is asked for the whole store, not for each of their folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What was staged.

    Attributes:
        runs: the runs that were named; none where all of the store was.
        files: how many files are staged now that were not.
        left_out: ids of the live runs among all, which can be staged once they have ended.
        only_here: how many objects of the runs that were named git does not carry.
        only_here_bytes: how large these are together.
        next: the command to run now.
    """

    runs: tuple[Run, ...]
    files: int
    left_out: tuple[str, ...]
    only_here: int
    only_here_bytes: int
    next: str


def add_runs(texts: str | Sequence[str]) -> Staged:
    """Stage runs with their writers, their annotations and what was said of their experiments.

    Files are staged by their paths, whatever the project's `.gitignore` says of them.

    Raises:
        UsageError: the store is in no git work tree.
        ConflictError: a run is still written.
        NotFoundError: no run matches.
        MltrackError: git refused.
    """
    store = _in_git()
    records = select_distinct(store, texts)
    for record in records:
        _refuse_live(store, record)
    objects = {
        entry.sha256: entry.size
        for record in records
        for entry in artifacts_of(store, record)[0]
        if not entry.inline
    }
    files = _stage(store, _Wanted.of(records), _paths_of(store, records))
    return Staged(
        runs=tuple(Run(store, record) for record in records),
        files=files,
        left_out=(),
        only_here=len(objects),
        only_here_bytes=sum(objects.values()),
        next=_next(store),
    )


def add_all() -> Staged:
    """Stage all of the store that is meant for git; live runs are left out.

    Raises:
        UsageError: the store is in no git work tree.
        MltrackError: git refused.
    """
    store = _in_git()
    live = tuple(sorted({run_in(folder.name) for folder in _live_folders(store)}))
    files = _stage(store, None, [store.root])
    return Staged(
        runs=(), files=files, left_out=live, only_here=0, only_here_bytes=0, next=_next(store)
    )


def _in_git() -> Store:
    store = opened_store()
    if git.top_level(store.project) is None:
        raise UsageError(
            f"{store.project} is in no git work tree, so there is nothing to stage in",
            fix=f"git -C {shlex.quote(str(store.project))} init",
        )
    settle_all(store)
    return store


def _refuse_live(store: Store, record: RunRecord) -> None:
    ending = "" if record.status is RunStatus.RUNNING else " --as lost"
    if ending == "" or any(map(_is_live, _folders(store, record))):
        raise ConflictError(
            f"run {record.handle} ({record.name}) is still written, so it is not staged",
            why="a run that goes into git is never written again",
            fix=f"wait for its end, or: mltrack finish {record.handle}{ending}",
        )


def _folders(store: Store, record: RunRecord) -> list[Path]:
    return [store.layout.writer_folder(record.id, writer) for writer in record.writers]


def _is_live(folder: Path) -> bool:
    return (folder / GITIGNORE).exists()


def _live_folders(store: Store) -> Iterable[Path]:
    for day in store.layout.days("runs"):
        yield from (ignore.parent for ignore in day.glob(f"*/{GITIGNORE}"))


def _paths_of(store: Store, records: Sequence[RunRecord]) -> list[Path]:
    """Return where git has to look."""
    if len(records) > _MANY_RUNS:
        return [store.root]
    paths = [folder for record in records for folder in _folders(store, record)]
    paths += [store.layout.annotations(record.id) for record in records]
    said_of = set(store.layout.experiments_said_of())
    named = {record.experiment_id for record in records} & said_of
    paths += [store.layout.experiment(experiment_id) for experiment_id in sorted(named)]
    return [*dict.fromkeys(paths), *(store.root / name for name in COMMITTED)]


class _Wanted:
    """Tells which files of a store belong to some runs."""

    def __init__(self, runs: frozenset[str], experiments: frozenset[str]) -> None:
        self._runs = runs
        self._experiments = experiments

    @classmethod
    def of(cls, records: Iterable[RunRecord]) -> "_Wanted":
        runs = list(records)
        return cls(frozenset(run.id for run in runs), frozenset(run.experiment_id for run in runs))

    def has(self, path: PurePosixPath) -> bool:
        """Tell whether a file, by its path in the store, belongs to them."""
        match path.parts:
            case ("runs", _, _, folder, _, *_):
                return run_in(folder) in self._runs
            case ("annotations", _, _, file):
                return file.partition(".")[0] in self._runs
            case ("experiments", experiment_id, _):
                return experiment_id in self._experiments
        return False


def _stage(store: Store, wanted: _Wanted | None, below: Sequence[Path]) -> int:
    """Stage what git has not got of what is wanted, and return how many files these are."""
    live = {str(folder.relative_to(store.project).as_posix()) for folder in _live_folders(store)}
    try:
        new = staging.listed("--others", paths=below, cwd=store.project)
        changed = staging.listed("--modified", paths=below, cwd=store.project)
        found = [
            *(p for p in new if _is_for_git(store, p, live) and _is_meant(p, wanted, new=True)),
            *(p for p in dict.fromkeys(changed) if _is_meant(p, wanted, new=False)),
        ]
        staging.add_forced(found, cwd=store.project)
    except git.GitError as error:
        raise MltrackError(
            f"git could not stage the runs: {str(error).partition(chr(10))[0]}",
            fix=f"git -C {shlex.quote(str(store.project))} status",
        ) from error
    return len(found)


def _is_meant(path: str, wanted: _Wanted | None, *, new: bool) -> bool:
    """Tell whether a file is to be staged; the store's own three only while git lacks them."""
    inside = PurePosixPath(*PurePosixPath(path).parts[1:])
    return wanted is None or wanted.has(inside) or (new and str(inside) in COMMITTED)


def _is_for_git(store: Store, path: str, live: set[str]) -> bool:
    """Tell whether a file that git has not got is one that it may get."""
    parts = PurePosixPath(path).parts
    hidden = parts[1] in HIDDEN_FOLDERS or "/".join(parts[:5]) in live
    debris = any(fnmatchcase(part.lower(), pattern) for part in parts for pattern in IGNORED)
    marker = parts[-1] == GITIGNORE and len(parts) > 2  # noqa: PLR2004 - not the store's own
    return not (hidden or debris or marker or (store.project / path).is_symlink())


def _next(store: Store) -> str:
    here = start_folder()
    inside = git.top_level(here) == git.top_level(store.project)
    program = "git" if inside else f"git -C {shlex.quote(str(store.project))}"
    return f"{program} commit -m 'Record runs'"
