"""What git has of a store: which files changed since the commit, and the bytes it keeps of them."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from mltrack.fsck.past import Past
from mltrack.store import git, staging
from mltrack.store.git import GitError
from mltrack.store.store import Store

SEALED = ("runs", "annotations", "experiments", "models")
"""Folders in which nothing changes once it is committed."""
_CHANGED = frozenset("DMTU")
"""How `git status` says that a file is gone, changed, of another kind, or not merged."""


class GitView:
    """A store in its git work tree; every answer costs one process, and is asked for once."""

    def __init__(self, store: Store, top: Path) -> None:
        self._cwd = store.project
        self._root = store.root
        self._prefix = store.root.resolve().relative_to(top.resolve()).as_posix()

    @classmethod
    def of(cls, store: Store) -> "GitView | None":
        """Return the view; None where the store lies in no work tree or git is missing."""
        top = git.top_level(store.project)
        if top is None or not store.root.resolve().is_relative_to(top.resolve()):
            return None
        if git.answer_or_none("rev-parse", "--git-dir", cwd=store.project) is None:
            return None
        return cls(store, top)

    @cached_property
    def changed(self) -> frozenset[str]:
        """Return the committed files that are no more as committed, on the disk or in the index.

        Raises:
            GitError: git gave no answer.
        """
        options = ("--porcelain", "-z", "--untracked-files=no", "--no-renames")
        paths = [f":(top){self._prefix}/{name}" for name in SEALED]
        output = git.git_bytes("status", *options, "--", *paths, cwd=self._cwd)
        return frozenset(self._changes(output.decode("utf-8", "surrogateescape")))

    def _changes(self, output: str) -> Iterator[str]:
        for line in output.split("\0"):
            state, path = line[:2], line[3:]
            if state[:1] != "A" and set(state) & _CHANGED:
                yield path[len(self._prefix) + 1 :]

    @cached_property
    def hiding(self) -> frozenset[str]:
        """Return the `.gitignore` files of runs that git has.

        Raises:
            GitError: git gave no answer.
        """
        pattern = f":(top,glob){self._prefix}/runs/*/*/*/.gitignore"
        output = git.git_bytes("ls-files", "-z", "--full-name", "--", pattern, cwd=self._cwd)
        names = output.decode("utf-8", "surrogateescape").split("\0")
        return frozenset(name[len(self._prefix) + 1 :] for name in names if name)

    @cached_property
    def past(self) -> Past:
        """Return what all commits hold of the events of models and experiments.

        Raises:
            GitError: git gave no answer.
        """
        return Past(self._root)

    def kept(self, path: str) -> Iterator[bytes]:
        """Yield the bytes that git has of a file: the last commit's, then those that are staged."""
        for place in (f"HEAD:{self._prefix}/{path}", f":{self._prefix}/{path}"):
            try:
                yield git.git_bytes("cat-file", "blob", place, cwd=self._cwd)
            except GitError:
                continue

    def committed(self, path: str) -> bytes | None:
        """Return the bytes of a file in the last commit, or None when it has none."""
        try:
            return git.git_bytes("cat-file", "blob", f"HEAD:{self._prefix}/{path}", cwd=self._cwd)
        except GitError:
            return None

    @cached_property
    def is_ignored(self) -> bool:
        """Tell whether the project's own rules keep the store out of git."""
        probe = self._root / "runs" / "probe"
        return staging.ignored_by(probe, cwd=self._cwd) is not None
