"""Promotions through gates, of real versions and evaluations."""

import shutil
from pathlib import Path

import pytest

import mltrack
from mltrack.api.registry.history import registry_history
from mltrack.api.registry.models import get_model
from mltrack.api.runs.removal import remove_runs
from mltrack.errors import UsageError
from mltrack.registry.gates.refusal import GateError
from mltrack.store.yaml_reader import read_file
from tests.registry.gates.stores import DATA, OTHER, evaluate, guard
from tests.registry.project import Project

AT_LEAST = {"metric": "accuracy", "min": 0.9}
NO_WORSE = {"metric": "accuracy", "no_worse_by": 0.01}


def judged(version: str = "churn/1", to: str = "production") -> list[bool]:
    """Return for each gate whether it is met."""
    move = mltrack.promote_model(version, to=to, reason="good", dry_run=True)
    return [result.passed for result in move.gates]


def test_a_version_that_meets_every_gate_goes_and_its_event_says_so(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST, {"intact": True})
    run = evaluate(version, accuracy=0.95)
    move = project.promote("churn/1", "production")
    event = read_file(project.store.layout.model_events("churn") / f"{move.event}.yaml")
    assert event["evidence"]["gates"] == [
        {
            "gate": "accuracy at least 0.9",
            "passed": True,
            "found": f"0.95 on data {DATA[:12]} (run {run[16:]})",
        },
        {"gate": "its files are as they were registered", "passed": True, "found": "they are"},
    ]
    assert event["evidence"]["evaluations"] == [
        {"run": run, "data": DATA, "metrics": {"accuracy": 0.95}}
    ]
    assert "forced" not in event


def test_figures_of_slices_stand_in_the_event_only_where_a_gate_asks(project: Project) -> None:
    version = project.register()
    guard(project, {"metric": "slice/plan=a/mae", "max": 2})
    figures = {"slice/plan=a/mae": 1.0, "slice/plan=b/mae": 3.0, "mae": 2.0}
    evaluate(version, DATA, "", **figures)
    (used,) = project.promote("churn/1", "production").evaluations
    assert used.metrics == {"slice/plan=a/mae": 1.0, "mae": 2.0}


def test_a_gate_that_is_not_met_refuses_and_writes_nothing(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST, {"tags": ["validated"]})
    evaluate(version, accuracy=0.85)
    with pytest.raises(GateError) as caught:
        project.promote("churn/1", "production")
    assert caught.value.message == "churn v1 does not meet 2 of 2 gates of production"
    assert "accuracy at least 0.9: 0.85 on data" in caught.value.why
    assert "tag validated: not there" in caught.value.why
    assert len(project.events) == 1


def test_force_moves_it_and_is_recorded_for_ever(project: Project) -> None:
    project.register()
    guard(project, AT_LEAST)
    move = mltrack.promote_model("churn/1", to="production", reason="urgent", force=True)
    assert (move.forced, move.is_met) == (True, False)
    last = registry_history("churn")[-1]
    assert (last.forced, last.evidence.gates[0].passed) == (True, False)
    assert get_model("churn").versions[0].forced


def test_whoever_is_replaced_by_force_was_not_forced_anywhere(project: Project) -> None:
    project.register()
    project.register()
    project.promote("churn/1", "production")
    guard(project, {"tags": ["validated"]})
    mltrack.promote_model("churn/2", to="production", reason="urgent", force=True)
    assert [v.forced for v in get_model("churn").versions] == [False, True]


def test_force_that_was_not_needed_is_not_recorded(project: Project) -> None:
    project.register()
    guard(project, {"intact": True})
    move = mltrack.promote_model("churn/1", to="production", reason="urgent", force=True)
    assert not move.forced
    assert not registry_history("churn")[-1].forced


def test_gates_guard_their_own_stage_alone(project: Project) -> None:
    project.register()
    guard(project, AT_LEAST)
    assert judged(to="staging") == []
    assert judged(to="production") == [False]


def test_only_evaluations_of_the_same_bytes_count(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST)
    evaluate(version, digest="0" * 64, accuracy=0.99)
    assert judged() == [False]
    evaluate(version, accuracy=0.99)
    assert judged() == [True]


def test_the_newest_evaluation_counts(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST)
    evaluate(version, accuracy=0.99)
    evaluate(version, accuracy=0.5)
    assert judged() == [False]


def test_a_removed_evaluation_does_not_count(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST)
    run = evaluate(version, accuracy=0.99)
    assert judged() == [True]
    remove_runs(run[16:])
    assert judged() == [False]


def test_an_evaluation_that_failed_does_not_count(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST)
    run = mltrack.start_run(tags={"evaluate.version": version.id})
    run.log_metrics({"accuracy": 0.99}, data=DATA, model=version.digest)
    assert judged() == [False]
    run.finish("failed")
    assert judged() == [False]


