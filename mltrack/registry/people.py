"""Who is one and the same person in the actors of events."""

import unicodedata

from mltrack.registry.entities import Actor, name_of


def person_of(actor: Actor) -> str:
    """Return by what a person is known: the email, else the name, however it is written."""
    words = (_plain(str(actor.get(key) or "")) for key in ("email", "name"))
    return next(filter(None, words), name_of({}))


def is_same(one: Actor, other: Actor) -> bool:
    """Tell whether two actors are one person."""
    return person_of(one) == person_of(other)


def _plain(text: str) -> str:
    """Return a text in small letters, with single spaces, and each character in one form."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())
