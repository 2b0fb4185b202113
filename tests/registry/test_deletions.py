"""What is deleted, what keeps a version, and how it comes back."""

from mltrack.registry.entities import Source
from mltrack.registry.facts import (
    Aliased,
    Deleted,
    Moved,
    NumberAssigned,
    Registered,
    Requested,
    Restored,
    Tagged,
)
from tests.registry.clones import Clone


def in_production() -> tuple[Clone, str, str]:
    """Return a clone with two versions, the first of them in production."""
    ours = Clone()
    first, second = ours.register(), ours.register()
    ours.promote(first, "production")
    return ours, first, second


def ids(clone: Clone) -> list[str]:
    return [version.id for version in clone.state.versions]


def test_a_version_that_is_deleted_is_nowhere_but_among_the_deleted_ones() -> None:
    ours, first, second = in_production()
    ours.say(Aliased(alias="champion", version=first))
    ours.say(Requested(version=first, stage="staging"))
    event = ours.say(Deleted(version=first))
    state = ours.state
    assert ids(ours) == [second]
    assert (state.holders, state.aliases, state.requests, state.contested) == ({}, {}, (), {})
    (gone,) = state.deleted
    assert (gone.id, gone.stage, gone.aliases, gone.placed) == (first, "archived", (), event.name)
    assert state.warnings == ()


def test_a_version_that_is_restored_rests_and_is_asked_for_by_nobody() -> None:
    ours, first, second = in_production()
    ours.say(Aliased(alias="champion", version=first))
    ours.say(Requested(version=first, stage="staging"))
    ours.say(Deleted(version=first))
    event = ours.say(Restored(version=first))
    state = ours.state
    assert ids(ours) == [first, second]
    assert (state.holders, state.requests, state.deleted) == ({}, (), ())
    assert state.aliases == {"champion": first}
    assert (state.version(first).stage, state.version(first).placed) == ("archived", event.name)


def test_what_a_delete_did_not_see_keeps_the_version_where_it_is_and_says_so() -> None:
    ours, first, _ = in_production()
    theirs = ours.fork()
    ours.say(Deleted(version=first))
    theirs.say(Tagged(version=first, tags={"seen": True}))
    state = ours.merge(theirs).state
    assert state.holders == {"production": first}
    assert state.deleted == ()
    assert "churn/1 was deleted by somebody who had not seen all" in state.warnings[0]


def test_a_delete_and_a_restore_that_have_seen_both_settle_it() -> None:
    ours, first, second = in_production()
    theirs = ours.fork()
    ours.say(Deleted(version=first))
    theirs.say(Tagged(version=first, tags={"seen": True}))
    both = ours.merge(theirs).fork()
    both.say(Deleted(version=first))
    assert (ids(both), both.state.warnings) == ([second], ())
    ours.say(Restored(version=first))
    assert ours.state.holders == {"production": first}
    assert ours.state.warnings == ()


def test_that_another_version_replaced_it_does_not_keep_a_version() -> None:
    ours, first, second = in_production()
    theirs = ours.fork()
    ours.say(Deleted(version=first))
    theirs.promote(second, "production")
    state = ours.merge(theirs).state
    assert (ids(ours), state.holders) == ([second], {"production": second})


def test_a_request_that_a_delete_did_not_see_keeps_the_version() -> None:
    ours, first, second = in_production()
    theirs = ours.fork()
    ours.say(Deleted(version=second))
    theirs.say(Requested(version=second, stage="staging"))
    state = ours.merge(theirs).state
    assert ids(ours) == [first, second]
    assert [request.version for request in state.requests] == [second]


def test_of_two_candidates_the_one_that_is_not_deleted_holds_the_stage() -> None:
    ours, first, second = in_production()
    theirs = Clone({n: e for n, e in ours.events.items() if e.kind == "registered"})
    theirs.promote(second, "production")
    assert set(ours.merge(theirs).state.contested) == {"production"}
    ours.say(Deleted(version=first))
    assert ours.state.holders == {"production": second}


def test_a_version_that_was_replaced_stays_replaced_when_the_other_is_deleted() -> None:
    ours, first, second = in_production()
    ours.say(Moved(version=second, stage="production"))
    ours.say(Deleted(version=second))
    assert ours.state.holders == {}
    assert ours.stage(first) == "archived"


