"""What the events of one model say together."""

from mltrack.registry.facts import Moved, Tagged
from mltrack.registry.fold import fold
from mltrack.store.events import Events
from tests.registry.clones import MODEL, STAGES, Clone, folded, named


def test_a_version_starts_in_the_stage_that_its_event_names() -> None:
    ours = Clone()
    version = ours.register()
    assert ours.stage(version) == "dev"
    assert ours.state.version(version).number == 1


def test_the_holder_that_is_replaced_goes_to_archived_in_the_same_event() -> None:
    ours = Clone()
    first, second = ours.register(), ours.register()
    ours.promote(first, "production")
    ours.promote(second, "production")
    assert ours.state.holders == {"production": second}
    assert ours.stage(first) == "archived"


def test_a_stage_that_is_not_exclusive_holds_many() -> None:
    ours = Clone()
    first, second = ours.register(), ours.register()
    assert (ours.stage(first), ours.stage(second)) == ("dev", "dev")
    assert ours.state.contested == {}


def two_branches() -> tuple[Clone, Clone, str, str]:
    ours = Clone()
    first, second = ours.register(), ours.register()
    return ours, ours.fork(), first, second


def test_two_branches_that_promote_different_versions_leave_the_stage_contested() -> None:
    ours, theirs, first, second = two_branches()
    ours.promote(first, "production")
    theirs.promote(second, "production")
    state = ours.merge(theirs).state
    assert set(state.contested["production"]) == {first, second}
    assert "production" not in state.holders
    assert state.version(first).stage is None


def test_three_branches_are_all_candidates() -> None:
    ours, theirs, first, second = two_branches()
    third_party = ours.fork()
    third = third_party.register()
    ours.promote(first, "production")
    theirs.promote(second, "production")
    third_party.promote(third, "production")
    state = ours.merge(theirs).merge(third_party).state
    assert set(state.contested["production"]) == {first, second, third}


def test_a_promote_that_has_seen_both_heads_settles_a_contested_stage() -> None:
    ours, theirs, first, second = two_branches()
    ours.promote(first, "production")
    theirs.promote(second, "production")
    ours.merge(theirs).promote(second, "production")
    assert ours.state.holders == {"production": second}
    assert ours.stage(first) == "archived"


def test_a_third_version_settles_a_contested_stage_too() -> None:
    ours, theirs, first, second = two_branches()
    ours.promote(first, "production")
    theirs.promote(second, "production")
    third = ours.merge(theirs).register()
    ours.promote(third, "production")
    assert ours.state.holders == {"production": third}
    assert (ours.stage(first), ours.stage(second)) == ("archived", "archived")


def test_an_event_of_another_kind_that_has_seen_both_settles_nothing() -> None:
    ours, theirs, first, second = two_branches()
    ours.promote(first, "production")
    theirs.promote(second, "production")
    ours.merge(theirs).register()
    assert set(ours.state.contested["production"]) == {first, second}


def test_a_promote_that_has_seen_only_one_head_settles_nothing() -> None:
    ours, theirs, first, second = two_branches()
    seen = ours.promote(first, "production")
    theirs.promote(second, "production")
    ours.merge(theirs).say(Moved(version=first, stage="production"), parents=(seen.name,))
    assert set(ours.state.contested["production"]) == {first, second}


def test_one_version_that_two_branches_moved_apart_is_not_in_production_by_chance() -> None:
    ours, theirs, first, _ = two_branches()
    ours.promote(first, "production")
    theirs.promote(first, "archived")
    state = ours.merge(theirs).state
    assert state.contested == {"production": (first,)}
    assert set(state.version(first).claimed) == {"production", "archived"}


def test_two_branches_that_promote_the_same_version_agree() -> None:
    ours, theirs, first, _ = two_branches()
    ours.promote(first, "production")
    theirs.promote(first, "production")
    state = ours.merge(theirs).state
    assert state.holders == {"production": first}
    assert state.contested == {}


def test_a_version_that_one_branch_replaced_and_another_moved_on_is_where_it_was_moved() -> None:
    ours, _, first, second = two_branches()
    ours.promote(first, "staging")
    theirs = ours.fork()
    ours.promote(first, "production")
    theirs.promote(second, "staging")
    state = ours.merge(theirs).state
    assert state.holders == {"staging": second, "production": first}


