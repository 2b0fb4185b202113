"""What code is, whatever commit it came from: the tree of its files without those of a store."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.store import git
from mltrack.store.checkouts import CALM
from mltrack.store.layout import IN_STORE, OUTSIDE_STORE

_DIFF = ("diff", "--no-renames", "--no-ext-diff", "--no-textconv", "-O/dev/null")
_UNIFIED = (
    *("-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"),
    *(*_DIFF, "--no-color", "--unified=3"),
)


class Change(NamedTuple):
    """A file that differs: how many lines came and went; None for a file that is no text."""

    path: str
    added: int | None
    removed: int | None


class Contents:
    """Names the content of code by the id of its tree; what git makes for it goes with this."""

    def __init__(self, top: Path, scratch: Path) -> None:
        objects = git.git("rev-parse", "--git-path", "objects", cwd=top)
        self._top = top
        self._env = {
            "GIT_INDEX_FILE": str(scratch / "index"),
            "GIT_OBJECT_DIRECTORY": str(scratch / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{top / objects}"',
        }
        (scratch / "objects").mkdir()
        self._trees: dict[tuple[str | None, bytes], str] = {}

    def tree(self, start: str | None, patch: bytes) -> str:
        """Return the tree of a commit, None for nothing, with a patch and without a store's files.

        Raises:
            GitError: the commit is not here, or the patch does not fit.
        """
        known = self._trees.get((start, patch))
        if known is None:
            known = self._trees[start, patch] = self._made(start, patch)
        return known

    def _made(self, start: str | None, patch: bytes) -> str:
        self._git("read-tree", *([start] if start else ["--empty"]))
        if patch:
            options = ("--cached", "--binary", "--whitespace=nowarn")
            self._git("apply", *options, "-", stdin=patch)
        names = self._git("ls-files", "-z", "--", IN_STORE)
        if names:
            self._git("update-index", "-z", "--force-remove", "--stdin", stdin=names)
        return self._git("write-tree").decode().strip()

    def changes(self, before: str, after: str, paths: Sequence[str] = ()) -> list[Change]:
        """Return the files in which two trees differ: all, or those below some paths."""
        told = self._git(*_DIFF, "--numstat", "-z", before, after, "--", *paths)
        return [_change(line) for line in os.fsdecode(told).split("\0") if line]

    def diff(self, before: str, after: str, paths: Sequence[str] = ()) -> bytes:
        """Return the difference of two trees as a unified diff, whatever the user's settings."""
        return self._git(*_UNIFIED, before, after, "--", *paths)

    def _git(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        return git.git_bytes(*CALM, *arguments, cwd=self._top, env=self._env, stdin=stdin)


def unwatched(top: Path) -> list[str]:
    """Return the files of a work tree that git takes for unchanged because it was told to.

    Raises:
        GitError: git is missing or refused.
    """
    told = os.fsdecode(git.git_bytes("ls-files", "-v", "-z", "--", *OUTSIDE_STORE, cwd=top))
    marked = [line[2:] for line in told.split("\0") if line[:1] == "S" or line[:1].islower()]
    return [name for name in marked if os.path.lexists(top / name)]  # noqa: TID251 - a link too


@contextlib.contextmanager
def contents(top: Path) -> Iterator[Contents]:
    """Give what names the content of code in the repository of a work tree.

    Raises:
        GitError: git is missing or refused.
    """
    with tempfile.TemporaryDirectory(prefix="mltrack-") as scratch:
        yield Contents(top, Path(scratch))


def _change(line: str) -> Change:
    added, removed, path = line.split("\t", 2)
    return Change(path, _count(added), _count(removed))


def _count(text: str) -> int | None:
    return None if text == "-" else int(text)
