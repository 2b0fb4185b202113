"""Which commits brought the events of a model, whether they are signed, and their own bytes."""

from pathlib import Path, PurePosixPath

from mltrack.registry.evidence.collecting import Collected
from mltrack.store.commits import Adding, commits_adding
from mltrack.store.events import SUFFIX
from mltrack.store.git import GitError
from mltrack.store.git_files import blobs_of
from mltrack.store.store import Store

_HEADER = ("event", "commit", "author", "committer", "time", "signature", "signer", "key")


def add_signatures(
    into: Collected, store: Store, top: Path | None, folder: str, signers: Path | None
) -> None:
    """Take for each event the commits that added it, and the objects of these commits.

    Args:
        into: where it goes.
        store: the store.
        top: the top of the work tree; None where there is no git.
        folder: the folder of the model.
        signers: git's list of allowed signers.

    Raises:
        NotFoundError: there is no such list.
        UsageError: it names nobody, or OpenSSH is not installed.
    """
    if top is None:
        into.missing.append("signatures: the store is in no git repository")
        return
    place = store.layout.model_events(folder).relative_to(top).as_posix()
    try:
        found = commits_adding(top, place, signers)
        objects = blobs_of(top, (one.commit for one in found))
    except GitError as error:
        into.missing.append(f"signatures: {str(error).partition(chr(10))[0]}")
        return
    rows = sorted(row for one in found for row in _rows(one))
    into.csv("signatures/signatures.csv", _HEADER, rows)
    for commit, data in objects.items():
        into.files[f"signatures/commits/{commit}"] = data
    events = {PurePosixPath(name).stem for name in into.files if name.startswith("events/")}
    for event in sorted(events - {row[0] for row in rows}):
        into.missing.append(f"signatures: no commit of this branch added event {event}")


def _rows(one: Adding) -> list[tuple[str, ...]]:
    events = (PurePosixPath(file).stem for file in one.files if file.endswith(SUFFIX))
    told = (one.author, one.committer, one.time, one.signature, one.signer, one.key)
    return [(event, one.commit, *told) for event in events]
