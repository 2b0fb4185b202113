"""Read git's index: which files of stores are staged, and their bytes, in a few processes."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.store import git
from mltrack.store.layout import IN_STORE

_INDEX = "GIT_INDEX_FILE"
_BATCH_BYTES = 64 * 1024 * 1024
_NO_OBJECT = "0"


class Staged(NamedTuple):
    """A file that is staged.

    Attributes:
        path: relative to the work tree; once it is known, to its store.
        status: `A` new, `M` changed, `D` gone, `T` of another kind.
        mode: as git writes it: 100644 a file, 120000 a link, 160000 another repository.
        blob: the id of its bytes; empty when it is gone.
        before: the id of the committed bytes; empty when it is new.
    """

    path: str
    status: str
    mode: str
    blob: str
    before: str


class Content(NamedTuple):
    """A staged file with its bytes; None where there are none, or more than are ever read."""

    file: Staged
    size: int
    data: bytes | None
    before: bytes | None


class IndexView:
    """The index of a work tree, also the one that git made for a commit of some files only."""

    def __init__(self, top: Path) -> None:
        self._top = top
        chosen = os.environ.get(_INDEX)
        self._env = {_INDEX: str(top / chosen)} if chosen else {}

    def staged(self) -> list[Staged]:
        """Return the staged files of all stores.

        Raises:
            GitError: git gave no answer.
        """
        how = ("--cached", "--ita-invisible-in-index", "--no-renames")
        form = ("--raw", "-z", "--no-abbrev", self._base())
        output = self._git("diff-index", *how, *form, "--", IN_STORE)
        fields = output.decode("utf-8", "surrogateescape").split("\0")
        return [
            _staged(raw, path) for raw, path in zip(fields[::2], fields[1::2], strict=False) if raw
        ]

    def below(self, prefix: str) -> dict[str, str]:
        """Return the id of the bytes of each file of the index below a folder.

        Raises:
            GitError: git gave no answer.
        """
        output = self._git("ls-files", "--stage", "-z", "--", f":(top,literal){prefix}/")
        found: dict[str, str] = {}
        for line in output.decode("utf-8", "surrogateescape").split("\0"):
            facts, tab, path = line.partition("\t")
            if tab:
                found[path[len(prefix) + 1 :]] = facts.split(" ")[1]
        return found

    def contents(self, files: Sequence[Staged]) -> Iterator[list[Content]]:
        """Yield files with their bytes, as many at a time as memory bears.

        Raises:
            GitError: git gave no answer.
        """
        sizes = self.sizes(i for file in files for i in (file.blob, file.before) if i)
        for part in _parts(files, sizes):
            wanted = [i for file in part for i in (file.blob, file.before) if i]
            blobs = self.blobs([i for i in wanted if sizes.get(i, 0) <= _BATCH_BYTES])
            yield [
                Content(file, sizes.get(file.blob, 0), blobs.get(file.blob), blobs.get(file.before))
                for file in part
            ]

    def sizes(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the size of each object that is a file."""
        asked = "".join(f"{i}\n" for i in dict.fromkeys(ids)).encode()
        output = self._git("cat-file", "--batch-check", stdin=asked).decode()
        rows = (line.split(" ") for line in output.splitlines())
        return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"}  # noqa: PLR2004

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of objects that are files."""
        asked = "".join(f"{i}\n" for i in dict.fromkeys(ids)).encode()
        return dict(unpacked(self._git("cat-file", "--batch", stdin=asked))) if asked else {}

    def _base(self) -> str:
        """Return what the index is compared with: the last commit, or nothing before the first."""
        if git.answer_or_none("rev-parse", "--verify", "--quiet", "HEAD", cwd=self._top):
            return "HEAD"
        return self._git("hash-object", "-t", "tree", "--stdin", stdin=b"").decode().strip()

    def _git(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        return git.git_bytes(*arguments, cwd=self._top, env=self._env, stdin=stdin)


def _staged(raw: str, path: str) -> Staged:
    _, mode, before, blob, status = raw.split(" ")
    known = [("" if not name.strip(_NO_OBJECT) else name) for name in (blob, before)]
    return Staged(path, status[:1], mode, *known)


def _parts(files: Sequence[Staged], sizes: dict[str, int]) -> Iterator[list[Staged]]:
    part: list[Staged] = []
    total = 0
    for file in files:
        part.append(file)
        total += sum(sizes.get(i, 0) for i in (file.blob, file.before))
        if total > _BATCH_BYTES:
            yield part
            part, total = [], 0
    if part:
        yield part


def unpacked(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each object of what `git cat-file --batch` prints."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        facts = output[at:end].decode().split(" ")
        at = end + 1
        if len(facts) == 3:  # noqa: PLR2004 - id, type, size; else it is missing
            size = int(facts[2])
            yield facts[0], output[at : at + size]
            at += size + 1
