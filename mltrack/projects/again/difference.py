"""How the code of two runs differs: the commits and patches that really ran, without a checkout."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import ConflictError, NotFoundError
from mltrack.projects.again.code import Source, patch_of
from mltrack.projects.again.content import Change, contents
from mltrack.store import git
from mltrack.store.fetching import is_here
from mltrack.store.git import GitError
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord

_FACTS = ("commit", "base", "tree", "dirty", "patch", "changed_submodules")


class CodeDifference(NamedTuple):
    """What one run's code has other than another's: file by file, and as a unified diff."""

    changes: tuple[Change, ...] = ()
    text: bytes = b""


def code_difference(
    store: Store, before: RunRecord, after: RunRecord, paths: Sequence[str] = ()
) -> CodeDifference:
    """Return how the code of two runs differs, from what is in this repository.

    Args:
        store: the store of the runs.
        before: a run.
        after: another.
        paths: only files and folders of these names, from the top of the repository.

    Raises:
        NotFoundError: a record does not tell the code, or its commit is not here.
        IntegrityError: a patch is gone or not the one that was recorded.
        ConflictError: a patch does not fit.
    """
    if before.code and all(before.code.get(k) == after.code.get(k) for k in _FACTS):
        return CodeDifference()
    top = git.top_level(store.project.absolute())
    if top is None:
        raise NotFoundError(f"{store.project} lies in no git repository, which would hold the code")
    sources = [_source(store, record, top) for record in (before, after)]
    try:
        with contents(top) as known:
            old, new = (known.tree(one.tree or one.commit, one.patch) for one in sources)
            if old == new:
                return CodeDifference()
            changes = known.changes(old, new, paths)
            return CodeDifference(tuple(changes), known.diff(old, new, paths))
    except GitError as error:
        raise ConflictError(f"git does not tell how the code differs: {error}") from error


def _source(store: Store, record: RunRecord, top: Path) -> Source:
    """Return what the code of a run is made of, as far as it is here: nothing is fetched."""
    code = record.code
    if not code or code.get("error") or "base" not in code:
        raise NotFoundError(
            f"run {record.handle} has no record of the code that ran",
            why=str(code.get("error") or "") and f"git said when it began: {code['error']}",
        )
    base, commit = code["base"], code.get("commit")
    if base is None and commit is None:
        return Source(None, patch_of(store, record))
    if is_here(top, base):
        return Source(str(base), patch_of(store, record))
    if code.get("dirty") is False:
        if is_here(top, commit):
            return Source(str(commit), b"")
        if is_here(top, code.get("tree"), "tree"):
            return Source(None, b"", str(code["tree"]))
    raise NotFoundError(
        f"the code of run {record.handle} is not here: there is no commit {base!s:.12}",
        fix="git fetch, or ask for it where the run was made",
    )
