"""What is said of a run after its end travels with git and merges without a conflict."""

from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.api import store as api_store
from mltrack.api.runs.changes import rename_run, tag_run
from mltrack.api.runs.removal import remove_runs, restore_runs
from mltrack.store.store import Store
from tests.support.repository import Repository


@pytest.fixture
def run_id(project: Repository) -> str:
    """Return a finished run that is committed on main."""
    with mltrack.start_run(name="subject", tags={"a": 1}) as run:
        run.log_metric("loss", 1)
    project.commit("Record a run")
    return run.id


def on_branch(project: Repository, name: str) -> None:
    project.git("checkout", "-q", "-b", name, "main")


def test_tags_and_a_new_name_are_read_back(run_id: str) -> None:
    tag_run(run_id, {"a": 2, "b": [1, 2]})
    rename_run(run_id, "better")
    read = mltrack.get_run(run_id)
    assert (read.tags, read.name) == ({"a": 2, "b": [1, 2]}, "better")
    assert mltrack.search_runs()[0].tags == {"a": 2, "b": [1, 2]}


def test_saying_something_changes_no_file_that_was_there(run_id: str, project: Repository) -> None:
    tag_run(run_id, {"a": 2})
    (change,) = project.git("status", "--porcelain", "-uall").splitlines()
    assert change.startswith(f"?? .mltrack/annotations/{run_id[:6]}/{run_id[6:8]}/{run_id}.")


def test_what_two_branches_say_merges_whole(run_id: str, project: Repository) -> None:
    on_branch(project, "ours")
    tag_run(run_id, {"mine": 1, "both": "ours"})
    project.commit("Say")
    on_branch(project, "theirs")
    tag_run(run_id, {"yours": 2, "both": "theirs"})
    rename_run(run_id, "renamed")
    project.commit("Say too")
    project.merge("ours")
    read = mltrack.get_run(run_id)
    assert read.tags.items() >= {"a": 1, "mine": 1, "yours": 2}.items()
    assert read.tags["both"] in {"ours", "theirs"}
    assert read.name == "renamed"


def test_a_removed_run_is_not_listed_and_can_be_brought_back_in_any_clone(
    run_id: str, project: Repository
) -> None:
    remove_runs([run_id], reason="a mistake")
    assert list(mltrack.search_runs()) == []
    assert [run.id for run in mltrack.search_runs(deleted=True)] == [run_id]
    project.commit("Remove it")
    clone = project.clone("clone")
    api_store.use(folder=clone.path)
    assert list(mltrack.search_runs()) == []
    restore_runs([run_id[16:20]])
    assert [run.id for run in mltrack.search_runs()] == [run_id]
    clone.commit("Bring it back")
    api_store.use()
    project.git("pull", "-q", "--no-rebase", "--no-edit", str(clone.path), "main")
    assert [run.id for run in mltrack.search_runs()] == [run_id]


def test_a_removal_that_did_not_see_a_tag_keeps_the_run_and_warns(
    run_id: str, project: Repository
) -> None:
    on_branch(project, "ours")
    remove_runs([run_id])
    project.commit("Remove it")
    on_branch(project, "theirs")
    tag_run(run_id, {"precious": True})
    project.commit("Tag it")
    project.merge("ours")
    found = mltrack.search_runs()
    assert [run.id for run in found] == [run_id]
    assert "had not seen that it was tagged, so it is kept" in found.warnings[0]


def test_a_removal_that_did_not_see_later_rows_keeps_the_run_and_warns(
    run_id: str, project: Repository
) -> None:
    on_branch(project, "ours")
    remove_runs([run_id])
    project.commit("Remove it")
    on_branch(project, "theirs")
    with mltrack.start_run(resume=run_id) as again:
        again.log_metric("loss", 2)
    project.commit("Go on")
    project.merge("ours")
    (run,) = mltrack.search_runs()
    assert "had not seen what" in run.record.warnings[0]


def test_a_removal_that_saw_everything_counts_though_another_did_not(
    run_id: str, project: Repository
) -> None:
    on_branch(project, "ours")
    remove_runs([run_id])
    project.commit("Remove it")
    on_branch(project, "theirs")
    tag_run(run_id, {"a": 3})
    remove_runs([run_id])
    project.commit("Tag it, and remove it")
    project.merge("ours")
    assert list(mltrack.search_runs()) == []


def test_removed_on_one_branch_and_brought_back_on_another_is_kept(
    run_id: str, project: Repository
) -> None:
    remove_runs([run_id])
    project.commit("Remove it")
    on_branch(project, "ours")
    restore_runs([run_id])
    project.commit("Bring it back")
    on_branch(project, "theirs")
    remove_runs([run_id])
    project.commit("Remove it again")
    project.merge("ours")
    assert [run.id for run in mltrack.search_runs()] == [run_id]


