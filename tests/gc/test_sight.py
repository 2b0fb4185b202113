"""Where a run that is deleted here lives elsewhere, and which deletions hold: pure."""

import pytest

from mltrack.gc.sight import Sight, lives_in
from mltrack.store.events import Event
from mltrack.tracking.deletion import deletions_that_hold

RUN = "20260131-120000-abcdefgh"
DELETED = f"{RUN}.000000000001-{'a' * 20}.yaml"
TAGGED = f"{RUN}.000000000002-{'b' * 20}.yaml"
HERE = Sight(frozenset({DELETED, TAGGED}), {RUN: 100, f"{RUN}+qrstuvwx": 50})


@pytest.mark.parametrize(
    ("annotations", "journals", "lives"),
    [
        ({DELETED}, {RUN: 100}, False),
        ({DELETED, TAGGED}, {RUN: 100, f"{RUN}+qrstuvwx": 50}, False),
        ({DELETED}, {RUN: 90}, False),
        (set(), {}, False),
        ({TAGGED}, {}, False),
        (set(), {RUN: 100}, True),
        ({TAGGED}, {RUN: 100}, True),
        ({DELETED, f"{RUN}.unknown.yaml"}, {RUN: 100}, True),
        ({DELETED}, {RUN: 101}, True),
        ({DELETED}, {RUN: 100, f"{RUN}+aaaaaaaa": 0}, True),
    ],
)
def test_a_run_lives_where_it_is_not_deleted_or_more_is_known_of_it(
    annotations: set[str], journals: dict[str, int], lives: bool
) -> None:
    assert lives_in(Sight(frozenset(annotations), journals), HERE, [DELETED]) is lives


def event(kind: str, digit: str, *parents: Event, rows: int = 5) -> Event:
    before = tuple(parent.name for parent in parents)
    body = {"seen": {"main": rows}} if kind == "deleted" else {}
    draft = Event(kind=kind, subject=RUN, parents=before, body=body)
    return Event(
        kind=kind,
        subject=RUN,
        parents=before,
        body=body,
        name=f"{draft.lamport:012d}-{digit * 20}",
    )


def test_a_deletion_holds_that_saw_all_that_was_said_and_logged() -> None:
    tagged = event("tagged", "a")
    deleted = event("deleted", "b", tagged)
    assert deletions_that_hold([tagged, deleted], {"main": 5}) == [deleted]


def test_a_deletion_does_not_hold_that_did_not_see_the_last_rows() -> None:
    assert deletions_that_hold([event("deleted", "b", rows=4)], {"main": 5}) == []
    assert deletions_that_hold([event("deleted", "b")], {"main": 5, "qrstuvwx": 1}) == []


@pytest.mark.parametrize("kind", ["restored", "tagged", "renamed", "noted", "something new"])
def test_a_deletion_does_not_hold_that_did_not_see_what_was_said(kind: str) -> None:
    deleted = event("deleted", "b")
    assert deletions_that_hold([deleted, event(kind, "a")], {"main": 5}) == []


def test_a_deletion_holds_until_a_restoration_follows_it() -> None:
    deleted = event("deleted", "b")
    tagged, restored = event("tagged", "a", deleted), event("restored", "a", deleted)
    assert deletions_that_hold([deleted, tagged], {"main": 5}) == [deleted]
    assert deletions_that_hold([deleted, restored], {"main": 5}) == []


def test_of_two_deletions_the_one_holds_that_saw_all() -> None:
    tagged = event("tagged", "a")
    short, whole = event("deleted", "b"), event("deleted", "c", tagged)
    assert deletions_that_hold([tagged, short, whole], {"main": 5}) == [whole]
