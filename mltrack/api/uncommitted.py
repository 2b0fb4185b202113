"""What git has not got of a store, and which runs that belongs to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mltrack.store import git, staging
from mltrack.store.ids import is_id
from mltrack.store.layout import GITIGNORE, HIDDEN_FOLDERS, RUN, STORE_NAME, run_in
from mltrack.store.store import Store

_UNKNOWN = "??"
_ADDED = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncommitted:
    """What the last commit does not hold.

    Attributes:
        files: how many files that are.
        runs: ids of the runs that were made, written or said something of since; those below.
        new: those of them that git knows nothing of.
        staged: those that the next commit would bring.
        changed: ids of the committed runs of which something was written or said since.
    """

    files: int = 0
    runs: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    staged: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def uncommitted(store: Store, *, live: Iterable[str], is_ignored: bool) -> Uncommitted | None:
    """Return what git has not got of a store; None where there is no git, or it has no answer.

    Args:
        store: the store.
        live: ids of the runs that git is not to have yet.
        is_ignored: whether the project keeps the store out, so that git does not tell of it.
    """
    if git.top_level(store.project) is None:
        return None
    options = ("--porcelain", "-z", "--untracked-files=all", "--no-renames")
    try:
        output = git.git("status", *options, "--", str(store.root), cwd=store.project)
        states = {_inside(line[3:]): line[:2] for line in output.split("\0") if line}
        if is_ignored:
            others = staging.listed("--others", paths=[store.root], cwd=store.project)
            states |= {_inside(path): _UNKNOWN for path in others}
    except git.GitError:
        return None
    hidden = set(live)
    return by_run({p: s for p, s in states.items() if _is_for_git(p, hidden)})


def _inside(path: str) -> str:
    """Return a path as it is below the store."""
    return path.partition(f"{STORE_NAME}/")[2]


def _is_for_git(path: str, live: set[str]) -> bool:
    top, _, below = path.partition("/")
    is_marker = below.endswith(f"/{GITIGNORE}") or (below == GITIGNORE)
    return top not in HIDDEN_FOLDERS and not is_marker and run_of(path) not in live


def by_run(states: Mapping[str, str]) -> Uncommitted:
    """Return what the files that git has not got mean for the runs.

    Args:
        states: for each path below the store, the two letters by which git tells its state.
    """
    touched = {run_id for path in states if (run_id := run_of(path))}
    records = {run_of(path): state for path, state in states.items() if _is_record(path)}
    new = {run_id for run_id, state in records.items() if state == _UNKNOWN}
    staged = {run_id for run_id, state in records.items() if state.startswith(_ADDED)}
    return Uncommitted(
        files=len(states),
        runs=tuple(sorted(touched)),
        new=tuple(sorted(new)),
        staged=tuple(sorted(staged)),
        changed=tuple(sorted(touched - new - staged)),
    )


def _is_record(path: str) -> bool:
    parts = path.split("/")
    return parts[0] == "runs" and parts[4:] == [RUN] and "+" not in parts[3]


def run_of(path: str) -> str:
    """Return the run that a file below the store belongs to; an empty text when it is of none."""
    match path.split("/"):
        case ("runs", _, _, folder, _, *_):
            run_id = run_in(folder)
        case ("annotations", _, _, file):
            run_id = file.partition(".")[0]
        case _:
            return ""
    return run_id if is_id(run_id) else ""
