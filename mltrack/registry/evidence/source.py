"""The code that a run ran: its commit as a tar file, without stores."""

from pathlib import Path

from mltrack.registry.evidence.collecting import Collected
from mltrack.store.checkouts import is_object_id
from mltrack.store.git import GitError, git_bytes, git_stream
from mltrack.store.layout import OUTSIDE_STORE
from mltrack.tracking.entities import RunRecord

MOST_BYTES = 64 * 1024 * 1024
_BLOCK = 1024 * 1024


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
    """Return a commit as a tar file; None where it is too large."""
    data = bytearray()
    try:
        with git_stream("archive", "--format=tar", commit, "--", *OUTSIDE_STORE, cwd=top) as answer:
            while block := answer.read(_BLOCK):
                data += block
                _refuse_much(data)
    except _TooLargeError:
        return None
    return bytes(data)


def _refuse_much(data: bytearray) -> None:
    if len(data) > MOST_BYTES:
        raise _TooLargeError


class _TooLargeError(Exception):
    """There is more source than is taken."""
