"""Whatever git does to the work tree, a live run loses nothing; once it ends, git sees it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.api import store as api_store
from mltrack.api.tracking.shell import finish_detached
from mltrack.store.store import Store
from tests.support.repository import Repository


def run_folders(project: Repository) -> list[str]:
    """Return the folders of runs that git tracks."""
    files = project.git("ls-files", ".mltrack/runs").splitlines()
    return sorted({Path(file).parts[4] for file in files})


def test_a_live_run_is_never_added(project: Repository) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        project.commit("Commit everything")
        assert run_folders(project) == []
        assert project.git("status", "--porcelain") == ""
    project.commit("Commit the run")
    assert run_folders(project) == [run.id]


def test_an_ended_run_is_seen_whole_and_no_gitignore_of_it_is_left(project: Repository) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
    project.commit("Commit the run")
    names = {Path(f).name for f in project.git("ls-files", ".mltrack/runs").splitlines()}
    assert names == {"run.yaml", "metrics.jsonl"}


def clean(project: Repository) -> None:
    project.git("clean", "-fd")


def stash(project: Repository) -> None:
    project.write("work.txt", "in progress")
    project.git("stash", "-u")


def leave(project: Repository) -> None:
    project.git("checkout", "-q", "older")


def leave_and_come_back(project: Repository) -> None:
    project.git("checkout", "-q", "older")
    project.git("checkout", "-q", "main")


def add_and_reset(project: Repository) -> None:
    project.git("add", "-A")
    project.git("reset", "-q", "--hard")


@pytest.mark.parametrize("act", [clean, stash, leave, leave_and_come_back, add_and_reset])
@pytest.mark.parametrize("committed", [True, False])
def test_nothing_of_a_live_run_is_lost(
    project: Repository, act: Callable[[Repository], None], committed: bool, tmp_path: Path
) -> None:
    project.git("branch", "older")
    with mltrack.start_run() as earlier:
        earlier.log_metric("loss", 0)
    if committed:
        project.commit("Commit an earlier run")
    file = tmp_path / "note.txt"
    file.write_text("kept")
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        run.log_artifact(file)
        act(project)
        run.log_metric("loss", 2)
        run.log_artifact(file, "again.txt")
    read = mltrack.get_run(run.id)
    assert [p.value for p in read.history("loss")] == [1, 2]
    assert read.artifact_path("note.txt").read_text() == "kept"
    assert read.artifact_path("again.txt").read_text() == "kept"
    assert read.status == "finished"
    assert len(read.record.writers) == 1


@pytest.mark.parametrize("act", [clean, stash, leave, leave_and_come_back, add_and_reset])
def test_nothing_of_a_resumer_is_lost(
    project: Repository, act: Callable[[Repository], None]
) -> None:
    project.git("branch", "older")
    with mltrack.start_run() as first:
        first.log_metric("loss", 1)
    project.commit("Commit the run")
    with mltrack.start_run(resume=first.id) as again:
        again.log_metric("loss", 2)
        act(project)
        again.log_metric("loss", 3)
    project.git("checkout", "-q", "main")
    read = mltrack.get_run(first.id)
    assert [p.value for p in read.history("loss")] == [1, 2, 3]
    assert read.status == "finished"


def test_a_further_writer_of_a_committed_run_adds_a_folder_and_changes_none(
    project: Repository,
) -> None:
    with mltrack.start_run() as first:
        first.log_metric("loss", 1)
    project.commit("Commit the run")
    with mltrack.start_run(resume=first.id) as again:
        again.log_metric("loss", 2)
        assert project.git("status", "--porcelain") == ""
    changes = project.git("status", "--porcelain", "-uall").splitlines()
    assert len(changes) == 1
    assert changes[0].startswith("?? ")
    assert f"{first.id}+" in changes[0]


def test_a_projects_own_gitignore_does_not_hide_an_ended_run(
    project: Repository, tmp_path: Path
) -> None:
    project.write(".gitignore", "runs/\nmodels/\n*.jsonl\n*.csv\n*.gz\nartifacts\n*.yaml\n")
    table = tmp_path / "table.csv"
    table.write_text("a,b\n")
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        run.log_artifact(table, "models/table.csv")
    project.commit("Commit all")
    names = project.git("ls-files", ".mltrack/runs").splitlines()
    assert sorted(Path(n).name for n in names) == [
        "artifacts.yaml", "metrics.jsonl", "run.yaml", "table.csv",
    ]  # fmt: skip


def test_two_branches_that_each_made_runs_merge(project: Repository) -> None:
    Store.create(project.path / ".mltrack")
    project.commit("Begin a store")
    ids = []
    for name in ("ours", "theirs"):
        project.git("checkout", "-q", "-b", name, "main")
        with mltrack.start_run(name=name) as run:
            run.log_metric("loss", 1)
        project.commit(f"Record {name}")
        ids.append(run.id)
    project.merge("ours")
    assert {run.id for run in mltrack.search_runs()} == set(ids)


def test_two_clones_that_both_took_a_run_up_again_merge(project: Repository) -> None:
    with mltrack.start_run() as first:
        first.log_metric("loss", 1)
    project.commit("Commit the run")
    clone = project.clone("clone")
    with mltrack.start_run(resume=first.id) as here:
        here.log_metric("loss", 2)
    project.commit("Go on here")
    api_store.use(folder=clone.path)
    with mltrack.start_run(resume=first.id) as there:
        there.log_metric("loss", 3)
        there.finish("failed")
    clone.commit("Go on there")
    api_store.use()
    project.git("pull", "-q", "--no-rebase", "--no-edit", str(clone.path), "main")
    read = mltrack.get_run(first.id)
    assert sorted(p.value for p in read.history("loss")) == [1, 2, 3]
    assert read.status == "failed"


def forget_the_end(folder: Path) -> None:
    """Leave a run as it is after a process of another machine ended without a word."""
    journal, record = folder / "metrics.jsonl", folder / "run.yaml"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(line for line in lines if '"ended"' not in line))
    fields = record.read_text().partition("seen:")[0].replace('"finished"', '"running"')
    record.write_text(re.sub(r"ended: .*", "ended: null", fields) + "seen: {}\n")


def test_two_clones_that_both_say_a_run_is_lost_merge(project: Repository) -> None:
    with mltrack.start_run() as first:
        first.log_metric("loss", 1)
    forget_the_end(next((project.path / ".mltrack/runs").glob("*/*/*")))
    project.commit("Commit the run")
    clone = project.clone("clone")
    finish_detached(first.id, as_="lost")
    project.commit("Lost here")
    api_store.use(folder=clone.path)
    finish_detached(first.id, as_="lost")
    clone.commit("Lost there")
    api_store.use()
    project.git("pull", "-q", "--no-rebase", "--no-edit", str(clone.path), "main")
    assert mltrack.get_run(first.id).status == "lost"
    assert len(mltrack.get_run(first.id).record.writers) == 2