def test_a_tag_on_a_removed_run_does_not_bring_it_back(run_id: str) -> None:
    remove_runs([run_id])
    tag_run(run_id, {"late": 1})
    assert list(mltrack.search_runs()) == []


def test_a_running_run_is_not_removed() -> None:
    with mltrack.start_run() as run, pytest.raises(mltrack.UsageError, match="still running"):
        remove_runs([run.id])


@pytest.mark.parametrize("content", [b"", b"kind: tagged\n", b"<<<<<<< ours\n", b"\x00\xff"])
def test_a_broken_annotation_costs_one_warning(run_id: str, content: bytes) -> None:
    tag_run(run_id, {"good": 1})
    tag_run(run_id, {"bad": 1})
    annotations = sorted(Path(".mltrack/annotations").rglob("*.yaml"))
    annotations[-1].write_bytes(content)
    found = mltrack.search_runs()
    assert found[0].tags == {"a": 1, "good": 1}
    assert len(found.warnings) == 1


def test_an_annotation_of_another_run_is_passed_over_with_a_warning(
    run_id: str, store: Store
) -> None:
    with mltrack.start_run(name="other") as other:
        pass
    tag_run(run_id, {"stray": 1})
    (path,) = store.layout.annotations(run_id).iterdir()
    path.rename(path.with_name(path.name.replace(run_id, other.id)))
    read = mltrack.get_run(other.id)
    assert read.tags == {}
    assert f"is about {run_id!r}" in read.record.warnings[0]


def test_who_annotates_is_named_as_the_policy_says(
    run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_IDENTITY_USER", "none")
    tag_run(run_id, {"x": 1})
    (path,) = Path(".mltrack/annotations").rglob("*.yaml")
    assert "ada" not in path.read_text().lower()


def test_of_two_new_names_every_clone_takes_the_same(run_id: str, project: Repository) -> None:
    on_branch(project, "ours")
    rename_run(run_id, "ours")
    project.commit("Rename it")
    on_branch(project, "theirs")
    rename_run(run_id, "theirs")
    project.commit("Rename it too")
    project.merge("ours")
    here = mltrack.get_run(run_id).name
    api_store.use(folder=project.clone("clone").path)
    assert mltrack.get_run(run_id).name == here


@pytest.mark.parametrize(("settle", "left"), [(restore_runs, 1), (remove_runs, 0)])
def test_a_disputed_removal_is_settled_by_whoever_says_it_again(
    run_id: str, project: Repository, settle: Callable[[list[str]], object], left: int
) -> None:
    on_branch(project, "ours")
    remove_runs([run_id])
    project.commit("Remove it")
    on_branch(project, "theirs")
    tag_run(run_id, {"precious": True})
    project.commit("Tag it")
    project.merge("ours")
    settle([run_id])
    found = mltrack.search_runs()
    assert (len(found), found.warnings) == (left, ())


def test_a_position_counts_among_the_removed_runs_when_they_are_restored(run_id: str) -> None:
    with mltrack.start_run(), mltrack.start_run():
        pass
    remove_runs([run_id])
    restore_runs(["1"])
    assert len(mltrack.search_runs()) == 3


def test_a_removed_run_is_found_by_its_letters_and_by_nothing_else(run_id: str) -> None:
    remove_runs([run_id])
    for letters in (run_id, run_id[:17], run_id[16:], run_id[16:20]):
        assert mltrack.get_run(letters).record.deleted
    for other in ("1", "@latest", "@max:loss"):
        with pytest.raises(mltrack.NotFoundError):
            mltrack.get_run(other)


def test_a_run_that_its_experiment_hides_can_be_removed_by_its_handle(run_id: str) -> None:
    mltrack.remove_experiment("default")
    remove_runs([run_id[16:]])
    mltrack.restore_experiment("default")
    assert list(mltrack.search_runs()) == []


def test_restoring_what_was_not_removed_says_so(run_id: str) -> None:
    with pytest.raises(mltrack.NotFoundError, match="'1' means no removed run; there are 0"):
        restore_runs(["1"])
    with pytest.raises(mltrack.NotFoundError, match=f"run {run_id[16:]} was not removed"):
        restore_runs([run_id[16:]])


def test_a_run_that_went_with_its_experiment_comes_back_with_it_only(run_id: str) -> None:
    mltrack.remove_experiment("default")
    with pytest.raises(mltrack.NotFoundError, match="its experiment default was") as refused:
        restore_runs([run_id])
    assert refused.value.fix.startswith("mltrack experiment restore ")


def test_a_secret_in_a_reason_is_masked(run_id: str, store: Store) -> None:
    secret = "ghp_" + "a1B2" * 9
    remove_runs([run_id], reason=f"it leaked {secret}")
    (path,) = store.layout.annotations(run_id).iterdir()
    assert secret not in path.read_text()