def test_a_model_that_is_deleted_has_only_the_versions_that_its_author_had_not_seen() -> None:
    for tried in range(6):  # whichever of the concurrent events comes first by its name
        ours, first, second = in_production()
        theirs = ours.fork()
        ours.say(Deleted(version=None))
        assert ids(ours) == []
        for _ in range(tried % 3):
            theirs.say(Tagged(version=None, tags={"seen": tried}))
        third = theirs.register()
        state = ours.merge(theirs).state
        assert ids(ours) == [third]
        assert {version.id for version in state.deleted} == {first, second}
        assert [line.startswith("churn/3 was deleted") for line in state.warnings] == [True]


def test_a_model_that_is_restored_has_all_its_versions_again() -> None:
    ours, first, second = in_production()
    ours.say(Deleted(version=None))
    ours.say(Restored(version=None))
    assert (ids(ours), ours.state.holders) == ([first, second], {})
    assert [version.stage for version in ours.state.versions] == ["archived", "archived"]


def test_a_version_that_is_registered_after_the_model_was_deleted_is_there() -> None:
    ours, _, _ = in_production()
    ours.say(Deleted(version=None))
    third = ours.register()
    assert ids(ours) == [third]
    assert ours.state.version(third).number == 3
    assert ours.state.warnings == ()


def test_a_delete_that_was_reverted_deleted_nothing() -> None:
    ours, first, second = in_production()
    event = ours.say(Deleted(version=first))
    ours.say(Tagged(version=second, tags={"n": 1}))
    del ours.events[event.name]
    assert ids(ours) == [first, second]
    assert ours.state.holders == {"production": first}


def test_where_a_restore_was_reverted_what_came_after_it_brings_the_version_back_to_rest() -> None:
    ours, first, _ = in_production()
    ours.say(Deleted(version=first))
    event = ours.say(Restored(version=first))
    ours.say(Tagged(version=first, tags={"n": 1}))
    del ours.events[event.name]
    assert ours.stage(first) == "archived"
    assert ours.state.holders == {}


def test_a_move_that_follows_a_delete_brings_the_version_to_where_it_goes() -> None:
    ours, first, _ = in_production()
    ours.say(Deleted(version=first))
    ours.say(Moved(version=first, stage="staging"))
    assert ours.state.holders == {"staging": first}


def test_a_version_that_was_moved_by_one_who_had_not_seen_the_restore_is_where_it_was_moved() -> (
    None
):
    ours, first, second = in_production()
    ours.say(Deleted(version=first))
    theirs = Clone({n: e for n, e in ours.events.items() if e.kind != "deleted"})
    ours.say(Restored(version=first))
    theirs.promote(first, "staging")
    state = ours.merge(theirs).state
    assert ids(ours) == [first, second]
    assert state.holders == {"staging": first}


def test_a_double_number_stays_contested_while_one_of_the_two_is_there() -> None:
    ours, theirs = Clone(), Clone()
    first, second = ours.register(), theirs.register()
    ours.merge(theirs).say(Deleted(version=first))
    assert set(ours.state.contested_numbers) == {1}
    ours.say(Deleted(version=second))
    assert ours.state.contested_numbers == {}
    ours.say(Restored(version=None))
    ours.say(NumberAssigned(version=second, number=2))
    state = ours.state
    assert (state.version(first).number, state.version(second).number) == (1, 2)


def test_an_alias_that_branches_moved_apart_is_the_version_s_that_is_left() -> None:
    ours, first, second = in_production()
    theirs = ours.fork()
    ours.say(Aliased(alias="champion", version=first))
    theirs.say(Aliased(alias="champion", version=second))
    ours.merge(theirs).say(Deleted(version=first))
    assert ours.state.aliases == {"champion": second}
    assert ours.state.contested_aliases == {}


def test_a_delete_of_a_version_that_is_not_here_says_nothing() -> None:
    ours, first, second = in_production()
    stranger = "20260131-120000-kfxhqzab"
    ours.say(Deleted(version=stranger))
    ours.say(Restored(version=stranger))
    assert ids(ours) == [first, second]
    ours.say(Deleted(version=stranger))
    ours.say(
        Registered(
            version=stranger,
            proposed=3,
            stage="dev",
            digest="ab" * 32,
            flavor="sklearn",
            source=Source(run=None, path="model"),
        )
    )
    assert ours.stage(stranger) == "dev"


def test_the_history_tells_who_deleted_what() -> None:
    ours, first, _ = in_production()
    ours.say(Deleted(version=first))
    ours.say(Restored(version=None))
    deleted, restored = ours.state.history[-2:]
    assert (deleted.kind, deleted.label, deleted.words) == ("deleted", "v1", "")
    assert (restored.kind, restored.label, restored.words) == ("restored", "", "all versions")
