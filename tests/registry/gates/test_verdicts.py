"""Rules held against plain facts."""

import math
from typing import Any

import pytest

from mltrack.registry.attestation import Level
from mltrack.registry.entities import Evaluation
from mltrack.registry.gates.evaluations import Evaluated, Evaluations
from mltrack.registry.gates.facts import Witness
from mltrack.tracking.entities import RunRecord, RunStatus
from tests.registry.gates.known import (
    BOB,
    CLEO,
    DATA,
    NOW,
    OTHER,
    evaluated,
    facts,
    found,
    request,
    version,
)

AT_LEAST = {"metric": "accuracy", "min": 0.9}
NO_WORSE = {"metric": "accuracy", "no_worse_by": 0.01}
RUN = RunRecord(
    id="20260131-110000-mwtcdxyz",
    name="train",
    experiment="default",
    experiment_id="a",
    status=RunStatus.FINISHED,
    started=NOW,
    code={"commit": "c0ffee" * 7, "dirty": False},
    tags={"verify": "identical", "verify.run": "r"},
)


@pytest.mark.parametrize(
    ("rule", "value", "passed"),
    [
        ({"min": 0.9}, 0.9, True),
        ({"min": 0.9}, 0.8999999, False),
        ({"max": 0.9}, 0.9, True),
        ({"max": 0.9}, 0.9000001, False),
        ({"min": 0.9}, math.nan, False),
        ({"max": 0.9}, math.nan, False),
        ({"min": 0.9}, math.inf, False),
    ],
)
def test_a_bound_holds_up_to_the_number_itself_and_never_for_nan(
    rule: dict[str, float], value: float, passed: bool
) -> None:
    met, _ = found({"metric": "accuracy", **rule}, facts(evaluated(accuracy=value)))
    assert met is passed


def test_what_was_found_names_the_figure_the_data_and_the_run() -> None:
    known = facts(evaluated(accuracy=0.98224852))
    assert found(AT_LEAST, known) == (True, "0.98225 on held.csv (run bwtcdxyz)")


def test_digits_are_shown_until_the_difference_is_seen() -> None:
    _, words = found(AT_LEAST, facts(evaluated(accuracy=0.8999999)))
    assert words.startswith("0.8999999 on")


def test_the_newest_evaluation_that_has_the_figure_counts() -> None:
    newest, older = evaluated(number=3, f1=0.5), evaluated(number=2, accuracy=0.95)
    assert found(AT_LEAST, facts(newest, older, evaluated(accuracy=0.1)))[0]


def test_only_data_with_the_digest_counts_where_one_is_asked_for() -> None:
    rule = {**AT_LEAST, "data": DATA[:8]}
    known = facts(evaluated(OTHER, 2, accuracy=0.99), evaluated(accuracy=0.8))
    assert found(rule, known) == (False, "0.8 on held.csv (run bwtcdxyz)")
    assert found(rule, facts(evaluated(OTHER, accuracy=0.99))) == (
        False,
        "not evaluated on that data: mltrack evaluate churn/2 DATA --target COLUMN",
    )


def test_without_an_evaluation_the_command_is_told() -> None:
    assert found(AT_LEAST, facts()) == (
        False,
        "not evaluated: mltrack evaluate churn/2 DATA --target COLUMN",
    )


def test_a_figure_that_no_evaluation_has_is_told_with_the_nearest() -> None:
    _, words = found({"metric": "acuracy", "min": 0}, facts(evaluated(accuracy=1)))
    assert words == "its evaluations have no acuracy, did you mean accuracy?"


def test_an_evaluation_whose_figures_were_edited_is_told() -> None:
    known = facts(evaluations={version().id: Evaluations((), ("20260131-110001-bwtcdxyz",))})
    passed, words = found(AT_LEAST, known)
    assert (passed, words.partition(":")[0]) == (False, "run bwtcdxyz was changed after it ended")


@pytest.mark.parametrize(
    ("rule", "ours", "theirs", "passed"),
    [
        ({"metric": "accuracy", "no_worse_by": 0.01}, 0.9, 0.91, True),
        ({"metric": "accuracy", "no_worse_by": 0.01}, 0.9, 0.9100001, False),
        ({"metric": "accuracy", "no_worse_by": 0}, 0.9, 0.9, True),
        ({"metric": "accuracy", "no_worse_by": 0}, 0.95, 0.9, True),
        ({"metric": "log_loss", "no_worse_by": 0.01}, 0.31, 0.3, True),
        ({"metric": "log_loss", "no_worse_by": 0.01}, 0.32, 0.3, False),
        ({"metric": "cost", "no_worse_by": 5, "better": "lower"}, 105, 100, True),
        ({"metric": "gain", "no_worse_by": 5, "better": "higher"}, 90, 100, False),
        ({"metric": "accuracy", "no_worse_by": 1}, math.nan, 0.9, False),
        ({"metric": "accuracy", "no_worse_by": 1}, 0.9, math.nan, False),
    ],
)
def test_no_worse_than_the_holder_is_reckoned_in_decimal_numbers(
    rule: dict[str, Any], ours: float, theirs: float, passed: bool
) -> None:
    name = rule["metric"]
    known = facts(_having(name, ours), theirs=[_having(name, theirs)])
    assert found(rule, known)[0] is passed


