"""Who is one and the same person in the actors of events."""

from mltrack.registry.entities import Actor, name_of


def person_of(actor: Actor) -> str:
    """Return by what a person is known: the email in small letters, else the name."""
    email = str(actor.get("email") or "").strip().lower()
    return email or name_of(actor).strip()


def is_same(one: Actor, other: Actor) -> bool:
    """Tell whether two actors are one person."""
    return person_of(one) == person_of(other)
