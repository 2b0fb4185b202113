"""Which request is meant, and who may answer it."""

import shlex
from collections.abc import Sequence

from mltrack.errors import MltrackError, NotFoundError, UsageError
from mltrack.registry.entities import Actor, ModelState, Request, Version, name_of
from mltrack.registry.people import is_same
from mltrack.registry.references import InRegistry
from mltrack.registry.selection import select_version
from mltrack.registry.stages import Stages


class ReviewRefusedError(MltrackError):
    """Who wants to answer a request may not, or has done so already."""


def open_requests(state: ModelState) -> tuple[Request, ...]:
    """Return the requests of a model that somebody can answer: those of versions that are here."""
    here = {version.id for version in state.versions}
    return tuple(request for request in state.requests if request.version in here)


def requests_told(state: ModelState) -> list[str]:
    """Return a line for each open request of a model: what, by whom, who approved."""
    return [
        f"{state.name} {_words(state, request)}, asked for by {name_of(request.actor)}"
        f"{_approved(request)}"
        for request in open_requests(state)
    ]


def _approved(request: Request) -> str:
    names = [name_of(review.actor) for review in request.reviews if review.approves]
    return f", approved by {', '.join(names)}" if names else ""


def proposed_already(state: ModelState, version: Version, stage: str) -> Request | None:
    """Return the open request of a version for a stage, or None."""
    return next((r for r in state.requests if (r.version, r.stage) == (version.id, stage)), None)


def requests_meant(
    state: ModelState, stages: Stages, wanted: InRegistry, to: str | None
) -> tuple[Request, ...]:
    """Return the open requests of one version for one stage; branches may each have made one.

    Args:
        state: the model.
        stages: the stages of the store.
        wanted: the version; where it names the model only, its only request is meant.
        to: the stage; None where the version is proposed for one only.

    Raises:
        NotFoundError: no such version or stage, or nothing is proposed.
        UsageError: several are meant; they are named.
    """
    stage = stages.named(to) if to is not None else None
    version = select_version(state, stages, wanted) if wanted.word else None
    found = [
        request
        for request in open_requests(state)
        if (version is None or request.version == version.id)
        and (stage is None or request.stage == stage)
    ]
    if not found:
        raise _nothing_proposed(state, version, stage)
    if len({(request.version, request.stage) for request in found}) > 1:
        raise _several_meant(state, found)
    return tuple(found)


def _nothing_proposed(
    state: ModelState, version: Version | None, stage: str | None
) -> MltrackError:
    what = f"{state.name} {version.label}" if version else state.name
    target = f" to go to {stage}" if stage else ""
    others = [_words(state, request) for request in open_requests(state)]
    where = f"it is in {version.stage}; " if version and version.stage else ""
    return NotFoundError(
        f"nobody proposes {what}{target}, or it was done or rejected since",
        why=f"{where}open are: {', '.join(others) or 'no requests of this model'}",
        fix=f"mltrack promote {shlex.quote(version.uri if version else state.name)}"
        f"{f' --to {stage}' if stage else ''} --propose -m WHY",
    )


def _several_meant(state: ModelState, found: Sequence[Request]) -> UsageError:
    last = found[-1]
    uri = shlex.quote(state.version(last.version).uri)
    return UsageError(
        f"{len(found)} requests of {state.name} are open: "
        + ", ".join(_words(state, request) for request in found),
        fix=f"name the one you mean: {uri} --to {last.stage}",
    )


def _words(state: ModelState, request: Request) -> str:
    return f"{state.version(request.version).label} -> {request.stage}"


def request_to_answer(requests: Sequence[Request], actor: Actor, *, approves: bool) -> Request:
    """Return the first of some requests for the same that a person may answer.

    Nobody approves what they asked for, or the same request twice. Rejecting one's own request
    takes it back.

    Raises:
        ReviewRefusedError: there is none.
    """
    if not approves:
        return requests[0]
    others = [request for request in requests if not is_same(request.actor, actor)]
    if not others:
        raise ReviewRefusedError(
            f"{name_of(actor)} asked for it and cannot approve it too",
            why="an approval is the word of somebody else",
            fix="let somebody else run this; to take it back: mltrack registry reject",
        )
    fresh = [r for r in others if not any(is_same(one.actor, actor) for one in r.reviews)]
    if not fresh:
        raise ReviewRefusedError(
            f"{name_of(actor)} approved it already",
            why="a second approval by the same person counts for nothing",
            fix="mltrack registry requests shows who did",
        )
    return fresh[0]
