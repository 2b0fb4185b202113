"""What a branch did to files: changed, added, removed, found without a checkout."""

from pathlib import Path
from typing import NamedTuple

from mltrack.store.git import answer_or_none, git, git_bytes

_CALM = ("-c", "core.fsmonitor=false", "--literal-pathspecs")
"""No program that is set runs, though git looks into the index, and paths are only paths."""


class Change(NamedTuple):
    """What became of a file: `A` added, `M` changed, `D` removed, `T` of another kind now."""

    status: str
    path: str
    is_plain: bool


def changes_between(top: Path, old: str, new: str, folder: str) -> list[Change]:
    """Return how the files below a folder differ between two commits.

    Raises:
        GitError: git is missing, or has no such commit.
    """
    words = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", old, new, "--")
    answer = git_bytes(*_CALM, *words, folder, cwd=top)
    fields = answer.decode("utf-8", "surrogateescape").split("\0")
    return [
        Change(head.split()[4][:1], path, is_plain=head.split()[1].startswith("100"))
        for head, path in zip(fields[0::2], fields[1::2], strict=False)
    ]


_PLAIN = (
    "log.showRoot=true",
    "log.follow=false",
    "log.showSignature=false",
    "diff.relative=false",
)
"""What a clone's own settings must not change."""


def ever_added(top: Path, base: str, head: str, folder: str) -> dict[str, set[str]]:
    """Return the files that any commit of a branch added below a folder, still there or not.

    Returns:
        For each path the blobs of the plain files that stood there when they were added.

    Raises:
        GitError: git is missing, or has no such commit.
    """
    plain = [word for setting in _PLAIN for word in ("-c", setting)]
    shown = ("log", "-c", "-z", "--format=", "--raw", "--no-abbrev", "--diff-filter=A")
    words = (*shown, "--full-history", "--no-renames", f"{base}..{head}", "--", folder)
    answer = git_bytes(*plain, *_CALM, *words, cwd=top)
    found: dict[str, set[str]] = {}
    fields = iter(answer.decode("utf-8", "surrogateescape").split("\0"))
    for field in fields:
        head_line = field.lstrip("\n")
        if not head_line.startswith(":"):  # between two commits
            continue
        path, facts = next(fields), head_line.split()
        mode, blob = facts[head_line.count(":")], facts[-2]  # one colon a parent
        if mode.startswith("100"):
            found.setdefault(path, set()).add(blob)
    return found


def merge_base(top: Path, one: str, other: str) -> str | None:
    """Return the commit from which two others come, or None when they have nothing in common."""
    return answer_or_none("merge-base", one, other, cwd=top)


def has_changes(top: Path, folder: str) -> bool:
    """Tell whether files below a folder are not as the last commit has them.

    Raises:
        GitError: git is missing.
    """
    words = ("status", "--porcelain", "--untracked-files=all", "--ignore-submodules", "--")
    return bool(git(*_CALM, *words, folder, cwd=top))
