"""The code of any commit of the repository, in a checkout of its own: what `run --rev` runs."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mltrack.api.store import found_store
from mltrack.errors import NotFoundError
from mltrack.projects.spec import FILE_NAME, CodePlace
from mltrack.store import checkouts, git
from mltrack.store.fetching import REMOTE
from mltrack.store.layout import inside


@contextlib.contextmanager
def at_revision(path: Path, rev: str) -> Iterator[CodePlace]:
    """Give where a project lies at a commit.

    Raises:
        NotFoundError: there is no such commit, no git, or no project at that commit.
    """
    own = path.parent if path.name == FILE_NAME else path
    top, commit = _commit(own.absolute(), rev)
    store = found_store(near=own)
    project = store.project.absolute() if store else top
    below = project.relative_to(top) if project.is_relative_to(top) else Path()
    with checkouts.checked_out(top, commit) as checkout:
        folder = _inside(checkout, own.absolute().relative_to(top))
        if not (folder / FILE_NAME).is_file():
            raise NotFoundError(
                f"there is no {FILE_NAME} in {own} at {rev}",
                fix=f"see what is there: git ls-tree -r --name-only {commit[:12]}",
            )
        yield CodePlace(folder, own, checkout / below, {"rev": rev})


def _inside(checkout: Path, below: Path) -> Path:
    return inside(checkout, below.as_posix()) if below.parts else checkout


def _commit(folder: Path, rev: str) -> tuple[Path, str]:
    """Return the top of the repository that holds a folder, and the commit that a name means."""
    checkouts.require_git("--rev")
    top = git.top_level(folder)
    if top is None:
        raise NotFoundError(
            f"{folder} lies in no git repository, so there is no {rev}", fix="git init"
        )
    commit = checkouts.commit_named(top, rev)
    if commit is None:
        raise NotFoundError(
            f"{rev!r} names no commit of {top}",
            fix=f"see what there is: git log --oneline --all; or fetch it: git fetch {REMOTE}",
        )
    return top, commit
