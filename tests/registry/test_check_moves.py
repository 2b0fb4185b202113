"""What `registry check` asks of what a branch says of versions: moves, requests, answers."""

import pytest

import mltrack
from tests.registry.checked import begin, check, forge, told
from tests.registry.project import Project

EXCLUSIVE = (
    "stages: {dev: {}, staging: {exclusive: true}, production: {exclusive: true}, archived: {}}\n"
)


@pytest.fixture
def project(two: Project) -> Project:
    return two


def test_a_removed_event_is_found(project: Project) -> None:
    begin(project)
    project.events[1].unlink()
    assert "was removed, and an event is for ever" in told(project)


def test_a_renamed_event_is_found_as_removed_and_as_no_event(project: Project) -> None:
    begin(project)
    file = project.events[0]
    file.rename(file.with_name(f"000000000009-{file.name[13:]}"))
    found = told(project)
    assert "was removed" in found
    assert "does not follow its parents" in found


def test_a_version_that_is_registered_in_production_is_found(project: Project) -> None:
    begin(project)
    forge(
        project,
        "registered",
        version="20260131-120000-kfxhqzab",
        proposed=3,
        stage="production",
        digest="0" * 64,
        flavor="sklearn",
        source={"files": True, "path": "model"},
    )
    assert "registers a version in production, and each begins in dev" in told(project)


def test_a_move_of_a_version_that_is_not_there_is_found(project: Project) -> None:
    begin(project)
    forge(project, "promoted", stage="staging", version="20260131-120000-kfxhqzab")
    assert "is not registered before it" in told(project)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"stage": "stagin"}, "there is no stage 'stagin', did you mean staging"),
        ({"stage": "Staging"}, "no stage's own name"),
        ({"stage": "dev"}, "is already in dev"),
    ],
)
def test_a_move_that_cannot_be_made_is_found(
    project: Project, said: dict[str, str], words: str
) -> None:
    begin(project)
    forge(project, "promoted", **said)
    assert words in told(project)


def test_a_move_that_the_base_does_not_allow_is_found_though_the_branch_allows_it(
    project: Project,
) -> None:
    begin(project, config="moves: {dev: [staging]}\n")
    project.repo.write(".mltrack/config.yaml", "format: 1\n")
    project.promote("churn/1", "production")
    assert "may not go from dev to production" in told(project)


def test_a_promotion_that_moves_another_version_in_secret_is_found(project: Project) -> None:
    begin(project)
    other = mltrack.get_model("churn").versions[1].id
    forge(project, "promoted", stage="staging", replaces=[other], replaced_to="production")
    assert "moves other versions than it should" in told(project)


def test_a_promotion_that_leaves_the_holder_where_it_is_is_found(project: Project) -> None:
    begin(project)
    project.promote("churn/2", "staging")
    forge(project, "promoted", stage="staging")
    assert "moves other versions than it should" in told(project)


@pytest.mark.parametrize(
    ("kind", "words"), [("archived", "says that it archives"), ("demoted", "says that it demotes")]
)
def test_a_move_that_is_called_what_it_is_not_is_found(
    project: Project, kind: str, words: str
) -> None:
    begin(project)
    forge(project, kind, stage="production")
    assert words in told(project)


def test_a_stage_that_both_branches_gave_away_is_found(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "production")
    project.repo.commit("Promote one")
    project.repo.checkout("main")
    project.promote("churn/2", "production")
    project.repo.commit("Promote the other")
    project.repo.checkout("change")
    assert "would leave a stage contested: production of churn is contested" in told(project)


def test_a_stage_that_a_merge_of_the_base_settled_is_clean(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "production")
    project.repo.commit("Promote one")
    project.repo.checkout("main")
    project.promote("churn/2", "production")
    project.repo.commit("Promote the other")
    project.repo.checkout("change")
    project.repo.git("checkout", "main", "--", ".mltrack/registry.yaml")
    project.repo.commit("Take the index of main")
    project.repo.merge("main")
    project.promote("churn/1", "production")
    assert told(project) == ""


def test_a_number_that_both_branches_gave_away_is_told(project: Project) -> None:
    begin(project)
    project.register()
    project.repo.commit("Register one")
    project.repo.checkout("main")
    project.register()
    project.repo.commit("Register another")
    project.repo.checkout("change")
    report = check(project)
    assert report.is_clean
    assert "churn/3 means 2 versions" in report.notes[0]


def test_a_policy_that_the_branch_changes_is_told_and_does_not_count(project: Project) -> None:
    begin(project)
    project.repo.write(".mltrack/config.yaml", "format: 1\nmoves: {dev: [staging]}\n")
    report = check(project)
    assert report.is_clean
    assert "config.yaml says other moves than" in report.notes[0]


def test_a_policy_that_cannot_be_meant_is_found(project: Project) -> None:
    begin(project)
    project.repo.write(".mltrack/config.yaml", "format: 1\nmoves: {dev: [nowhere]}\n")
    project.repo.commit("Break it")
    (finding,) = mltrack.check_registry("main").findings
    assert (finding.file, "there is no stage nowhere" in finding.what) == (
        ".mltrack/config.yaml",
        True,
    )


def test_files_that_are_not_committed_are_found_for_an_exclusive_stage(project: Project) -> None:
    begin(project)
    project.register()
    project.promote("churn/3", "staging")
    project.repo.git("add", ".mltrack/models")
    project.repo.git("commit", "--quiet", "--message", "Forget the run")
    (finding,) = mltrack.check_registry("main").findings
    assert "moves churn/3 to staging, but git does not carry" in finding.what


def test_files_that_are_gone_or_altered_are_found_for_an_exclusive_stage(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "staging")
    run = str(mltrack.get_model("churn").versions[0].source.run)
    weights = project.store.layout.run_folder(run) / "artifacts/model/data/model.bin"
    weights.chmod(0o644)
    weights.write_text("other", encoding="utf-8")
    assert "was changed" in told(project)


def test_a_forced_move_is_listed_and_needs_to_be_allowed(project: Project) -> None:
    begin(project)
    forge(project, "promoted", stage="staging", forced=True)
    assert "was forced into staging" in told(project)
    report = check(project, allow_forced=True)
    assert report.is_clean
    assert [event.by for event in report.forced] == ["eve@example.org"]


def test_a_gate_that_was_not_met_as_the_event_itself_says_is_found(project: Project) -> None:
    begin(project)
    gates = [{"gate": "accuracy at least 0.99", "passed": False, "found": "0.9"}]
    forge(project, "promoted", stage="staging", evidence={"gates": gates})
    assert "does not meet a gate of staging: accuracy at least 0.99: 0.9" in told(project)


def test_who_approves_what_they_asked_for_is_found(project: Project) -> None:
    begin(project)
    request = forge(project, "requested", stage="staging")
    forge(project, "approved", stage="staging", request=request.stem)
    assert "approves what the same person asked for" in told(project)


def test_an_answer_to_what_nobody_asked_for_is_found(project: Project) -> None:
    begin(project)
    forge(project, "approved", stage="staging", request=project.events[0].stem)
    assert "which is no open request" in told(project)


def test_steps_back_that_the_commands_take_are_clean(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "production")
    project.promote("churn/2", "production")
    mltrack.rollback_model("churn", reason="worse than before")
    mltrack.demote_model("churn/1", to="staging", reason="look again")
    mltrack.archive_model("churn/1", reason="enough of it")
    assert told(project) == ""