def _having(name: str, value: float) -> Evaluated:
    return Evaluated(evaluation=Evaluation(run=RUN.id, data=DATA, metrics={name: value}))


def test_both_figures_are_told() -> None:
    known = facts(evaluated(accuracy=0.9), theirs=[evaluated(accuracy=0.85)])
    assert found(NO_WORSE, known) == (True, "0.9, v1 has 0.85, on held.csv (run bwtcdxyz)")


def test_versions_are_compared_on_the_newest_data_that_both_have_seen() -> None:
    ours = evaluated(OTHER, 2, accuracy=0.2), evaluated(accuracy=0.9)
    assert found(NO_WORSE, facts(*ours, theirs=[evaluated(accuracy=0.9)]))[0]


def test_a_holder_that_was_not_evaluated_on_that_data_shuts_the_gate() -> None:
    known = facts(evaluated(accuracy=0.9), theirs=[evaluated(OTHER, accuracy=0.5)])
    passed, words = found(NO_WORSE, known)
    told, _, command = words.partition(": ")
    assert (passed, told) == (False, "v1 has none on that data")
    assert command.startswith("mltrack evaluate churn/2 data/held.csv --target left --against")
    assert command.endswith(" churn@production")


def test_without_a_holder_nothing_is_worse() -> None:
    assert found(NO_WORSE, facts()) == (True, "nobody holds production")


def test_while_the_stage_is_contested_it_must_be_no_worse_than_any() -> None:
    holders = version(1), version(3)
    known = facts(evaluated(accuracy=0.8), holders=holders)
    both = {holders[0].id: 0.7, holders[1].id: 0.9}
    theirs = {v: Evaluations((evaluated(accuracy=n),)) for v, n in both.items()}
    passed, words = found(NO_WORSE, facts(**_with(known, theirs)))
    assert (passed, words.partition(",")[2].partition(",")[0]) == (False, " v3 has 0.9")


def _with(known: Any, theirs: dict[str, Evaluations]) -> dict[str, Any]:
    return {"holders": known.holders, "evaluations": {**known.evaluations, **theirs}}


@pytest.mark.parametrize(
    ("rule", "tags", "expected"),
    [
        ({"tags": {"ok": "yes"}}, {"ok": "yes"}, (True, '"yes"')),
        ({"tags": {"ok": "yes"}}, {"ok": "no"}, (False, '"no"')),
        ({"tags": {"ok": "yes"}}, {}, (False, "not there")),
        ({"tags": {"ok": 1}}, {"ok": True}, (False, "true")),
        ({"tags": {"ok": True}}, {"ok": True}, (True, "true")),
        ({"tags": ["ok"]}, {"ok": False}, (True, "false")),
        ({"tags": ["ok"]}, {}, (False, "not there")),
    ],
)
def test_tags_are_those_of_the_version(
    rule: Any, tags: dict[str, Any], expected: tuple[bool, str]
) -> None:
    assert found(rule, facts(version=version(tags=tags))) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"owner": "ada"}, (True, "ada")),
        ({"owner": " "}, (False, "not given")),
        ({}, (False, "not given")),
    ],
)
def test_fields_are_those_of_the_model(fields: dict[str, str], expected: tuple[bool, str]) -> None:
    assert found({"fields": ["owner"]}, facts(fields=fields)) == expected


@pytest.mark.parametrize(
    ("days", "stage", "passed", "words"),
    [
        (1.5, "staging", True, "for 1.5 days, since 2026-01-30 00:00 UTC"),
        (1.500001, "staging", False, "for 1.5 days, since 2026-01-30 00:00 UTC"),
        (1, "dev", False, "it is in staging"),
    ],
)
def test_the_time_counts_from_when_it_came_to_the_stage(
    days: float, stage: str, passed: bool, words: str
) -> None:
    assert found({"days_in": {stage: days}}, facts()) == (passed, words)


def test_nobody_knows_how_long_a_contested_version_was_anywhere() -> None:
    contested = version(stage=None, since=None, claimed=("staging", "dev"))
    passed, words = found({"days_in": {"staging": 1}}, facts(version=contested))
    assert (passed, words) == (False, "nobody knows, as branches disagree on where it is")


