"""Runs as another commit has them, read from git without a checkout."""

import os
from pathlib import Path

import pytest

import mltrack
from mltrack.api.runs.runs import get_run
from mltrack.api.runs.search import Runs, search_runs
from mltrack.store.folders import cache_folder
from tests.support.repository import Repository


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLTRACK_HOME", str(tmp_path / "home"))


def made(project: Repository, name: str, acc: float = 0.5) -> str:
    with mltrack.start_run(name=name, params={"lr": acc}) as run:
        run.log_metric("acc", acc)
        (project.path / "plot.txt").write_text(name)
        run.log_artifact("plot.txt")
    project.commit(name)
    return run.id


def names(runs: Runs) -> list[str]:
    return sorted(run.name for run in runs)


def test_a_commit_has_the_runs_that_it_had(project: Repository) -> None:
    made(project, "first", 0.1)
    run_id = made(project, "second", 0.2)
    mltrack.remove_runs([run_id])
    project.commit("Remove one")
    assert names(search_runs()) == ["first"]
    assert names(search_runs(rev="HEAD~1")) == ["first", "second"]
    assert names(search_runs("metrics.acc > 0.1", rev="HEAD~1")) == ["second"]
    assert names(search_runs(rev="HEAD~2", max="acc")) == ["first"]


def test_every_option_means_the_same_there(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLTRACK_USER")
    project.git("config", "user.email", "here@example.org")  # of this repository alone
    with mltrack.start_run(name="sweep", tags={"kind": "grid"}) as sweep:
        pass
    with mltrack.start_run(name="trial", parent=sweep):
        pass
    project.commit("A family")
    assert names(search_runs(rev="HEAD", mine=True)) == ["sweep", "trial"]
    assert names(search_runs(rev="HEAD", tag="kind=grid", status="finished")) == ["sweep"]
    assert names(search_runs(rev="HEAD", parent=sweep.id)) == ["trial"]
    found = search_runs(rev="HEAD", children=True, sort="name desc")
    assert [run.name for run in found] == ["sweep", "trial"]


def test_no_file_of_the_work_tree_is_touched(project: Repository) -> None:
    made(project, "first")
    before = project.git("status", "--porcelain", "--ignored")
    search_runs(rev="HEAD")
    assert project.git("status", "--porcelain", "--ignored") == before


def test_a_run_is_shown_as_it_was(project: Repository) -> None:
    run_id = made(project, "before")
    mltrack.rename_run(run_id, "after")
    assert get_run(run_id).name == "after"
    run = get_run(run_id, rev="HEAD")
    assert run.name == "before"
    assert run.record.warnings == ()
    assert [point.value for point in run.history("acc")] == [0.5]


def test_a_branch_has_the_runs_that_were_added_on_it(project: Repository) -> None:
    made(project, "old")
    project.branch("feature")
    made(project, "new")
    project.checkout("main")
    made(project, "elsewhere")
    assert names(search_runs(branch="main..feature")) == ["new"]
    assert names(search_runs(branch="feature..")) == ["elsewhere"]
    assert names(search_runs(branch="HEAD..HEAD")) == []
    with pytest.raises(mltrack.UsageError, match="rev and branch exclude each other"):
        search_runs(rev="main", branch="main..feature")


@pytest.mark.parametrize("branch", ["main", "..", "main...feature", ""])
def test_what_names_no_two_commits_is_refused(project: Repository, branch: str) -> None:
    made(project, "old")
    if branch:
        with pytest.raises(mltrack.UsageError, match="names no two commits"):
            search_runs(branch=branch)


def test_an_unknown_commit_and_one_without_the_store_are_told(project: Repository) -> None:
    made(project, "old")
    with pytest.raises(mltrack.NotFoundError, match="'nowhere' names no commit"):
        search_runs(rev="nowhere")
    with pytest.raises(mltrack.NotFoundError, match=r"there is no store .mltrack in HEAD~1"):
        search_runs(rev="HEAD~1")
    with pytest.raises(mltrack.NotFoundError, match="'--all' names no commit"):
        search_runs(rev="--all")


def test_a_shallow_clone_says_that_it_is_one(
    project: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(project, "old")
    project.git("clone", "--quiet", "--depth=1", project.path.as_uri(), str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    with pytest.raises(mltrack.NotFoundError, match="this clone is shallow"):
        search_runs(rev="HEAD~1")


def test_a_folder_without_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    with mltrack.start_run(name="run"):
        pass
    with pytest.raises(mltrack.NotFoundError, match="lies in no git repository"):
        search_runs(rev="HEAD")


def test_a_hostile_tree_writes_nothing_outside_its_folder(
    project: Repository, tmp_path: Path
) -> None:
    made(project, "old")
    blob = project.git("rev-parse", "HEAD:README.md")
    listing = tmp_path / "tree"
    tree = b"100644 evil.yaml\0" + bytes.fromhex(blob)
    for name in (b"..", b"..", b"runs"):
        listing.write_bytes(tree)
        below = project.git("hash-object", "-t", "tree", "-w", "--literally", str(listing))
        tree = b"40000 " + name + b"\0" + bytes.fromhex(below)
    link = b"120000 config.yaml\0" + bytes.fromhex(blob)
    listing.write_bytes(link + tree)
    store = project.git("hash-object", "-t", "tree", "-w", "--literally", str(listing))
    listing.write_bytes(b"40000 .mltrack\0" + bytes.fromhex(store))
    top = project.git("hash-object", "-t", "tree", "-w", "--literally", str(listing))
    commit = project.git("commit-tree", top, "-m", "evil")
    assert names(search_runs(rev=commit)) == []
    written = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert not [path for path in written if path.name in {"evil.yaml", "config.yaml"}]


def test_what_was_not_asked_for_lately_is_forgotten(project: Repository) -> None:
    made(project, "one")
    search_runs(rev="HEAD")
    (old,) = (cache_folder() / "revisions").iterdir()
    os.utime(old, (1e9, 1e9))
    half = cache_folder() / "revisions" / "abc.def.tmp"
    half.mkdir()
    os.utime(half, (1e9, 1e9))
    made(project, "two")
    search_runs(rev="HEAD")
    assert old not in (left := list((cache_folder() / "revisions").iterdir()))
    assert len(left) == 1
