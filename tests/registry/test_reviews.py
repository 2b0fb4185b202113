"""What was proposed, and what others say to it."""

from typing import Any

from mltrack.registry.facts import Moved, Requested, Reviewed, Tagged
from mltrack.store.events import Event
from tests.registry.clones import Clone


def asked() -> tuple[Clone, str, Event]:
    """Return a clone in which somebody asks to have a version in production."""
    ours = Clone()
    version = ours.register()
    return ours, version, ours.say(Requested(version=version, stage="production"))


def review(request: Event, *, approves: bool, **other: Any) -> Reviewed:
    said = {"version": request.body["version"], "stage": request.body["stage"], **other}
    return Reviewed(request=request.name, approves=approves, **said)


def names(clone: Clone) -> list[str]:
    return [request.event for request in clone.state.requests]


def test_a_request_moves_nothing_and_is_open() -> None:
    ours, version, request = asked()
    assert names(ours) == [request.name]
    assert ours.stage(version) == "dev"


def test_what_is_said_to_a_request_stands_with_it_in_order() -> None:
    ours, _, request = asked()
    said = [ours.say(review(request, approves=True, attested={"pull": n})) for n in (7, 8)]
    (found,) = ours.state.requests
    assert [r.event for r in found.reviews] == [event.name for event in said]
    assert [r.attested for r in found.reviews] == [{"pull": 7}, {"pull": 8}]


def test_a_rejection_closes_a_request_though_a_branch_approved_it() -> None:
    ours, _, request = asked()
    theirs = ours.fork()
    ours.say(review(request, approves=True))
    theirs.say(review(request, approves=False))
    assert names(ours.merge(theirs)) == []
    ours.say(review(request, approves=True))
    assert names(ours) == []


def test_a_move_to_the_stage_closes_all_requests_for_it() -> None:
    ours, version, _ = asked()
    ours.say(Requested(version=version, stage="production"))
    staging = ours.say(Requested(version=version, stage="staging"))
    ours.promote(version, "production")
    assert names(ours) == [staging.name]


def test_a_request_that_a_move_had_not_seen_stays_open() -> None:
    ours, version, _ = asked()
    theirs = Clone({n: e for n, e in ours.events.items() if e.kind == "registered"})
    theirs.promote(version, "production")
    assert len(names(ours.merge(theirs))) == 1


def test_a_move_that_names_a_request_closes_it_wherever_it_stands() -> None:
    ours, version, request = asked()
    theirs = Clone({n: e for n, e in ours.events.items() if e.kind == "registered"})
    theirs.say(Moved(version=version, stage="production", request=request.name))
    theirs.say(Tagged(version=version, tags={"later": True}))
    assert names(ours.merge(theirs)) == []


def test_a_review_says_nothing_without_its_request() -> None:
    ours, _, request = asked()
    ours.say(review(request, approves=True))
    del ours.events[request.name]
    state = ours.state
    assert state.requests == ()
    assert "missing" in state.warnings[0]
    assert state.history[-1].request == request.name


def test_a_review_that_had_not_seen_the_request_says_nothing() -> None:
    ours, version, request = asked()
    (registered,) = (n for n, e in ours.events.items() if e.kind == "registered")
    late = ours.say(Tagged(version=version, tags={"n": 1}), parents=(registered,))
    ours.say(review(request, approves=True), parents=(late.name,))
    assert [r.reviews for r in ours.state.requests] == [()]


def test_a_review_of_another_version_or_stage_says_nothing() -> None:
    ours, _, request = asked()
    other = ours.register()
    ours.say(review(request, approves=False, version=other))
    ours.say(review(request, approves=False, stage="staging"))
    assert [r.reviews for r in ours.state.requests] == [()]


def test_a_request_for_a_version_that_is_not_here_is_not_open() -> None:
    ours, _, _ = asked()
    del ours.events[next(n for n, e in ours.events.items() if e.kind == "registered")]
    assert ours.state.requests == ()
    assert ours.state.versions == ()
