"""How sure it is who wrote an event: signed, attested by a code host, or only claimed."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from mltrack.registry.entities import Actor
from mltrack.registry.people import person_of
from mltrack.store.events import SUFFIX
from mltrack.store.identity import hashed
from mltrack.store.signatures import signers_of
from mltrack.store.store import Store

Signers = Mapping[str, frozenset[str]]
"""For each event, by name, who signed a commit that added it."""
_NOBODY: frozenset[str] = frozenset()


class Level(StrEnum):
    """How sure it is who an actor is.

    Who can write files can claim to be anybody. A code host says who approved something there. A
    signature was made with a key of that person.
    """

    SIGNED = "signed"
    ATTESTED = "host-attested"
    CLAIMED = "claimed"


def level_of(
    event: str, actor: Actor, attested: Mapping[str, Any], signers: Signers | None
) -> Level:
    """Return how sure it is that an event is by its actor. Pure.

    Args:
        event: the event's name.
        actor: who it says it is by.
        attested: what it says of a code host.
        signers: who signed which event; None where signatures are not asked for, so that what an
            event says of a code host is all there is.
    """
    if signers is None:
        return Level.ATTESTED if attested else Level.CLAIMED
    names = signers.get(event, _NOBODY)
    host = str(attested.get("host", "")).lower()
    if host in names and "@" not in host:  # a person is no code host
        return Level.ATTESTED
    return Level.SIGNED if any(_is_by(actor, name) for name in names) else Level.CLAIMED


def _is_by(actor: Actor, signer: str) -> bool:
    """Tell whether a signer is an actor, whose name may be hidden behind a digest."""
    return person_of(actor) in {signer, hashed(signer)}


def signers_in(
    store: Store, top: Path, rev: str, signers: Path, *, folders: Sequence[str] = ()
) -> Signers:
    """Return who signed the commits that added events; each signature takes OpenSSH some time.

    Args:
        store: the store.
        top: the top of the work tree.
        rev: the commit from which git walks back.
        signers: git's list of allowed signers.
        folders: the folders of the models that are meant; without any, all of them.

    Raises:
        NotFoundError: there is no such list of signers.
        UsageError: it names nobody, or OpenSSH is not installed.
        GitError: git is missing, or has no such commit.
    """
    events = [store.layout.model_events(folder) for folder in folders]
    paths = [place.relative_to(top).as_posix() for place in events or [store.layout.models]]
    found = signers_of(top, rev, paths, signers)
    names: dict[str, frozenset[str]] = {}
    for path, who in found.items():
        file = PurePosixPath(path)
        if file.suffix == SUFFIX and file.parent.name == "events":
            names[file.stem] = names.get(file.stem, _NOBODY) | who
    return names
