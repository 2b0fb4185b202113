"""Which version a word means."""

import pytest

from mltrack.errors import ConflictError, NotFoundError
from mltrack.registry.facts import Aliased, Deleted
from mltrack.registry.references import parse_registered
from mltrack.registry.selection import select_version
from tests.registry.clones import STAGES, Clone


def meant(clone: Clone, text: str) -> str:
    return select_version(clone.state, STAGES, parse_registered(text)).id


def test_a_number_an_id_and_a_handle_name_a_version() -> None:
    ours = Clone()
    ours.register()
    second = ours.register()
    handle = second.rpartition("-")[2]
    for word in ("2", "v2", second, handle, handle[:6], "latest"):
        assert meant(ours, f"churn/{word}") == second


@pytest.mark.parametrize("text", ["churn@production", "churn/Production", "models:/churn/prod"])
def test_a_stage_names_its_holder(text: str) -> None:
    ours = Clone()
    version = ours.register()
    ours.promote(version, "production")
    ours.register()
    assert meant(ours, text) == version


def test_a_stage_that_holds_many_means_the_newest() -> None:
    ours = Clone()
    ours.register()
    assert ours.register() == meant(ours, "churn@dev")


def test_an_alias_names_a_version() -> None:
    ours = Clone()
    version = ours.register()
    ours.register()
    ours.say(Aliased(alias="champion", version=version))
    assert meant(ours, "churn@champion") == version


def contested() -> tuple[Clone, str, str]:
    ours = Clone()
    first, second = ours.register(), ours.register()
    theirs = ours.fork()
    ours.promote(first, "production")
    theirs.promote(second, "production")
    return ours.merge(theirs), first, second


def test_a_contested_stage_fails_and_names_both_and_what_settles_it() -> None:
    ours, _, _ = contested()
    with pytest.raises(ConflictError, match="production of churn is contested") as caught:
        meant(ours, "churn@production")
    assert "churn/1 and churn/2" in caught.value.message
    assert caught.value.fix.startswith("mltrack registry resolve churn@production --keep churn/")


def test_a_version_that_was_moved_apart_is_told_with_where_else_it_went() -> None:
    ours = Clone()
    version = ours.register()
    theirs = ours.fork()
    ours.promote(version, "production")
    theirs.promote(version, "archived")
    with pytest.raises(ConflictError) as caught:
        meant(ours.merge(theirs), "churn@production")
    assert "v1 to archived" in caught.value.why


def test_a_double_number_fails_and_names_both_ids() -> None:
    ours, theirs = Clone(), Clone()
    first, second = ours.register(), theirs.register()
    with pytest.raises(ConflictError, match="means 2 versions") as caught:
        meant(ours.merge(theirs), "churn/1")
    assert f"churn/{first}" in caught.value.message
    assert f"churn/{second}" in caught.value.message
    assert meant(ours, f"churn/{first}") == first


def test_latest_does_not_choose_between_two_that_were_registered_apart() -> None:
    ours, theirs = Clone(), Clone()
    ours.register()
    theirs.register()
    with pytest.raises(ConflictError, match="means 2 versions"):
        meant(ours.merge(theirs), "churn/latest")


def test_a_contested_alias_fails_and_names_both() -> None:
    ours, first, second = contested()
    theirs = ours.fork()
    ours.say(Aliased(alias="champion", version=first))
    theirs.say(Aliased(alias="champion", version=second))
    with pytest.raises(ConflictError, match="alias champion of churn is contested"):
        meant(ours.merge(theirs), "churn@champion")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("churn/4", "no version 4 of churn; there is 1"),
        ("churn@production", "no version in production"),
        ("churn@productoin", "did you mean production"),
        ("churn/stagin", "did you mean staging"),
        ("churn@3", "no stage or alias '3'"),
    ],
)
def test_what_is_not_there_is_told(text: str, words: str) -> None:
    ours = Clone()
    ours.register()
    with pytest.raises(NotFoundError, match=words):
        meant(ours, text)


def test_a_version_that_was_deleted_is_not_found_and_can_be_restored() -> None:
    ours = Clone()
    first, second = ours.register(), ours.register()
    ours.promote(first, "production")
    ours.say(Aliased(alias="champion", version=first))
    ours.say(Deleted(version=first))
    for word in ("1", "v1", first, first.rpartition("-")[2]):
        with pytest.raises(NotFoundError, match=r"churn/1 was deleted") as caught:
            meant(ours, f"churn/{word}")
        assert caught.value.fix == "mltrack model restore churn/1"
    for word in ("@production", "@archived", "@champion"):
        with pytest.raises(NotFoundError):
            meant(ours, f"churn{word}")
    assert meant(ours, "churn/latest") == second


def test_the_latest_is_the_newest_that_was_not_deleted() -> None:
    ours = Clone()
    first, second = ours.register(), ours.register()
    ours.say(Deleted(version=second))
    assert meant(ours, "churn/latest") == first
