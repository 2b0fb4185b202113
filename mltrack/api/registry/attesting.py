"""Tell how sure it is who wrote each event of the registry."""

from collections.abc import Sequence
from pathlib import Path

from mltrack.api.store import opened_store, start_folder
from mltrack.errors import UsageError
from mltrack.registry.attestation import Level, Signers, level_of, signers_in
from mltrack.registry.entities import HistoryEntry
from mltrack.registry.revisions import repository_of
from mltrack.store.git import GitError
from mltrack.store.store import Store


def levels_of(entries: Sequence[HistoryEntry], signers: Path | None) -> dict[str, Level]:
    """Return for each event, by name, how sure it is who wrote it.

    Args:
        entries: what happened.
        signers: git's list of allowed signers, against which the commits are held that added the
            events; without one no signature is looked at, and what an event says of a code host
            is believed.

    Raises:
        NotFoundError: there is no such list.
        UsageError: it names nobody, OpenSSH is not installed, or there is no git repository.
    """
    found = None if signers is None else signers_here(opened_store(), signers)
    return {one.event: level_of(one.event, one.actor, one.attested, found) for one in entries}


def signers_here(store: Store, signers: Path | str) -> Signers:
    """Return who signed which event, as far as HEAD has them.

    Args:
        store: the store.
        signers: git's list of allowed signers.

    Raises:
        NotFoundError: there is no such list.
        UsageError: it names nobody, OpenSSH is not installed, or there is no git repository.
    """
    top = repository_of(store)
    if top is None:
        raise UsageError(
            f"{store.project} is in no git repository, so nothing in it is signed",
            fix="leave --signers out",
        )
    try:
        return signers_in(store, top, "HEAD", start_folder() / signers)
    except GitError as error:
        raise UsageError("git cannot tell who signed", why=str(error)) from error
