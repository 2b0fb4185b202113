"""What may happen next."""

from dataclasses import replace

import pytest

from mltrack.errors import NotFoundError
from mltrack.registry.policy import MoveRefusedError, alias_fault, promotion
from tests.registry.clones import STAGES, Clone


def test_without_a_stage_a_version_goes_to_the_next() -> None:
    ours = Clone()
    name = ours.register()
    version = ours.state.version(name)
    assert promotion(ours.state, STAGES, version).to_stage == "staging"


def test_nothing_is_promoted_to_archived_unasked() -> None:
    ours = Clone()
    version = ours.register()
    ours.promote(version, "production")
    with pytest.raises(MoveRefusedError, match="no stage comes after it"):
        promotion(ours.state, STAGES, ours.state.version(version))


def test_a_version_that_is_there_already_is_refused() -> None:
    ours = Clone()
    version = ours.register()
    ours.promote(version, "staging")
    with pytest.raises(MoveRefusedError, match="churn v1 is already in staging"):
        promotion(ours.state, STAGES, ours.state.version(version), "staging")


def test_a_move_that_config_yaml_does_not_allow_is_refused_and_the_allowed_are_named() -> None:
    ours = Clone()
    name = ours.register()
    version = ours.state.version(name)
    strict = replace(STAGES, moves={"dev": ("staging", "archived")})
    with pytest.raises(MoveRefusedError, match="may not go from dev to production") as caught:
        promotion(ours.state, strict, version, "production")
    assert "staging, archived" in caught.value.why


def test_an_unknown_stage_is_told_with_the_nearest() -> None:
    ours = Clone()
    name = ours.register()
    version = ours.state.version(name)
    with pytest.raises(NotFoundError, match="no stage 'stagin', did you mean staging"):
        promotion(ours.state, STAGES, version, "stagin")


@pytest.mark.parametrize("alias", ["production", "prod", "Staging", "latest", "3", "v3", "a b", ""])
def test_what_means_something_else_cannot_be_an_alias(alias: str) -> None:
    assert alias_fault(alias, STAGES)


def test_another_word_can_be_an_alias() -> None:
    assert alias_fault("champion", STAGES) == ""
