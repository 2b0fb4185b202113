"""The stages that config.yaml sets."""

from pathlib import Path

import pytest

from mltrack.errors import UsageError
from mltrack.registry.stages import Stages, from_settings
from mltrack.store import settings
from tests.registry.clones import STAGES


def stages_in(folder: Path, text: str = "") -> Stages:
    (folder / "config.yaml").write_text(f"format: 1\n{text}", encoding="utf-8")
    return from_settings(settings.resolve(store=folder))


def test_there_are_four_unless_config_yaml_says_otherwise(tmp_path: Path) -> None:
    assert stages_in(tmp_path) == STAGES


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("staging", "staging"),
        ("Staging", "staging"),
        ("testing", "staging"),
        ("prod", "production"),
        ("PRODUCTION", "production"),
        ("development", "dev"),
        ("canary", None),
    ],
)
def test_synonyms_mean_stages_in_any_case(word: str, stage: str | None) -> None:
    assert STAGES.known(word) == stage


def test_stages_moves_and_what_is_exclusive_come_from_config_yaml(tmp_path: Path) -> None:
    text = "stages: {new: {}, canary: {exclusive: true}, live: {exclusive: true}}\n"
    stages = stages_in(tmp_path, f"{text}moves: {{new: [canary], canary: [live, new]}}\n")
    assert stages.order == ("new", "canary", "live")
    assert stages.exclusive == {"canary", "live"}
    assert stages.moves["canary"] == ("live", "new")
    assert stages.resting == "new"


def test_the_replaced_go_to_archived_unless_a_stage_says_where(tmp_path: Path) -> None:
    live = "live: {exclusive: true, replaced: old}, hot: {exclusive: true}"
    stages = stages_in(tmp_path, f"stages: {{dev: {{}}, {live}, old: {{}}, archived: {{}}}}\n")
    assert [stages.after_replaced(name) for name in ("live", "hot")] == ["old", "archived"]


def test_the_stages_before_and_after_never_lead_to_archived() -> None:
    assert [STAGES.after(stage) for stage in STAGES.order] == ["staging", "production", None, None]
    assert [STAGES.before(stage) for stage in STAGES.order] == [None, "dev", "staging", None]


def test_a_synonym_means_nothing_where_its_stage_is_not(tmp_path: Path) -> None:
    assert stages_in(tmp_path, "stages: {new: {}, live: {}}\n").known("prod") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("stages: {}", "names no stage"),
        ("stages: {Live: {}}", "'Live' cannot be a stage"),
        ("stages: {latest: {}}", "'latest' cannot be a stage"),
        ("stages: {v3: {}}", "'v3' cannot be a stage"),
        ("stages: {dev: exclusive}", "must map options"),
        ("stages: {dev: {}, live: {exclusive: 1}}", "must be true or false"),
        ("stages: {dev: {exclusive: true}}", "cannot be exclusive"),
        ("stages: {dev: {}, live: {exclusive: true, replaced: old}}", "no stage 'old'"),
        ("stages: {dev: {}, live: {replaced: dev}}", "nothing is replaced in live"),
        (
            "stages: {x: {}, a: {exclusive: true, replaced: b}, b: {exclusive: true, replaced: a}}",
            "goes round in a circle: a -> b -> a",
        ),
        ("stages: {dev: {}, a: {exclusive: true, replaced: a}}", "in a circle: a -> a"),
        ("moves: {dev: staging}", "must be a list"),
        ("moves: {dev: [stagin]}", "did you mean staging"),
    ],
)
def test_what_config_yaml_cannot_mean_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        stages_in(tmp_path, f"{text}\n")
    assert "config.yaml" in caught.value.message
