"""What git's history has of events: all that a commit ever held, and the commits that took away."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.fsck.index_view import unpacked
from mltrack.store import git

HOLDING = ("models", "experiments")
"""Folders whose events nothing ever takes away; gc takes annotations with their run."""

_AS_WRITTEN = {"GIT_NO_REPLACE_OBJECTS": "1"}
"""History as it was written, not as a replacement shows it."""
_EVERY_COMMIT = ("--all", "--full-history", "-m", "--root", "--no-renames")
_COMMIT, _CHANGE = ">", ":"
_SHORT = 10


class Removal(NamedTuple):
    """A commit that took a file away; of a merge, that a side had it and the merge has it not."""

    commit: str
    is_merge: bool


class Kept(NamedTuple):
    """What commits hold of one file.

    Attributes:
        blobs: each form that it had, and a commit that brought it.
        removals: the commits that took it away, the newest first.
    """

    blobs: dict[str, str]
    removals: list[Removal]

    @property
    def removed_by(self) -> Removal | None:
        """Return the newest commit that took it away, rather no merge; None where none did."""
        plain = (removal for removal in self.removals if not removal.is_merge)
        return next(plain, self.removals[0] if self.removals else None)


class Signature(NamedTuple):
    """Who made a commit, and on which day."""

    author: str
    day: str


class Past:
    """The history of a store's events, read in one process of git.

    Attributes:
        files: what commits hold, by path in the store.
        is_whole: whether nothing of the history is elsewhere, as with a shallow clone.
    """

    def __init__(self, root: Path) -> None:
        """Read the history.

        Raises:
            GitError: git gave no answer.
        """
        self._root = root
        self.files: dict[str, Kept] = {}
        self.is_whole = git.git("rev-parse", "--is-shallow-repository", cwd=root) != "true"
        how = ("--raw", "--no-abbrev", f"--format={_COMMIT}%H %P", "--relative")
        words = ("-c", "core.quotePath=false", "log", *_EVERY_COMMIT, *how, "--", *HOLDING)
        commit, is_merge = "", False
        with git.git_stream(*words, cwd=root, env=_AS_WRITTEN) as answer:
            for line in answer:
                text = line.decode("utf-8", "surrogateescape").rstrip("\n")
                if text.startswith(_COMMIT):
                    commit, *parents = text[1:].split()
                    is_merge = len(parents) > 1
                elif text.startswith(_CHANGE):
                    self._take(text, Removal(commit, is_merge))

    def _take(self, change: str, by: Removal) -> None:
        facts, _, path = change.partition("\t")
        before, after, status = facts.split()[2:5]
        kept = self.files.setdefault(path, Kept({}, []))
        if status == "D":
            kept.removals.append(by)
            kept.blobs.setdefault(before, f"{by.commit}^")
        else:
            kept.blobs[after] = by.commit

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
        """Yield each form that each of these files had: its path, a commit that has it, its bytes.

        Raises:
            GitError: git gave no answer.
        """
        wanted = [(path, *form) for path in paths for form in self.files[path].blobs.items()]
        asked = "".join(f"{blob}\n" for blob in dict.fromkeys(blob for _, blob, _ in wanted))
        if not asked:
            return
        words = ("cat-file", "--batch")
        answer = git.git_bytes(*words, cwd=self._root, stdin=asked.encode(), env=_AS_WRITTEN)
        found = dict(unpacked(answer))
        yield from ((path, commit, found[blob]) for path, blob, commit in wanted if blob in found)

    def signatures(self, commits: Iterable[str]) -> dict[str, Signature]:
        """Return who made each of these commits.

        Raises:
            GitError: git gave no answer.
        """
        asked = "".join(f"{commit}\n" for commit in dict.fromkeys(commits)).encode()
        words = ("log", "--no-walk", "--stdin", "--format=%H%x00%an%x00%as")
        answer = git.git_bytes(*words, cwd=self._root, stdin=asked, env=_AS_WRITTEN)
        lines = answer.decode("utf-8", "replace").splitlines()
        rows = (line.split("\0") for line in lines)
        return {row[0]: Signature(row[1], row[2]) for row in rows if len(row) == 3}  # noqa: PLR2004


def is_partial(root: Path) -> bool:
    """Tell whether git would have to fetch what it is asked for."""
    promised = git.answer_or_none("config", "--get-regexp", r"^remote\..*\.promisor$", cwd=root)
    return bool(promised or git.answer_or_none("config", "extensions.partialClone", cwd=root))


def short(commit: str) -> str:
    """Return a commit's id as people name it."""
    return commit[:_SHORT]