def test_a_promote_that_names_nobody_it_replaces_still_leaves_one_holder() -> None:
    ours, _, first, second = two_branches()
    ours.promote(first, "production")
    ours.say(Moved(version=second, stage="production"))
    assert ours.state.holders == {"production": second}
    assert ours.stage(first) == "archived"


def test_a_kind_that_is_not_known_here_is_kept_in_the_history_and_changes_nothing() -> None:
    ours, _, first, _ = two_branches()
    ours.add("certified", {"model": MODEL, "version": first, "by": ["the auditors"]})
    state = ours.state
    assert state.history[-1].kind == "certified"
    assert state.warnings == ()


def test_an_event_that_makes_no_sense_costs_a_warning_and_nothing_else() -> None:
    ours, _, first, second = two_branches()
    ours.add("promoted", {"model": MODEL, "version": "../../x", "stage": "dev", "replaces": []})
    state = ours.state
    assert [version.id for version in state.versions] == [first, second]
    assert "version is not an id" in state.warnings[0]


def test_an_event_about_another_model_says_nothing_here() -> None:
    ours, _, first, _ = two_branches()
    event = ours.promote(first, "production")
    ours.events[event.name] = stranger = named(event._replace(subject="fraud", name=""))
    state = folded(*(e for e in ours.events.values() if e is not event), stranger)
    assert state.holders == {}
    assert "about another model" in state.warnings[0]


def test_a_version_cannot_be_registered_twice() -> None:
    ours = Clone()
    version = ours.register()
    (event,) = ours.events.values()
    ours.add("registered", {**event.body, "digest": "0" * 64})
    assert ours.state.version(version).digest == event.body["digest"]
    assert "once more" in ours.state.warnings[0]


def test_an_event_whose_parent_is_missing_follows_every_earlier_event() -> None:
    ours, theirs, first, second = two_branches()
    ours.promote(first, "production")
    lost = theirs.say(Tagged(version=second, tags={"a": 1}))
    between = theirs.say(Tagged(version=second, tags={"a": 2}))
    theirs.promote(second, "production")
    del theirs.events[lost.name], theirs.events[between.name]
    state = ours.merge(theirs).state
    assert state.holders == {"production": second}
    assert any("missing" in warning and between.name in warning for warning in state.warnings)


def test_the_next_event_names_every_event_that_nobody_named_before() -> None:
    ours, theirs, first, second = two_branches()
    seen = ours.say(Tagged(version=first, tags={"a": 1}))
    theirs.say(Tagged(version=second, tags={"a": 1}))
    lost = theirs.say(Tagged(version=second, tags={"a": 2}))
    last = theirs.say(Tagged(version=second, tags={"a": 3}))
    del theirs.events[lost.name]
    assert {seen.name, last.name} <= set(ours.merge(theirs).state.heads)


def test_a_promote_that_was_reverted_gives_the_stage_back() -> None:
    ours, _, first, second = two_branches()
    ours.promote(first, "production")
    event = ours.promote(second, "production")
    del ours.events[event.name]
    assert ours.state.holders == {"production": first}


def test_a_version_whose_registration_was_reverted_leaves_its_stage_empty() -> None:
    ours = Clone()
    first = ours.register()
    ours.promote(first, "production")
    before = set(ours.events)
    second = ours.register()
    (registration,) = set(ours.events) - before
    ours.promote(second, "production")
    del ours.events[registration]
    state = ours.state
    assert state.holders == {}
    assert state.version(first).stage == "archived"
    assert any(f"moves {second}, which is not registered" in line for line in state.warnings)


def test_a_bad_file_costs_a_warning() -> None:
    ours = Clone()
    ours.register()
    found = Events(events=tuple(ours.events.values()), faults=("x.yaml was changed",))
    assert fold(found, folder=MODEL, stages=STAGES).warnings == ("x.yaml was changed",)


def test_an_event_that_is_here_and_broken_is_not_called_missing_as_well() -> None:
    ours = Clone()
    ours.register()
    ours.register()
    broken = min(ours.events)
    del ours.events[broken]
    fault = f"{broken}.yaml was changed"
    found = Events(events=tuple(ours.events.values()), faults=(fault,))
    assert fold(found, folder=MODEL, stages=STAGES).warnings == (fault,)


def test_a_folder_without_events_is_a_model_without_versions() -> None:
    state = fold(Events(), folder=MODEL, stages=STAGES)
    assert (state.name, state.versions, state.next_number) == (MODEL, (), 1)
