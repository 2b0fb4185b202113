"""What git ignores, lists and stages of a work tree."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from mltrack.store.git import GitError, git_bytes


class Ignored(NamedTuple):
    """What keeps a path out of git: a pattern, and the file and line that hold it."""

    source: str
    line: str
    pattern: str


def ignored_by(path: Path, *, cwd: Path) -> Ignored | None:
    """Return what keeps a path out of git; None where nothing does or git has no answer.

    A path that git has already counts as one that it has not, so that what comes next is told of.
    """
    asked = ("check-ignore", "--verbose", "--no-index", "-z", "--stdin")
    try:
        answer = git_bytes(*asked, cwd=cwd, stdin=os.fsencode(path))
    except GitError:
        return None
    source, line, pattern, *_ = os.fsdecode(answer).split("\0")
    return None if pattern.startswith("!") else Ignored(source, line, pattern)


def add_forced(paths: Iterable[str], *, cwd: Path) -> None:
    """Stage just these files, whatever is said to be ignored.

    Args:
        paths: relative to `cwd`; no letter of them is a wildcard.
        cwd: a folder of the work tree.

    Raises:
        GitError: git is missing or refused.
    """
    named = "\0".join(paths)
    if named:
        from_input = ("--pathspec-from-file=-", "--pathspec-file-nul")
        command = ("--literal-pathspecs", "add", "--force", "--all", *from_input)
        git_bytes(*command, cwd=cwd, stdin=os.fsencode(named))


def listed(*options: str, paths: Iterable[Path], cwd: Path) -> list[str]:
    """Return what `git ls-files` lists below some paths, relative to `cwd`.

    Raises:
        GitError: git is missing or refused.
    """
    command = ("--literal-pathspecs", "ls-files", "-z", *options, "--", *map(str, paths))
    output = os.fsdecode(git_bytes(*command, cwd=cwd))
    return [name for name in output.split("\0") if name]
