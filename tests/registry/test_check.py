"""What `registry check` asks of a branch before it is merged."""

import shutil
from pathlib import Path

import pytest

import mltrack
from mltrack.errors import NotFoundError, UsageError
from tests.registry.checked import begin, check, forge, told
from tests.registry.project import Project
from tests.support.cli import Cli

EXCLUSIVE = (
    "stages: {dev: {}, staging: {exclusive: true}, production: {exclusive: true}, archived: {}}\n"
)


@pytest.fixture
def project(two: Project) -> Project:
    return two


def test_a_branch_that_keeps_the_rules_is_clean(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "staging")
    project.promote("churn/2", "staging")
    project.register()
    mltrack.propose_model("churn/2", to="production", reason="good")
    report = check(project)
    assert report.is_clean
    assert [event.words for event in report.events] == [
        "churn v1: promoted, dev -> staging",
        "churn v2: promoted, dev -> staging",
        "churn v3: registered, dev",
        "churn v2: requested, staging -> production",
    ]


def test_a_branch_that_does_nothing_to_the_registry_is_clean(project: Project) -> None:
    begin(project)
    project.repo.write("train.py", "print()")
    assert check(project).events == ()


def test_what_the_base_has_by_another_way_is_not_new(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "staging")
    commit = project.repo.commit("Promote")
    project.repo.checkout("main")
    project.repo.write("other", "so that the commits differ")
    project.repo.commit("Go on")
    project.repo.git("cherry-pick", commit)
    project.repo.checkout("change")
    assert mltrack.check_registry("main").events == ()


def test_an_event_that_the_branch_added_and_took_back_is_found(project: Project) -> None:
    begin(project)
    file = (
        project.store.layout.model_events("churn")
        / f"{project.promote('churn/1', 'staging').event}.yaml"
    )
    project.repo.commit("Promote")
    file.unlink()
    assert "was added on this branch and removed again" in told(project)


@pytest.mark.parametrize("name", ["notes.txt", "000000000001-0123456789abcdef0123.yaml", "a.yaml"])
def test_what_never_was_an_event_may_be_taken_away_again(project: Project, name: str) -> None:
    begin(project)
    file = project.events[0].parent / name
    file.write_text("hello: 1\n", "utf-8")
    assert name in told(project)
    file.unlink()
    assert told(project) == ""


def test_an_event_that_a_merge_on_the_branch_brought_and_that_was_taken_back_is_found(
    project: Project,
) -> None:
    begin(project)
    project.repo.branch("side")
    event = project.promote("churn/1", "staging").event
    project.repo.commit("Promote")
    project.repo.checkout("change")
    project.repo.merge("side")
    (project.store.layout.model_events("churn") / f"{event}.yaml").unlink()
    assert "was added on this branch and removed again" in told(project)


@pytest.mark.parametrize("place", ["churn/events/more/events", "churn/events/more"])
def test_a_folder_where_only_events_may_be_is_found(project: Project, place: str) -> None:
    begin(project)
    folder = project.store.layout.models / place
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(project.events[0], folder)
    assert "is no event, and stands where only events may be" in told(project)


def test_a_branch_that_names_itself_the_index_branch_is_not_believed(project: Project) -> None:
    begin(project)
    project.repo.write(".mltrack/config.yaml", "format: 1\nindex_branch: change\n")
    project.repo.write(".mltrack/registry.yaml", "format: 1\nmodels: {}\n")
    report = check(project)
    assert ["is written on the index branch only" in one.what for one in report.findings] == [True]
    assert "says another index_branch" in report.notes[0]


def test_a_changed_event_is_found(project: Project) -> None:
    begin(project)
    file = project.events[0]
    file.write_text(file.read_text("utf-8").replace("example.org", "example.com"), "utf-8")
    assert told(project).endswith("was changed, and an event is for ever")


@pytest.mark.parametrize("name", ["notes.txt", "000000000001-0123456789abcdef0123.yaml", "a.yaml"])
def test_a_file_that_is_no_event_is_found_among_them(project: Project, name: str) -> None:
    begin(project)
    (project.events[0].parent / name).write_text("hello: 1\n", "utf-8")
    assert name in told(project)


def test_a_link_among_the_events_is_found(project: Project) -> None:
    begin(project)
    link = project.events[0].parent / "000000000001-0123456789abcdef0123.yaml"
    link.symlink_to(project.events[0])
    assert "is no event" in told(project)


def test_an_event_that_follows_what_is_not_committed_is_found(project: Project) -> None:
    begin(project)
    first = project.promote("churn/1", "staging").event
    project.promote("churn/2", "staging")
    (project.events[0].parent / f"{first}.yaml").unlink()
    assert f"follows {first}, which is not here" in told(project)


