"""Who approves of a request: others than its author, each of them once. Pure."""

from collections.abc import Callable, Sequence

from mltrack.registry.attestation import Level
from mltrack.registry.entities import Request, Review, name_of
from mltrack.registry.people import person_of

OfReview = Callable[[Request | Review], Level]
"""Tells how sure it is who asked for something, or who answered."""
_ENOUGH = {
    Level.CLAIMED: frozenset(Level),
    Level.ATTESTED: frozenset({Level.ATTESTED, Level.SIGNED}),
    Level.SIGNED: frozenset({Level.SIGNED}),
}


def approvers(request: Request, by: Level, of_review: OfReview) -> tuple[str, ...]:
    """Return the people who approve of a request, in the order in which they said so.

    Where a claim is not enough, a signature stands against the author's own: whoever asks under
    another name could sign an approval in theirs. A code host lets nobody approve their own.

    Args:
        request: the request; a rejected one has none.
        by: how sure it must be who they are.
        of_review: tells how sure that is, and who asked.
    """
    if request.is_rejected:
        return ()
    author = person_of(request.actor)
    enough = _ENOUGH[by]
    if by is not Level.CLAIMED and of_review(request) is not Level.SIGNED:
        enough -= {Level.SIGNED}
    said = {
        person_of(review.actor): name_of(review.actor)
        for review in request.reviews
        if of_review(review) in enough
    }
    return tuple(name for one, name in said.items() if one != author)


def best_of(
    requests: Sequence[Request], by: Level, of_review: OfReview
) -> tuple[Request | None, tuple[str, ...]]:
    """Return of several requests for one thing that with the most approvals, and who gave them.

    Of equal ones it is the latest. Without requests it is None.
    """
    found = [(approvers(one, by, of_review), one) for one in requests]
    if not found:
        return None, ()
    names, request = max(found, key=lambda pair: (len(pair[0]), pair[1].event))
    return request, names


def request_of(requests: Sequence[Request], of_review: OfReview) -> str:
    """Return the name of the request that a move answers; empty where nobody asked for it."""
    request, _ = best_of(requests, Level.CLAIMED, of_review)
    return request.event if request else ""
