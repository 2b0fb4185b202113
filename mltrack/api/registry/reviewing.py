"""Answer what others proposed: approve it, or reject it."""

import contextlib
import re
from typing import Any, NamedTuple

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.registry.check import events_known_at
from mltrack.api.store import opened_store
from mltrack.errors import UsageError
from mltrack.registry import reader
from mltrack.registry.entities import Actor, ModelState, Request, Version, name_of
from mltrack.registry.facts import Reviewed
from mltrack.registry.references import parse_registered
from mltrack.registry.requests import (
    ReviewRefusedError,
    open_requests,
    request_to_answer,
    requests_meant,
)
from mltrack.registry.writing import append, changing
from mltrack.store import identity
from mltrack.store.events import SUFFIX
from mltrack.store.store import Store
from mltrack.tracking.saying import without_secrets

_HOST = re.compile(r"[a-z][a-z0-9.-]{0,63}\Z")
_URL = re.compile(r"https?://[^\s/@]+/\S+\Z")


class Open(NamedTuple):
    """A request that is open, and the version that it is about, as it is now."""

    request: Request
    version: Version


class Answer(NamedTuple):
    """What was said to a request.

    Attributes:
        version: the version, as it is now.
        request: the request, with what others said before.
        approves: whether it was approved; else it was rejected.
        actor: who said it.
        file: where the event lies, below the project.
    """

    version: Version
    request: Request
    approves: bool
    actor: Actor
    file: str

    @property
    def by(self) -> str:
        """Return who said it, in one word."""
        return name_of(self.actor)

    @property
    def approvals(self) -> int:
        """Return how many approvals the request has by now."""
        return len(self.request.reviews) + self.approves

    @property
    def now(self) -> str:
        """Return where the version is; all places while branches disagree."""
        return self.version.stage or " and ".join(self.version.claimed)


class Attestation(NamedTuple):
    """That somebody approved something on a code host, as a CI job tells.

    Attributes:
        host: the code host: `github`, `gitlab`.
        reviewer: who approved it there: a login, or `Ada <ada@example.org>` where that is known.
        url: where that can be seen.
    """

    host: str
    reviewer: str
    url: str


def list_requests(model: str | None = None) -> list[Open]:
    """Return the open requests of a model, or of all of them, oldest first.

    Raises:
        NotFoundError: there is no such model.
    """
    store = opened_store()
    if model is not None:
        return _open(reader.load_model(store, parse_registered(model).name))
    found = [one for state in reader.list_models(store).models for one in _open(state)]
    return sorted(found, key=lambda one: one.request.time)


def _open(state: ModelState) -> list[Open]:
    return [Open(request, state.version(request.version)) for request in open_requests(state)]


def approve_request(
    name: str, *, to: str | None = None, reason: str = "", attestation: Attestation | None = None
) -> Answer:
    """Say that a version shall go where somebody proposes; nothing moves.

    Args:
        name: the version, `churn/3`; or the model, where one request of it is open.
        to: the stage, where the version is proposed for several.
        reason: why.
        attestation: that somebody else approved it on a code host; for CI jobs only.

    Raises:
        NotFoundError: no such model or version, or nothing is proposed.
        UsageError: several requests are meant, or this is no CI job.
        ReviewRefusedError: who approves it asked for it, or approved it before.
    """
    return _answer(name, to, reason, attestation=attestation, approves=True)


def approve_new_requests(
    base: str, *, reason: str = "", attestation: Attestation | None = None
) -> list[Answer]:
    """Approve whatever the present branch proposes, and the branch that it goes to does not.

    What its author asked for, or approved before, is left alone.

    Args:
        base: the branch that it goes to, such as `origin/main`.
        reason: why.
        attestation: that somebody else approved the branch on a code host; for CI jobs only.

    Raises:
        NotFoundError: there is no such commit.
        UsageError: there is no git repository, or this is no CI job.
    """
    store = opened_store()
    _who(store, attestation)
    known = events_known_at(store, base)
    answers = []
    for request, version in list_requests():
        if request.event not in known:
            with contextlib.suppress(ReviewRefusedError):
                name = f"{version.model}/{version.id}"
                answers.append(
                    approve_request(name, to=request.stage, reason=reason, attestation=attestation)
                )
    return answers


def reject_request(name: str, *, to: str | None = None, reason: str) -> Answer:
    """Say no to what somebody proposes, which closes the request; or take one's own back.

    Raises:
        UsageError: there is no reason, or several requests are meant.
        NotFoundError: no such model or version, or nothing is proposed.
    """
    if not reason.strip():
        raise UsageError("a rejection needs a reason", fix='add -m "what is missing"')
    return _answer(name, to, reason, attestation=None, approves=False)


def _answer(
    name: str, to: str | None, reason: str, *, attestation: Attestation | None, approves: bool
) -> Answer:
    store, wanted = opened_store(), parse_registered(name)
    stages = reader.stages_of(store)
    actor, attested = _who(store, attestation)
    reader.load_model(store, wanted.name)  # with a word for names that are not there
    with changing(store, wanted.name, stages) as state:
        meant = requests_meant(state, stages, wanted, to)
        request = request_to_answer(meant, actor, approves=approves)
        fact = Reviewed(
            request=request.event,
            version=request.version,
            stage=request.stage,
            approves=approves,
            attested=attested,
        )
        event = append(store, state, fact, name=state.name, reason=reason, actor=actor)
    tell_if_ignored(store)
    file = store.layout.model_events(state.folder) / f"{event.name}{SUFFIX}"
    version = state.version(request.version)
    return Answer(version, request, approves, actor, f"{file.relative_to(store.project)}")


def _who(store: Store, attestation: Attestation | None) -> tuple[Actor, dict[str, Any]]:
    """Return who answers, and what a code host says of it."""
    if attestation is None:
        return store.actor, {}
    job = identity.of_ci_job()
    if job is None:
        raise UsageError(
            "only a CI job can tell what was approved on a code host",
            why="no variable of a CI system names who started this",
            fix="approve it in your own name: leave --attested-by, --reviewer and --url out",
        )
    _check(attestation)
    policy = store.settings["identity.user"]
    reviewer = identity.from_line(attestation.reviewer.strip(), attestation.host)
    actor = identity.shown_actor(reviewer, policy)
    return actor, {
        "host": attestation.host,
        "reviewer": actor["name"],
        "url": without_secrets(attestation.url, "url"),
        "by": identity.shown_actor(job, policy)["name"],
    }


def _check(attestation: Attestation) -> None:
    if not attestation.reviewer.strip():
        raise UsageError("--reviewer names nobody", fix="give the login of who approved it")
    if not _HOST.match(attestation.host):
        raise UsageError(
            f"{attestation.host!r} names no code host", fix="use small letters: github, gitlab"
        )
    if not _URL.match(attestation.url):
        raise UsageError(
            f"{attestation.url!r} is no link to what was approved",
            fix="give the URL of the pull request, or of the review",
        )
