"""The rules that config.yaml sets: how each reads, and what cannot be meant."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.registry.gates.parsing import faults_of, rules_for
from mltrack.registry.gates.rules import Flag
from tests.registry.gates.known import STAGES

_DATA = "3b7efb1234567890"


def words(*rules: Any) -> list[str]:
    read = rules_for({"production": list(rules)}, "production", STAGES, "config.yaml:2")
    return [rule.words for rule in read]


def refused(gates: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        rules_for(gates, "production", STAGES, "config.yaml:2")
    return caught.value


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"metric": "accuracy", "min": 0.9}, "accuracy at least 0.9"),
        ({"metric": "auc", "min": 0.9}, "roc_auc at least 0.9"),
        (
            {"metric": "mae", "max": 1_000_000, "data": _DATA},
            "mae at most 1000000 on data 3b7efb123456",
        ),
        (
            {"metric": "log_loss", "no_worse_by": 0.01},
            "log_loss no worse than the holder's by more than 0.01",
        ),
        (
            {"metric": "missed", "no_worse_by": 0, "better": "lower"},
            "missed no worse than the holder's",
        ),
        (
            {"metric": "slice/plan=a/mae", "no_worse_by": 0},
            "slice/plan=a/mae no worse than the holder's",
        ),
        ({"tags": {"validated": "yes"}}, 'tag validated is "yes"'),
        ({"tags": {"validated": True}}, "tag validated is true"),
        ({"tags": ["validated"]}, "tag validated"),
        ({"fields": ["owner"]}, "field owner of the model"),
        ({"approvals": 1}, "1 approval by others"),
        (
            {"approvals": 2, "by": "attested"},
            "2 approvals by others, attested by the code host or signed",
        ),
        ({"approvals": 2, "by": "signed"}, "2 approvals by others, signed"),
        ({"days_in": {"staging": 0.5}}, "0.5 days in staging"),
        ({"clean_git": True}, "its run was of committed code"),
        ({"lock": True}, "a lock in its package"),
        ({"verified": True}, "its run is verified"),
        ({"intact": True}, "its files are as they were registered"),
        ({"signed": True}, "in a signed commit"),
    ],
)
def test_each_rule_reads_as_a_sentence(rule: dict[str, Any], told: str) -> None:
    assert words(rule) == [told]


def test_one_entry_may_ask_for_several_things(tmp_path: Any) -> None:
    assert words(
        {"metric": "accuracy", "min": 0.9, "max": 0.999, "no_worse_by": 0.01},
        {"fields": ["owner", "contact"]},
    ) == [
        "accuracy at least 0.9",
        "accuracy at most 0.999",
        "accuracy no worse than the holder's by more than 0.01",
        "field owner of the model",
        "field contact of the model",
    ]


def test_a_stage_without_gates_asks_for_nothing() -> None:
    assert rules_for({"staging": [{"lock": True}]}, "production", STAGES, "") == ()


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("accuracy", "must be a mapping, not 'accuracy'"),
        ({}, "must be a mapping, not {}"),
        ({"metrics": "accuracy"}, "there is no rule 'metrics', did you mean metric?"),
        ({"lock": True, "intact": True}, "is 2 rules in one: lock, intact"),
        ({"metric": "mae", "minimum": 1}, "minimum cannot stand beside metric, did you mean min?"),
        ({"lock": True, "by": "any"}, "by cannot stand beside lock"),
        ({"metric": "mae"}, "say what mae must be: min, max or no_worse_by"),
        ({"metric": 3, "min": 1}, "metric must be a text, not 3"),
        ({"metric": "mae", "min": "high"}, "min must be a number, not 'high'"),
        ({"metric": "mae", "min": True}, "min must be a number, not True"),
        ({"metric": "mae", "min": float("nan")}, "min must be a number, not nan"),
        ({"metric": "mae", "min": 2, "max": 1}, "min is above max"),
        ({"metric": "mae", "min": 10**400}, "min is larger than any number"),
        ({"metric": "mae", "no_worse_by": -1}, "no_worse_by must be 0 or more"),
        ({"metric": "missed", "no_worse_by": 0}, "say which missed is better: higher or lower"),
        ({"metric": "n", "no_worse_by": 0}, "say which n is better"),
        ({"metric": "mae", "no_worse_by": 0, "better": "higher"}, "of mae the lower is better"),
        ({"metric": "x", "no_worse_by": 0, "better": "up"}, "better must be higher or lower"),
        ({"metric": "mae", "min": 1, "better": "lower"}, "better says nothing without no_worse_by"),
        ({"metric": "mae", "min": 1, "data": "3b7e"}, "first 8 or more hex digits"),
        ({"metric": "mae", "min": 1, "data": 12345678}, "12345678; write it in quotes"),
        ({"tags": []}, "tags must be a list with at least one tag"),
        ({"tags": {}}, "tags must be a list with at least one tag"),
        ({"tags": {"validated": None}}, "tags.validated must be a value, not None"),
        ({"fields": "owner"}, "fields must be a list with at least one field, not 'owner'"),
        ({"fields": [1]}, "each of fields must be a text"),
        ({"approvals": 0}, "approvals must be a whole number from 1 to 100, not 0"),
        ({"approvals": True}, "approvals must be a whole number"),
        ({"approvals": 1, "by": "sign"}, "by must be one of any, attested, signed"),
        ({"days_in": 2}, "days_in must name one stage, as {staging: 2}, not 2"),
        ({"days_in": {"stagin": 2}}, "there is no stage stagin, did you mean staging?"),
        ({"days_in": {"staging": 0}}, "must be above 0"),
        ({"clean_git": False}, "clean_git must be true, not False"),
        ({"verified": "yes"}, "verified must be true, not 'yes'"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named_with_its_place(rule: Any, told: str) -> None:
    message = refused({"production": [{"intact": True}, rule]}).message
    assert message.startswith("config.yaml:2: gates.production, rule 2")
    assert told in message


@pytest.mark.parametrize("listed", [None, [], {}, "accuracy", {"accuracy": 0.9}])
def test_the_gates_of_a_stage_are_a_list_with_something_in_it(listed: Any) -> None:
    assert "gates.production must be a list of rules" in refused({"production": listed}).message


def test_gates_of_a_stage_that_is_not_there_let_nothing_through() -> None:
    error = refused({"prodction": [{"lock": True}]})
    assert error.message == (
        "config.yaml:2: gates: there is no stage prodction, did you mean production?"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"metric": "auc", "min": 0.8}, {"metric": "roc_auc", "min": 0.9}),
        ({"fields": ["owner"]}, {"fields": ["owner", "contact"]}),
        ({"tags": ["ok"]}, {"tags": {"ok": "yes"}}),
        ({"lock": True}, {"lock": True}),
        ({"approvals": 1}, {"approvals": 2}),
    ],
)
def test_two_rules_about_one_thing_are_refused(first: Any, second: Any) -> None:
    message = refused({"production": [first, second]}).message
    assert "gates.production, rule 2" in message
    assert "rule 1 asks about that already" in message


def test_of_one_metric_each_data_set_has_a_bound_of_its_own() -> None:
    assert len(words({"metric": "f1", "min": 1, "data": _DATA}, {"metric": "f1", "min": 0.9})) == 2


def test_another_stage_with_broken_gates_harms_nothing_but_is_told() -> None:
    gates = {"staging": [], "production": [{"lock": True}], "archived": [{"lok": True}]}
    assert len(rules_for(gates, "production", STAGES, "")) == 1
    assert [fault.partition(",")[0] for fault in faults_of(gates, STAGES, "config.yaml:2")] == [
        "config.yaml:2: gates.staging must be a list of rules",
        "config.yaml:2: gates.archived",
    ]


_WORDS = st.sampled_from(
    [
        "metric",
        "tags",
        "fields",
        "approvals",
        "days_in",
        *Flag,
        "min",
        "max",
        "no_worse_by",
        "better",
        "data",
        "by",
        "staging",
        "mae",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(_WORDS, _VALUES, max_size=3) | _VALUES, max_size=3) | _VALUES)
def test_whatever_stands_there_is_rules_or_one_clear_error(listed: Any) -> None:
    with contextlib.suppress(UsageError):
        for rule in rules_for({"production": listed}, "production", STAGES, "config.yaml:2"):
            assert rule.words
