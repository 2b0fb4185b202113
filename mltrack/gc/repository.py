"""The git repository around a store: its work trees, its tips, and whether it knows enough."""

from pathlib import Path
from typing import NamedTuple

from mltrack.errors import ConflictError
from mltrack.store import git
from mltrack.store.layout import STORE_NAME
from mltrack.store.store import Store

AS_WRITTEN = {"GIT_NO_REPLACE_OBJECTS": "1"}
"""Objects as they were written, not as a replacement shows them."""

_OTHER_STATE = ("*_HEAD", "MERGE_AUTOSTASH", "rebase-*/autostash", "rebase-*/orig-head")


class WorkTree(NamedTuple):
    """A work tree: its top, and where git keeps what it knows of it alone."""

    top: Path
    git_dir: Path


class Repository(NamedTuple):
    """A repository that can be asked.

    Attributes:
        top: the top of the work tree that the store lies in.
        store: where the store lies below the top, with slashes.
        trees: all its work trees, this one first.
    """

    top: Path
    store: str
    trees: tuple[WorkTree, ...]


def repository_of(store: Store, *, force: bool) -> Repository | None:
    """Return the repository that holds a store; None where there is none.

    Raises:
        ConflictError: git does not answer; or, unless forced, it knows only a part of the history,
            or a work tree is not there to be looked at.
    """
    if git.top_level(store.root) is None:
        return None
    try:
        return _asked(store, force=force)
    except git.GitError as error:
        raise unanswered(error) from error


def unanswered(error: Exception) -> ConflictError:
    """Return the error to raise where git was asked in vain."""
    return ConflictError(
        "git did not answer, so nothing was removed",
        why=str(error).partition("\n")[0],
        fix="see what git says: git fsck",
    )


def _asked(store: Store, *, force: bool) -> Repository:
    root = store.root.resolve()
    top = Path(git.git("rev-parse", "--show-toplevel", cwd=root)).resolve()
    if not force:
        _refuse_parts(top)
    own = WorkTree(top, _git_dir(top))
    others = [tree for tree in _listed(top, force=force) if tree.top != top]
    return Repository(top, root.relative_to(top).as_posix(), (own, *others))


def _git_dir(top: Path) -> Path:
    return Path(git.git("rev-parse", "--absolute-git-dir", cwd=top))


def _refuse_parts(top: Path) -> None:
    """Refuse where history that was never fetched may name objects."""
    if git.git("rev-parse", "--is-shallow-repository", cwd=top) == "true":
        raise ConflictError(
            "this clone is shallow: history that is not here may name objects",
            fix="git fetch --unshallow (or --force)",
        )
    promised = git.answer_or_none("config", "--get-regexp", r"^remote\..*\.promisor$", cwd=top)
    if promised or git.answer_or_none("config", "extensions.partialClone", cwd=top):
        raise ConflictError(
            "this clone is partial: git would have to fetch what names objects",
            fix="do it in a whole clone (or --force, and git fetches)",
        )


def _listed(top: Path, *, force: bool) -> list[WorkTree]:
    trees: list[WorkTree] = []
    for block in git.git("worktree", "list", "--porcelain", cwd=top).split("\n\n"):
        first, *more = block.strip().splitlines() or [""]
        path = Path(first.removeprefix("worktree "))
        if not first or "bare" in more:
            continue
        if path.is_dir():
            trees += _work_tree_at(path)
        elif not force:
            raise ConflictError(
                f"the linked work tree {path} is not here, so what it names cannot be seen",
                fix="if it is gone for good: git worktree prune (or --force)",
            )
    return trees


def _work_tree_at(path: Path) -> list[WorkTree]:
    """Return the work tree at a path; of a submodule's main one, git lists its git folder."""
    if git.git("rev-parse", "--is-inside-work-tree", cwd=path) != "true":
        told = git.answer_or_none("config", "core.worktree", cwd=path)
        if not told:
            return []
        path = path / told
    top = Path(git.git("rev-parse", "--show-toplevel", cwd=path)).resolve()
    return [WorkTree(top, _git_dir(top))]


def other_commits(repository: Repository) -> list[str]:
    """Return the commits that only the state of an unfinished merge or rebase names."""
    texts = [
        path.read_text(errors="replace")
        for tree in repository.trees
        for pattern in _OTHER_STATE
        for path in sorted(tree.git_dir.glob(pattern))
        if path.is_file()
    ]
    words = (line.split() for text in texts for line in text.splitlines())
    names = sorted({parts[0] for parts in words if parts and _is_object_name(parts[0])})
    checked = git.git_bytes(
        "cat-file",
        "--batch-check=%(objectname) %(objecttype)",
        cwd=repository.top,
        stdin="".join(f"{name}\n" for name in names).encode(),
    )
    lines = checked.decode().splitlines() if names else []
    return [line.split()[0] for line in lines if line.endswith(" commit")]


def _is_object_name(word: str) -> bool:
    return len(word) in {40, 64} and all(c in "0123456789abcdef" for c in word)


def stores_below(repository: Repository, paths: set[str]) -> list[Path]:
    """Return where a store may lie in any work tree: at each of these paths and at its own."""
    places = {repository.store, *paths}
    return [
        tree.top / place
        for tree in repository.trees
        for place in sorted(places)
        if (tree.top / place).is_dir()
    ]


def store_of(path: str) -> str | None:
    """Return the path of the store that a file of the repository lies in; None outside of any."""
    before, found, _ = f"/{path}".rpartition(f"/{STORE_NAME}/")
    return f"{before}/{STORE_NAME}".removeprefix("/") if found else None
