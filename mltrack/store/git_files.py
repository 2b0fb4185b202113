"""Files as of another commit, read from git without a checkout."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from mltrack.store.git import GitError, git_bytes, git_stream

_BLOCK_BYTES = 1024 * 1024


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
        folder: a folder below the top, with `/` between its parts, or a file.

    Raises:
        GitError: git is missing or has no such commit.
    """
    listed = listed_at(top, commit, folder)
    found = blobs_of(top, (blob for _, blob in listed))
    yield from (GitFile(path, blob, found[blob]) for path, blob in listed)


def blobs_of(top: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """Return the bytes of blobs by their ids.

    Raises:
        GitError: git is missing or has no such blob.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    lines = "".join(f"{blob}\n" for blob in wanted).encode()
    answer = git_bytes("cat-file", "--batch", "--buffer", cwd=top, stdin=lines)
    found: dict[str, bytes] = {}
    position = 0
    for blob in wanted:
        line_end = answer.index(b"\n", position)
        length = answer[position:line_end].rpartition(b" ")[2]
        if not length.isdigit():
            raise GitError(f"git has no blob {blob}")
        position = line_end + 1 + int(length)
        found[blob] = answer[line_end + 1 : position]
        position += 1
    return found


def write_blobs(top: Path, wanted: Sequence[tuple[str, Path]]) -> None:
    """Write blobs into files as git gives them: together, or alone, they may not fit into memory.

    Args:
        top: the top of the work tree.
        wanted: the id of each blob, and its file, whose folder is made where it is missing. Files
            of one blob are one file with several names where the disk can do that: most runs of a
            store were made in the same environment.

    Raises:
        GitError: git is missing or has no such blob.
        OSError: a file cannot be written.
    """
    first: dict[str, Path] = {}
    for blob, target in wanted:
        first.setdefault(blob, target)
    _write_each(top, first)
    for blob, target in wanted:
        if target is not first[blob]:
            target.parent.mkdir(parents=True, exist_ok=True)
            _name_again(first[blob], target)


def _write_each(top: Path, files: Mapping[str, Path]) -> None:
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{blob}\n" for blob in files).encode())
        asked.seek(0)
        with git_stream("cat-file", "--batch", "--buffer", cwd=top, stdin=asked) as answer:
            for blob, target in files.items():
                length = answer.readline().split()[-1:]
                if not length or not length[0].isdigit():
                    raise GitError(f"git has no blob {blob}")
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    _copy(answer, file, int(length[0]))
                answer.read(1)  # the end of a line that git adds


def _name_again(there: Path, target: Path) -> None:
    try:
        target.hardlink_to(there)
    except OSError:
        shutil.copyfile(there, target)


def _copy(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length:
        block = source.read(min(length, _BLOCK_BYTES))
        if not block:
            raise GitError("git ended too soon")
        target.write(block)
        length -= len(block)


def listed_at(top: Path, commit: str, *places: str) -> list[tuple[str, str]]:
    """Return the path and the blob of each plain file below folders; links are left out.

    Raises:
        GitError: git is missing or has no such commit.
    """
    listing = git_bytes(
        "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", *places, cwd=top
    )
    found: list[tuple[str, str]] = []
    for line in listing.split(b"\0"):
        head, _, path = line.partition(b"\t")
        if head.startswith(b"100"):
            found.append((path.decode("utf-8", "surrogateescape"), head.split()[2].decode()))
    return found
