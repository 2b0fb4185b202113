"""Events that nobody's command would write, and that `registry check` must not let pass."""

import subprocess
from typing import Any

import pytest

import mltrack
from mltrack.registry.reader import load_model
from mltrack.store.events import Event, decode, record
from tests.registry.checked import begin, check, forge, told
from tests.registry.project import NAME, Project


def register_again(project: Project) -> None:
    """Write the registration of version 1 once more, so that it comes before the real one."""
    folder = project.store.layout.model_events(NAME)
    version = load_model(project.store, NAME).versions[0]
    real = decode(folder / f"{version.event}.yaml", version.event)
    body = {**real.body, "digest": "0" * 64}
    forged = real._replace(body=body, actor={"name": "Eve", "source": "git"}, name="")
    for number in range(1000):
        tried = forged._replace(nonce=f"{number:016x}")
        written = record(folder, tried, tmp=project.store.layout.tmp)
        if written.name < real.name:
            return
        (folder / f"{written.name}.yaml").unlink()
    pytest.fail("none came first")


def put_in_production_on_main(project: Project) -> None:
    project.promote("churn/1", "production")
    project.repo.commit("Promote")
    project.repo.git("branch", "--force", "main", "HEAD")


def test_a_registration_that_takes_the_place_of_another_is_found(project: Project) -> None:
    begin(project)
    register_again(project)
    version = load_model(project.store, NAME).versions[0]
    assert version.digest == "0" * 64
    assert f"registers {version.id} once more" in told(project)


@pytest.mark.parametrize("number", [2, 7])
def test_another_number_for_a_version_that_has_its_own_is_found(
    project: Project, number: int
) -> None:
    begin(project)
    forge(project, "number-assigned", number=number)
    assert "which has one of its own" in told(project)


@pytest.mark.parametrize("number", [1, 4, 10**9 - 1])
def test_a_number_that_is_not_the_next_is_found(project: Project, number: int) -> None:
    begin(project)
    other = load_model(project.store, NAME).versions[0].id[:-8] + "zzzzzzzz"
    said: dict[str, Any] = {
        "stage": "dev",
        "digest": "0" * 64,
        "flavor": "sklearn",
        "proposed": number,
    }
    source = {"files": True, "path": "model"}
    forge(project, "registered", version=other, source=source, **said)
    assert f"takes the number {number}, and the next is 3" in told(project)


def test_numbers_that_are_settled_by_the_command_are_clean(project: Project) -> None:
    begin(project)
    project.register()
    project.repo.commit("Register here")
    project.repo.checkout("main")
    project.register()
    project.repo.commit("Register there")
    project.repo.checkout("change")
    project.repo.git("merge", "--quiet", "main")
    mltrack.resolve_numbers(NAME)
    assert told(project) == ""


@pytest.mark.parametrize("whole", [False, True])
def test_a_version_that_is_removed_from_production_is_found(project: Project, whole: bool) -> None:
    begin(project, versions=1)
    put_in_production_on_main(project)
    said: dict[str, Any] = {"version": None} if whole else {}
    forge(project, "deleted", **said)
    assert "removes churn/1, which is in production" in told(project)


def test_a_stage_is_not_freed_for_who_had_not_seen_that_it_was_taken(project: Project) -> None:
    begin(project)
    put_in_production_on_main(project)
    state = load_model(project.store, NAME)
    two = state.versions[1]
    move: dict[str, Any] = {
        "from": "dev",
        "stage": "production",
        "replaces": [],
        "replaced_to": None,
    }
    unseeing = Event(
        kind="promoted",
        subject=state.folder,
        parents=(two.event,),
        actor={"name": "Eve", "source": "git"},
        body={"model": NAME, "version": two.id, **move, "evidence": {}},
    )
    folder = project.store.layout.model_events(state.folder)
    record(folder, unseeing, tmp=project.store.layout.tmp)
    forge(project, "archived", **{"from": "production", "stage": "archived"})
    assert "contested" in told(project)


def test_a_command_that_is_named_as_a_fix_runs_nothing_that_a_name_of_a_file_says(
    project: Project,
) -> None:
    begin(project)
    file = project.events[0].parent / "$(touch ran).yaml"
    file.write_text("format: 1\n", "utf-8")
    (finding,) = check(project).findings
    subprocess.run(finding.fix, shell=True, cwd=project.repo.path, check=True)
    assert not file.exists()
    assert not (project.repo.path / "ran").exists()


def test_a_branch_does_not_make_itself_the_one_on_which_the_index_is_written(
    project: Project,
) -> None:
    begin(project)
    project.repo.write(".mltrack/config.yaml", "format: 1\nindex_branch: change\n")
    project.repo.write(".mltrack/registry.yaml", "format: 1\nmodels: {}\n")
    assert "is written on the index branch only" in told(project)
