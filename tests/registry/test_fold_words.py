"""Numbers, aliases, tags and words: what is said of versions beside their stages."""

from mltrack.registry.facts import Aliased, Described, NumberAssigned, Tagged
from tests.registry.clones import Clone


def two_clones() -> tuple[Clone, Clone, str, str]:
    ours = Clone()
    first, second = ours.register(), ours.register()
    return ours, ours.fork(), first, second


def test_two_branches_that_register_propose_the_same_number_and_nobody_has_it() -> None:
    ours, theirs = Clone(), Clone()
    first, second = ours.register(), theirs.register()
    state = ours.merge(theirs).state
    assert set(state.contested_numbers[1]) == {first, second}
    assert [version.number for version in state.versions] == [None, None]
    assert state.next_number == 2


def test_an_assigned_number_settles_a_double_one_and_the_history_keeps_the_proposal() -> None:
    ours, theirs = Clone(), Clone()
    first, second = ours.register(), theirs.register()
    ours.merge(theirs).say(NumberAssigned(version=second, number=2))
    state = ours.state
    assert (state.version(first).number, state.version(second).number) == (1, 2)
    assert [e.words for e in state.history if e.version == second] == ["proposed as v1", "number 2"]


def test_a_number_is_never_given_twice_though_the_version_that_had_it_got_another() -> None:
    ours = Clone()
    first = ours.register()
    ours.say(NumberAssigned(version=first, number=7))
    second = ours.register()
    assert ours.state.version(second).number == 8


def test_an_alias_moves() -> None:
    ours, _, first, second = two_clones()
    ours.say(Aliased(alias="champion", version=first))
    ours.say(Aliased(alias="champion", version=second))
    assert ours.state.aliases == {"champion": second}
    assert ours.state.version(second).aliases == ("champion",)


def test_an_alias_that_two_branches_moved_apart_is_contested() -> None:
    ours, theirs, first, second = two_clones()
    ours.say(Aliased(alias="champion", version=first))
    theirs.say(Aliased(alias="champion", version=second))
    state = ours.merge(theirs).state
    assert state.aliases == {}
    assert set(state.contested_aliases["champion"]) == {first, second}


def test_an_alias_that_one_branch_took_away_and_another_gave_is_kept() -> None:
    ours, _, first, second = two_clones()
    ours.say(Aliased(alias="champion", version=first))
    theirs = ours.fork()
    ours.say(Aliased(alias="champion", version=None))
    theirs.say(Aliased(alias="champion", version=second))
    assert ours.merge(theirs).state.aliases == {"champion": second}


def test_an_alias_that_was_taken_away_is_gone() -> None:
    ours, _, first, _ = two_clones()
    ours.say(Aliased(alias="champion", version=first))
    ours.say(Aliased(alias="champion", version=None))
    assert ours.state.aliases == {}


def test_an_alias_that_is_a_stage_costs_a_warning() -> None:
    ours, _, first, _ = two_clones()
    ours.say(Aliased(alias="production", version=first))
    assert ours.state.aliases == {}
    assert "'production' cannot be an alias" in ours.state.warnings[0]


def test_of_two_concurrent_tags_the_higher_event_wins_and_the_history_shows_both() -> None:
    ours, theirs, first, _ = two_clones()
    one = ours.say(Tagged(version=first, tags={"data": "v1"}))
    other = theirs.say(Tagged(version=first, tags={"data": "v2"}))
    state = ours.merge(theirs).state
    assert state.version(first).tags == max(one, other, key=lambda e: e.name).body["tags"]
    assert [e.kind for e in state.history].count("tagged") == 2


def test_a_tag_is_removed_by_a_null() -> None:
    ours, _, first, _ = two_clones()
    ours.say(Tagged(version=first, tags={"data": "v1", "by": "us"}))
    ours.say(Tagged(version=first, tags={"data": None}))
    assert ours.state.version(first).tags == {"by": "us"}


def test_words_are_said_of_a_version_or_of_the_model() -> None:
    ours, _, first, _ = two_clones()
    ours.say(Described(version=None, fields={"owner": "ada@example.org"}))
    ours.say(Described(version=first, fields={"description": "the small one"}))
    assert ours.state.fields == {"owner": "ada@example.org"}
    assert ours.state.version(first).description == "the small one"
