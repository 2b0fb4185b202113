"""Tell without a process that git would say of a work tree what it said before.

What git answers depends on the files that it tracks or would track, the folders that hold them, its
rules of what to ignore, and its own files. When the times, sizes and numbers of all of these are
what they were, so is the answer. A file that was written in the moment in which it was looked at
may be written again without a sign, so that a look counts only once everything has been still.
"""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from mltrack.store import git
from mltrack.store.git_config import global_files
from mltrack.store.layout import OUTSIDE_STORE, STORE_NAME
from mltrack.store.marks import Mark, marks_of

STILL_SECONDS = 3.0
"""How long nothing may have changed before a look: no file system tells times in larger steps."""
MAX_PATHS = 5_000
"""To look at more takes longer than to ask git."""
_RULES = frozenset({".gitignore", ".gitattributes"})
_OF_WORK_TREE = ("HEAD", "index", "config.worktree", "info/sparse-checkout")
_OF_REPOSITORY = ("config", "packed-refs", "shallow", "info/exclude", "info/attributes")
_SUBMODULE = "160000"
_ELSEWHERE = r"^(core\.(excludesfile|attributesfile)|include(if\..*)?\.path)$"


def look_at(top: Path, asked: float) -> dict[str, Mark] | None:
    """Return the marks of all that git's answers depend on; None where these cannot vouch for them.

    Args:
        top: the top of the work tree.
        asked: when git was asked for what is to be vouched for, in Unix seconds.

    Raises:
        GitError: git is missing or refused.
        OSError: a folder cannot be read.
    """
    tracked = _tracked(top) if os.name == "posix" else None  # elsewhere no such time is told
    if tracked is None or len(tracked) > MAX_PATHS:
        return None
    rules = _rules_elsewhere(top)
    if rules is None:
        return None
    marks = marks_of([*tracked, *_in_git_folders(top), *global_files(), *rules])
    if not _were_still(marks, asked):  # else what takes longer need not be asked
        return None
    marks |= marks_of(itertools.islice(_below(str(top), _ignored(top)), MAX_PATHS))
    return marks if _were_still(marks, asked) else None


def _rules_elsewhere(top: Path) -> list[str] | None:
    """Return the files of rules that settings name; None where these include other settings."""
    try:
        answer = git.git_bytes("config", "--type=path", "-z", "--get-regexp", _ELSEWHERE, cwd=top)
    except git.GitError:  # none of them is set
        return []
    found = [os.fsdecode(line).partition("\n") for line in answer.split(b"\0") if line]
    paths = [path for key, _, path in found if key.startswith("core.") and path.startswith("/")]
    return paths if len(paths) == len(found) else None


def _were_still(marks: dict[str, Mark], asked: float) -> bool:
    latest = max(max(mark[:2]) for mark in marks.values() if mark)
    return len(marks) < MAX_PATHS and latest < (asked - STILL_SECONDS) * 1e9


def _tracked(top: Path) -> list[str] | None:
    """Return the files that git tracks; None where one is a repository of its own."""
    paths: list[str] = []
    for entry in _listed(top, "ls-files", "--stage", "-z", "--", *OUTSIDE_STORE):
        about, _, name = entry.partition("\t")
        if about.startswith(_SUBMODULE):
            return None
        paths.append(f"{top}/{name}")
    return paths


def _ignored(top: Path) -> frozenset[str]:
    """Return the paths that match a rule; a folder is among them when nothing in it can count."""
    options = ("--porcelain=v2", "-z", "--untracked-files=all", "--ignored=matching")
    records = _listed(top, "status", *options, "--no-renames", "--", *OUTSIDE_STORE)
    return frozenset(f"{top}/{r[2:].rstrip('/')}" for r in records if r.startswith("! "))


def _listed(top: Path, *arguments: str) -> list[str]:
    answer = os.fsdecode(git.git_bytes(*arguments, cwd=top))
    return [name for name in answer.split("\0") if name]


def _below(folder: str, ignored: frozenset[str]) -> Iterator[str]:
    """Yield the folders that may come to hold what counts, and what they hold now."""
    waiting = [folder]
    while waiting:
        folder = waiting.pop()
        yield folder
        with os.scandir(folder) as entries:
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and entry.name in {".git", STORE_NAME}:
                    continue
                if entry.path in ignored and entry.name not in _RULES:
                    continue
                if is_folder:
                    waiting.append(entry.path)
                else:
                    yield entry.path


def _in_git_folders(top: Path) -> Iterator[str]:
    """Yield git's own files that its answers depend on, and where its references lie."""
    answer = git.git("rev-parse", "--absolute-git-dir", "--git-common-dir", cwd=top)
    own, shared = answer.split("\n")
    common = top / shared
    yield f"{top}/.git"
    yield from (f"{own}/{name}" for name in _OF_WORK_TREE)
    yield from (f"{common}/{name}" for name in _OF_REPOSITORY)
    for folder in ("refs", "reftable"):
        if (common / folder).is_dir():
            yield from _below(str(common / folder), frozenset())
