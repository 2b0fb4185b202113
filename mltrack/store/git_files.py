"""Files as of another commit, read from git without a checkout."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.store.git import git_bytes


class GitFile(NamedTuple):
    """A file in a commit: where it lies below the top of the repository, its blob, its bytes."""

    path: str
    blob: str
    data: bytes


def files_at(top: Path, commit: str, folder: str) -> Iterator[GitFile]:
    """Yield the plain files below a folder as a commit has them, by path.

    Args:
        top: the top of the work tree.
        commit: the id of a commit.
        folder: a folder below the top, with `/` between its parts.

    Raises:
        GitError: git is missing or has no such commit.
    """
    listed = list(_listed(top, commit, folder))
    wanted = "".join(f"{blob}\n" for _, blob in listed).encode()
    answer = git_bytes("cat-file", "--batch", "--buffer", cwd=top, stdin=wanted)
    position = 0
    for path, blob in listed:
        line_end = answer.index(b"\n", position)
        size = int(answer[position:line_end].rpartition(b" ")[2])
        yield GitFile(path, blob, answer[line_end + 1 : line_end + 1 + size])
        position = line_end + size + 2


def _listed(top: Path, commit: str, folder: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the blob of each plain file; links and submodules are left out."""
    listing = git_bytes(
        "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", folder, cwd=top
    )
    for line in listing.split(b"\0"):
        head, _, path = line.partition(b"\t")
        if head.startswith(b"100"):
            yield path.decode("utf-8", "surrogateescape"), head.split()[2].decode()