def test_an_evaluation_whose_figures_were_edited_does_not_count(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST)
    journal = project.store.layout.run_folder(evaluate(version, accuracy=0.85)) / "metrics.jsonl"
    journal.write_text(journal.read_text("utf-8").replace("0.85", "0.95"), "utf-8")
    move = mltrack.promote_model("churn/1", to="production", reason="good", dry_run=True)
    assert not move.is_met
    assert "was changed after it ended" in move.gates[0].found


def test_after_a_rewind_only_what_came_then_counts(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST)
    run = evaluate(version, accuracy=0.99)
    with mltrack.start_run(resume=run, step=0) as resumed:
        resumed.log_metrics({"f1": 0.5}, data=DATA, model=version.digest)
    assert judged() == [False]


def test_the_holder_is_compared_on_the_same_data(project: Project) -> None:
    first, second = project.register(), project.register()
    project.promote("churn/1", "production")
    guard(project, NO_WORSE)
    evaluate(second, accuracy=0.9)
    evaluate(first, OTHER, accuracy=0.5)
    assert judged("churn/2") == [False]
    evaluate(first, accuracy=0.905)
    assert judged("churn/2") == [True]
    evaluate(first, accuracy=0.92)
    assert judged("churn/2") == [False]


def test_the_newest_of_a_stage_that_holds_many_is_its_holder(project: Project) -> None:
    first, second = project.register(), project.register()
    project.promote("churn/1", "archived")
    guard(project, NO_WORSE, stage="archived")
    evaluate(first, accuracy=0.9)
    evaluate(second, accuracy=0.5)
    assert judged("churn/2", to="archived") == [False]


def test_the_code_of_the_run_is_asked(project: Project) -> None:
    project.repo.write("train.py", "one")
    project.repo.commit("Write a script")
    project.register()
    project.repo.write("train.py", "two")
    project.register()
    guard(project, {"clean_git": True})
    assert [judged(f"churn/{number}") for number in (1, 2)] == [[True], [False]]


def test_a_version_from_a_folder_has_no_run_that_could_tell(project: Project) -> None:
    mltrack.register_model(project.package(), "churn")
    guard(project, {"clean_git": True}, {"verified": True}, {"lock": True}, {"intact": True})
    assert judged() == [False, False, False, True]


def test_a_verdict_is_read_off_the_run_and_its_rerun(project: Project) -> None:
    version = project.register()
    guard(project, {"verified": True})
    said = {"verify": "identical", "verify.run": project.run()}
    mltrack.tag_run(str(version.source.run), said)
    assert judged() == [False], "any run at all was taken for one that ran it again"


def test_an_old_package_without_a_lock_does_not_pass(project: Project) -> None:
    project.register()
    guard(project, {"lock": True})
    assert judged() == [False]


def test_files_that_are_gone_refuse_before_any_gate(project: Project) -> None:
    version = project.register()
    guard(project, {"intact": True})
    shutil.rmtree(project.store.layout.run_folder(str(version.source.run)))
    with pytest.raises(mltrack.errors.IntegrityError):
        project.promote("churn/1", "production")


def test_no_path_of_this_machine_gets_into_an_event(project: Project) -> None:
    version = project.register()
    project.promote("churn/1", "production")
    guard(project, {"intact": True}, stage="archived")
    shutil.rmtree(project.store.layout.run_folder(str(version.source.run)))
    mltrack.archive_model("churn/1", reason="its files are lost")
    event = project.events[-1].read_text("utf-8")
    assert "are not here" in event
    assert str(project.repo.path) not in event


def test_broken_gates_refuse_and_the_listing_goes_on(project: Project) -> None:
    project.register()
    guard(project, {"metrics": "accuracy"})
    with pytest.raises(UsageError, match=r"config\.yaml:\d+: gates\.production, rule 1") as caught:
        project.promote("churn/1", "production")
    assert "did you mean metric" in caught.value.message
    project.promote("churn/1", "staging")
    assert get_model("churn").versions[0].stage == "staging"


def test_gates_of_an_unknown_stage_refuse_every_promotion(project: Project) -> None:
    project.register()
    guard(project, {"intact": True}, stage="prodction")
    with pytest.raises(UsageError, match="did you mean production"):
        project.promote("churn/1", "staging")


def test_a_dry_run_writes_nothing_but_what_any_question_does(project: Project) -> None:
    version = project.register()
    guard(project, AT_LEAST, NO_WORSE, {"lock": True}, {"clean_git": True}, {"intact": True})
    evaluate(version, accuracy=0.95)
    before = _files(project.store.root)
    judged()
    assert _files(project.store.root) == before


def _files(root: Path) -> dict[str, int]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(p): p.stat().st_mtime_ns for p in files if p.parent != root / "cache"}
