"""What of a record is run only if this user made it, or says that it may."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import NotFoundError, TrustError
from mltrack.projects.again import environment
from mltrack.projects.again.code import Source
from mltrack.projects.again.scripts import is_script
from mltrack.store import git
from mltrack.store.git import GitError
from mltrack.store.store import Store
from mltrack.store.vouching import TRUSTED
from mltrack.tracking import authorship
from mltrack.tracking.authorship import Piece
from mltrack.tracking.entities import RunRecord


def of_code(source: Source, top: Path) -> Iterator[Piece]:
    """Yield what of a run's code no branch and no tag of the repository holds."""
    import hashlib

    if source.patch:
        yield authorship.patch(hashlib.sha256(source.patch).hexdigest())
    if source.tree:
        yield authorship.tree(source.tree)
    elif source.commit and not _is_held(source.commit, top):
        yield authorship.commit(source.commit)


def _is_held(commit: str, top: Path) -> bool:
    try:
        return not git.git("rev-list", "-n1", commit, "--not", "--all", "--reflog", cwd=top)
    except GitError:
        return False


def is_own(store: Store, record: RunRecord) -> bool:
    """Tell whether this user made a run of this code, these packages and this command."""
    try:
        packages = environment.packages_of(store, record)
    except NotFoundError:
        packages = b""
    return authorship.is_made(record.code, record.project, packages)


def of_environment(store: Store, record: RunRecord) -> Iterator[Piece]:
    """Yield the packages that a record asks for; nothing where they are not told."""
    with contextlib.suppress(NotFoundError):
        packages = environment.packages_of(store, record)
        if packages:
            yield authorship.packages(packages)


def of_command(record: RunRecord) -> Iterator[Piece]:
    """Yield the command line, where no project says what it is."""
    argv = record.project.get("argv")
    if is_script(record) and isinstance(argv, list):
        yield authorship.command(argv, record.project.get("module"))


def require(record: RunRecord, pieces: Iterator[Piece], *, trust: bool) -> None:
    """Return when pieces of a record may be used; remember them if `trust` says so now.

    Raises:
        TrustError: nobody vouches for one.
    """
    strange = authorship.unknown(pieces)
    if strange and not trust:
        raise TrustError(
            f"to run {record.handle} again would run what you have neither made nor trusted",
            why="; ".join(piece.words for piece in strange),
            fix="look at it, and if you know where it comes from: --trust, in Python trust=True",
        )
    authorship.remember(strange, TRUSTED, record.id)
