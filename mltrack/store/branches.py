"""Where the index branch stands, here and at the remote, and what commits it has had."""

from pathlib import Path
from typing import NamedTuple

from mltrack.store import git
from mltrack.store.git import GitError

_ORIGIN = "refs/remotes/origin/"
_USUAL = ("main", "master")


class Tip(NamedTuple):
    """The last commit of a branch; `branch` is what people call it."""

    branch: str
    commit: str


class Commit(NamedTuple):
    """A commit, and when it was made: the committer's date in Unix seconds."""

    id: str
    time: int


def index_tip(top: Path, configured: str) -> Tip | None:
    """Return where the index branch stands; None where nothing is committed.

    That of the remote counts where it has all that is here and more; where there is no such
    branch, what is checked out.

    Args:
        top: the top of the work tree.
        configured: the branch that config.yaml names; empty where it names none.

    Raises:
        GitError: git is missing or refused.
    """
    names = [configured] if configured else ["HEAD", *_USUAL]
    found = _references(top, names)
    branch = configured or _branch_of(found)
    if branch and not configured and branch not in _USUAL:
        found |= _references(top, [branch])
    here, there = found.get(f"refs/heads/{branch}"), found.get(f"{_ORIGIN}{branch}")
    if here and there and here[1] != there[1] and _has(top, there[1], here[1]):
        here = None
    if here:
        return Tip(branch, here[1])
    if there:
        return Tip(f"origin/{branch}", there[1])
    commit = git.answer_or_none("rev-parse", "--verify", "--quiet", "HEAD^{commit}", cwd=top)
    return Tip("HEAD", commit) if commit else None


def _branch_of(found: dict[str, tuple[str, str]]) -> str:
    """Return what `git.index_branch` does where none is configured; empty for none."""
    symbolic = found.get(f"{_ORIGIN}HEAD", ("", ""))[0]
    if symbolic:
        return symbolic.removeprefix(_ORIGIN)
    return next((name for name in _USUAL if f"refs/heads/{name}" in found), "")


def _references(top: Path, names: list[str]) -> dict[str, tuple[str, str]]:
    """Return what each reference stands for, if it only does that, and its commit."""
    asked = [f"{place}{name}" for name in names for place in ("refs/heads/", _ORIGIN)]
    form = "--format=%(refname)%00%(symref)%00%(objectname)"
    lines = git.git("for-each-ref", form, *asked, cwd=top).splitlines()
    fields = (line.split("\0") for line in lines)
    return {name: (symbolic, commit) for name, symbolic, commit in fields}


def _has(top: Path, commit: str, other: str) -> bool:
    """Tell whether a commit has another one in its history."""
    try:
        git.git("merge-base", "--is-ancestor", other, commit, cwd=top)
    except GitError:
        return False
    return True


def first_parents(top: Path, commit: str) -> tuple[Commit, ...]:
    """Return a commit and its first parents, the newest first: what a branch has had.

    Raises:
        GitError: git is missing or has no such commit.
    """
    text = git.git("rev-list", "--first-parent", "--timestamp", commit, "--", cwd=top)
    pairs = (line.split() for line in text.splitlines())
    return tuple(Commit(name, int(seconds)) for seconds, name in pairs)


def is_shallow(top: Path) -> bool:
    """Tell whether a clone has not got all of its history."""
    return git.answer_or_none("rev-parse", "--is-shallow-repository", cwd=top) == "true"