@pytest.mark.parametrize(
    ("code", "passed"),
    [
        ({"commit": "c0ffee", "dirty": False}, True),
        ({"commit": "c0ffee", "dirty": True}, False),
        ({"dirty": False}, False),
        ({}, False),
    ],
)
def test_clean_git_means_a_run_of_committed_code(code: dict[str, Any], passed: bool) -> None:
    assert found({"clean_git": True}, facts(run=RUN._replace(code=code)))[0] is passed


@pytest.mark.parametrize("rule", ["clean_git", "verified"])
def test_without_a_run_nothing_is_known_of_how_it_was_made(rule: str) -> None:
    passed, words = found({rule: True}, facts())
    assert (passed, words) == (False, "its run is not here")


@pytest.mark.parametrize(
    ("word", "passed"),
    [("identical", True), ("within tolerance", True), ("drifted", False), ("failed", False)],
)
def test_verified_means_that_the_results_were_the_same(word: str, passed: bool) -> None:
    run = RUN._replace(tags={"verify": word})
    known = facts(run=run, rerun=RUN)
    assert found({"verified": True}, known) == (passed, f"{word}, by run mwtcdxyz")


def test_a_verdict_counts_only_with_the_run_that_shows_it() -> None:
    passed, words = found({"verified": True}, facts(run=RUN))
    assert (passed, words) == (False, "identical, but the run that shows it is not here")


def test_a_run_that_was_never_verified_is_told_how() -> None:
    _, words = found({"verified": True}, facts(run=RUN._replace(tags={})))
    assert words == "never: mltrack verify mwtcdxyz"


def test_a_lock_and_files_that_are_as_they_were() -> None:
    known = facts(lock="requirements.lock", fault="model.bin was changed")
    assert found({"lock": True}, known) == (True, "requirements.lock")
    assert found({"lock": True}, facts())[0] is False
    assert found({"intact": True}, known) == (False, "model.bin was changed")
    assert found({"intact": True}, facts())[0] is True


@pytest.mark.parametrize(
    ("approvals", "names"),
    [
        ((BOB, CLEO), ["bob@example.org", "cleo@example.org"]),
        ((BOB, {**BOB, "email": "BOB@Example.org"}), ["BOB@Example.org"]),
        (({"name": "ada", "email": "Ada@example.org"}, CLEO), ["cleo@example.org"]),
        (({"name": "bob"}, {"name": "bob"}), ["bob"]),
    ],
)
def test_each_other_person_approves_once(
    approvals: tuple[dict[str, Any], ...], names: list[str]
) -> None:
    known = facts(requests=(request(*approvals),))
    assert found({"approvals": len(names)}, known) == (True, ", ".join(names))
    passed, words = found({"approvals": len(names) + 1}, known)
    assert (passed, words.partition(":")[0]) == (False, f"{len(names)} of {len(names) + 1}")


def test_a_rejected_request_and_none_give_no_approval() -> None:
    rejected = request(BOB, CLEO, rejects=True)
    assert not found({"approvals": 1}, facts(requests=(rejected,)))[0]
    _, words = found({"approvals": 1}, facts())
    assert words == ("nobody proposed it: mltrack promote churn/2 --to production --propose -m WHY")


def test_of_several_requests_that_with_the_most_approvals_counts() -> None:
    known = facts(requests=(request(BOB, CLEO), request(BOB, event="2")))
    assert found({"approvals": 2}, known)[0]


def test_an_approval_counts_as_attested_where_the_code_host_says_so() -> None:
    known = facts(requests=(request({**BOB, "attested": True}, CLEO),))
    assert found({"approvals": 1, "by": "attested"}, known) == (True, "bob@example.org")
    assert not found({"approvals": 2, "by": "attested"}, known)[0]
    assert not found({"approvals": 1, "by": "signed"}, known)[0]


def test_whose_approval_is_not_sure_enough_is_named() -> None:
    known = facts(requests=(request({**BOB, "attested": True}, CLEO),))
    _, words = found({"approvals": 2, "by": "attested"}, known)
    assert words.startswith("1 of 2: bob@example.org; not sure enough: cleo@example.org; proposed")


def test_who_knows_of_signatures_may_judge_by_them() -> None:
    knows = Witness(of_review=lambda _: Level.SIGNED, of_move=Level.CLAIMED)
    known = facts(requests=(request(BOB),), witness=knows)
    assert found({"approvals": 1, "by": "signed"}, known)[0]
    assert found({"approvals": 1, "by": "attested"}, known)[0]
    assert found({"signed": True}, known) == (False, "claimed")


def test_a_signature_is_asked_for_once_there_is_a_commit() -> None:
    passed, words = found({"signed": True}, facts())
    assert (passed, words) == (True, "asked by mltrack registry check, when it is committed")