def test_an_event_of_an_unknown_kind_is_found(project: Project) -> None:
    begin(project)
    forge(project, "blessed")
    assert "is of the kind 'blessed', which this mltrack does not know" in told(project)


def test_an_event_without_what_its_kind_needs_is_found(project: Project) -> None:
    begin(project)
    forge(project, "promoted")
    assert "stage must be a text" in told(project)


def test_an_event_about_another_model_is_found(project: Project) -> None:
    begin(project)
    forge(project, "tagged", model="fraud", tags={"a": 1})
    assert "is about another model" in told(project)


def test_a_changed_registry_yaml_is_found_but_on_the_index_branch(project: Project) -> None:
    begin(project)
    project.repo.write(".mltrack/registry.yaml", "format: 1\nmodels: {}\n")
    assert (
        told(project)
        == ".mltrack/registry.yaml: was changed, and is written on the index branch only"
    )
    project.repo.checkout("main")
    project.repo.branch("before")
    project.repo.checkout("main")
    project.promote("churn/1", "staging")
    project.repo.commit("Promote")
    assert mltrack.check_registry("before").is_clean


def test_what_is_not_committed_is_told(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "staging")
    report = mltrack.check_registry("main")
    assert report.events == ()
    assert "are not committed; they were not looked at" in report.notes[0]


def test_without_a_base_the_index_branch_counts(project: Project) -> None:
    begin(project)
    project.promote("churn/1", "staging")
    project.repo.commit("Promote")
    assert len(mltrack.check_registry().events) == 1


def test_the_index_branch_counts_as_its_remote_has_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    project.repo.commit("Register")
    clone = project.repo.clone("clone")
    monkeypatch.chdir(clone.path)
    project.promote("churn/1", "staging")
    clone.commit("Promote on main itself")
    assert [event.kind for event in mltrack.check_registry().events] == ["promoted"]


def test_a_shallow_clone_is_refused_with_what_to_set(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begin(project)
    project.repo.git(
        "clone", "--quiet", "--depth=1", f"file://{project.repo.path}", str(tmp_path / "s")
    )
    monkeypatch.chdir(tmp_path / "s")
    with pytest.raises(UsageError, match="lacks the older commits") as caught:
        mltrack.check_registry("HEAD")
    assert "fetch-depth: 0" in caught.value.fix


def test_a_base_that_is_not_there_is_told(project: Project) -> None:
    begin(project)
    with pytest.raises(NotFoundError, match="'origin/main' names no commit"):
        mltrack.check_registry("origin/main")


def test_without_git_there_is_nothing_to_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "plain"
    (folder / ".mltrack").mkdir(parents=True)
    monkeypatch.chdir(folder)
    mltrack.init_store()
    with pytest.raises(UsageError, match="is in no git repository"):
        mltrack.check_registry()


def test_the_command_prints_a_line_a_finding_and_exits_with_one(project: Project, cli: Cli) -> None:
    begin(project)
    project.promote("churn/1", "staging")
    project.repo.commit("Promote")
    asked = ("registry", "check", "--base", "main")
    clean = cli(*asked, cwd=project.repo.path)
    assert (clean.code, clean.out) == (0, "")
    assert "checked 1 new event of 1 model: nothing is wrong" in clean.err
    project.events[0].unlink()
    project.repo.commit("Remove it")
    found = cli(*asked, cwd=project.repo.path)
    assert found.code == 1
    assert found.out.startswith(".mltrack/models/churn/events/000000000001-")
    document = cli(*asked, "--output", "json", cwd=project.repo.path).json()
    assert (document["format"], document["clean"]) == (1, False)
    assert set(document["findings"][0]) == {"file", "what", "fix"}


def test_in_a_ci_job_the_base_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(project)
    monkeypatch.setenv("GITHUB_ACTOR", "mallory")
    with pytest.raises(UsageError, match="not known which branch") as caught:
        mltrack.check_registry()
    assert "--base origin/main" in caught.value.fix
    assert mltrack.check_registry("main").findings == ()


def test_files_that_nobody_looked_at_are_told(project: Project) -> None:
    project.repo.write(".mltrack/config.yaml", "format: 1\nartifacts: {inline_file_bytes: 1}\n")
    version = project.register()
    begin(project)
    reason = "the cluster has it"
    mltrack.promote_model(version.uri, to="production", reason=reason, allow_unpushed=True)
    project.repo.commit("Promote what is too large for git")
    report = mltrack.check_registry("main")
    assert report.findings == ()
    assert "its files were not looked at" in "".join(report.notes), report
