"""The code that a run ran: its commit as a tar file, without stores."""

import io
import tarfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from mltrack.registry.evidence.collecting import Collected
from mltrack.store.checkouts import is_object_id
from mltrack.store.git import GitError, git, git_bytes
from mltrack.store.git_files import blobs_of
from mltrack.store.layout import STORE_NAME
from mltrack.tracking.entities import RunRecord

MOST_BYTES = 64 * 1024 * 1024
_PROGRAM, _LINK, _SUBMODULE = "100755", "120000", "160000"


def add_source(into: Collected, record: RunRecord, top: Path | None) -> None:
    """Take the files of a run's commit, where this repository has it and they are not too many."""
    commit = record.code.get("base") or record.code.get("commit")
    if not is_object_id(commit):
        into.missing.append("source: the run records no commit")
    elif top is None:
        into.missing.append(f"source: the store is in no git repository that could hold {commit}")
    else:
        _add_commit(into, str(commit), top)


def _add_commit(into: Collected, commit: str, top: Path) -> None:
    name = f"source/{commit}.tar"
    try:
        git_bytes("cat-file", "-e", f"{commit}^{{commit}}", cwd=top)
        data = _archived(top, commit)
    except GitError:
        into.missing.append(f"{name}: the commit is not in this repository")
        return
    if data is None:
        into.missing.append(f"{name}: more than {MOST_BYTES} bytes of source")
    else:
        into.files[name] = data


def _archived(top: Path, commit: str) -> bytes | None:
    """Return a commit as a tar file; None where it is too large.

    `git archive` would leave out what attributes say, and run the filters that a clone has set.
    """
    entries = [one for one in _entries(top, commit) if not _is_in_store(one.path)]
    if sum(one.size for one in entries) > MOST_BYTES:
        return None
    data = blobs_of(top, (one.id for one in entries if one.kind == "blob"))
    time = int(git("rev-list", "--no-walk", "--timestamp", commit, cwd=top).split()[0])
    target = io.BytesIO()
    form, headers = tarfile.PAX_FORMAT, {"comment": commit}  # where git archive writes it, too
    with tarfile.open(fileobj=target, mode="w", format=form, pax_headers=headers) as archive:
        for one in entries:
            member, content = _member(one, data.get(one.id, b""))
            member.mtime = time
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue() if target.tell() <= MOST_BYTES else None


class _Entry(NamedTuple):
    """What a commit has under a path: a blob, or a commit of a submodule."""

    mode: str
    kind: str
    id: str
    size: int
    path: str


def _entries(top: Path, commit: str) -> list[_Entry]:
    listing = git_bytes("ls-tree", "-r", "-z", "-l", "--full-tree", commit, cwd=top)
    found = []
    for line in listing.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        head, _, path = line.partition("\t")
        mode, kind, name, size = head.split()
        found.append(_Entry(mode, kind, name, int(size) if size.isdigit() else 0, path))
    return found


def _is_in_store(path: str) -> bool:
    return STORE_NAME in PurePosixPath(path).parts[:-1]


def _member(entry: _Entry, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    """Return how an entry stands in a tar file, and its bytes there."""
    member = tarfile.TarInfo(entry.path)
    member.mode = 0o755 if entry.mode in {_PROGRAM, _SUBMODULE} else 0o644
    if entry.mode == _LINK:
        member.type, member.linkname = tarfile.SYMTYPE, content.decode("utf-8", "surrogateescape")
        return member, b""
    if entry.mode == _SUBMODULE:
        member.type = tarfile.DIRTYPE
    member.size = len(content)
    return member, content
