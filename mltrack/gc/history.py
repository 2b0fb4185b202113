"""What git names: the manifests in every commit that anything leads to, and in every index."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import IO, NamedTuple

from mltrack.gc.mentions import digests_in
from mltrack.gc.repository import AS_WRITTEN, Repository, other_commits, store_of
from mltrack.progress import Share
from mltrack.store import git
from mltrack.store.layout import MANIFEST, RUN

_NAMING = (f":(glob)**/{MANIFEST}", f":(glob)**/{RUN}")
"""The files that name objects; run.yaml names the parameters that are kept as files."""


class InGit(NamedTuple):
    """What git holds.

    Attributes:
        digests: what its manifests name.
        stores: where stores lie, or once lay, below the top.
    """

    digests: set[str]
    stores: set[str]


def named_in_git(repository: Repository, progress: Share) -> InGit:
    """Return what the manifests in all commits and indexes name.

    Looked at are all refs, reflogs, stashes, the HEAD and the index of every work tree, and the
    commits of an unfinished merge or rebase. Each file is read once.

    Raises:
        GitError: git did not answer, or a file is not there to be read.
    """
    blobs: set[str] = set()
    stores: set[str] = set()
    for blob, path in (*_in_commits(repository), *_in_indexes(repository)):
        blobs.add(blob)
        if place := store_of(path):
            stores.add(place)
    return InGit(_digests_of(repository, blobs, progress), stores)


def _in_commits(repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield every version of a naming file that a commit has and a parent of it has not.

    Commits are compared with each of their parents, since git's list of objects tells one path of
    a file, and not all under which it lies.
    """
    with tempfile.TemporaryFile() as commits:
        _write_commits(repository, commits)
        how = ("--stdin", "-r", "-m", "--root", "--no-commit-id", "--no-renames")
        form = ("--raw", "--no-abbrev", "-z", "--", *_NAMING)
        with _stream("diff-tree", *how, *form, repository=repository, stdin=commits) as answer:
            fields = _split(answer)
            for change in fields:
                path = next(fields, "")
                yield from ((name, path) for name in change.split()[2:4] if name.strip("0"))


def _write_commits(repository: Repository, target: IO[bytes]) -> None:
    extra = "".join(f"{name}\n" for name in other_commits(repository)).encode()
    with tempfile.TemporaryFile() as asked:
        asked.write(extra)
        asked.seek(0)
        words = ("rev-list", "--all", "--reflog", "--stdin")
        with _stream(*words, repository=repository, stdin=asked) as answer:
            for line in answer:
                target.write(line)
    target.seek(0)


def _in_indexes(repository: Repository) -> Iterator[tuple[str, str]]:
    for tree in repository.trees:
        listed = git.git_bytes("ls-files", "--stage", "-z", "--", *_NAMING, cwd=tree.top)
        for line in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
            entry, _, path = line.partition("\t")
            yield entry.split()[1], path


def _digests_of(repository: Repository, blobs: set[str], progress: Share) -> set[str]:
    found: set[str] = set()
    for done, (_, file, size) in enumerate(contents(repository, sorted(blobs)), 1):
        found |= digests_in(file, size)
        progress(done, len(blobs), "manifests in git")
    return found


def contents(repository: Repository, names: Iterable[str]) -> Iterator[tuple[str, IO[bytes], int]]:
    """Yield each object's kind, a file to read its bytes from, and their number.

    All of them must be read before the next is asked for.

    Raises:
        GitError: one is not there.
    """
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{name}\n" for name in names).encode())
        asked.seek(0)
        with _stream("cat-file", "--batch", repository=repository, stdin=asked) as answer:
            while head := answer.readline():
                name, *facts = head.decode().split()
                if len(facts) != 2:  # noqa: PLR2004 - kind and size
                    raise git.GitError(f"the object {name} is not there")
                yield facts[0], answer, int(facts[1])
                answer.read(1)


def _stream(
    *words: str, repository: Repository, stdin: IO[bytes]
) -> AbstractContextManager[IO[bytes]]:
    return git.git_stream(*words, cwd=repository.top, stdin=stdin, env=AS_WRITTEN)


def _split(answer: IO[bytes]) -> Iterator[str]:
    """Yield the fields of an answer that NULs end."""
    rest = b""
    while block := answer.read(64 * 1024):
        *fields, rest = (rest + block).split(b"\0")
        yield from (field.decode("utf-8", "surrogateescape") for field in fields)
