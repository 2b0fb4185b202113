"""An object stays wherever in git, or in a work tree, a manifest names it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mltrack.store.layout import MANIFEST
from tests.gc.conftest import Project
from tests.support.repository import Repository


def commit(project: Project) -> None:
    project.repo.commit("Log a run")


def on_a_branch(project: Project) -> None:
    project.repo.branch("side")
    commit(project)
    project.repo.checkout("main")


def on_a_tag(project: Project) -> None:
    on_a_branch(project)
    project.repo.git("tag", "-a", "v1", "-m", "A tag", "side")
    project.repo.git("branch", "-D", "side")
    expire_reflogs(project)


def on_a_remote_branch(project: Project) -> None:
    on_a_branch(project)
    clone = project.repo.clone("other")
    clone.git("checkout", "-q", "side")
    project.repo.git("branch", "-D", "side")
    expire_reflogs(project)
    project.repo.git("remote", "add", "other", str(clone.path))
    project.repo.git("fetch", "-q", "other")


def in_a_stash(project: Project) -> None:
    project.repo.git("stash", "-q", "--include-untracked")
    project.repo.write("README.md", "another stash on top of it")
    project.repo.git("stash", "-q")


def in_a_reflog(project: Project) -> None:
    commit(project)
    project.repo.git("reset", "-q", "--hard", "HEAD~1")


def in_the_history_of_a_branch(project: Project) -> None:
    commit(project)
    project.repo.git("rm", "-rq", ".mltrack/runs")
    commit(project)
    expire_reflogs(project)


def in_what_a_merge_threw_away(project: Project) -> None:
    on_a_branch(project)
    project.repo.write("README.md", "ours")
    commit(project)
    project.repo.git("merge", "-q", "-s", "ours", "--no-edit", "side")
    project.repo.git("branch", "-D", "side")
    expire_reflogs(project)


def in_a_merge_itself(project: Project) -> None:
    """The run is in neither parent of the merge, which ends a branch."""
    move_runs(project, project.repo.path.parent, "runs")
    project.repo.branch("side")
    project.repo.write("side.txt", "theirs")
    commit(project)
    project.repo.checkout("main")
    project.repo.write("README.md", "ours")
    commit(project)
    project.repo.branch("merged")
    project.repo.git("merge", "-q", "--no-commit", "side")
    shutil.move(project.repo.path.parent / "runs", project.store.root / "runs")
    commit(project)
    project.repo.checkout("main")
    expire_reflogs(project)


def in_the_index(project: Project) -> None:
    project.repo.git("add", ".mltrack")
    shutil.rmtree(project.store.root / "runs")


def in_a_linked_work_tree(project: Project) -> None:
    add_work_tree(project)
    move_runs(project, project.repo.path.parent / "linked")


def in_the_index_of_a_linked_work_tree(project: Project) -> None:
    in_a_linked_work_tree(project)
    linked = Repository(project.repo.path.parent / "linked")
    linked.git("add", ".mltrack")
    shutil.rmtree(linked.path / ".mltrack" / "runs")


def on_the_detached_head_of_a_linked_work_tree(project: Project) -> None:
    in_a_linked_work_tree(project)
    linked = Repository(project.repo.path.parent / "linked")
    linked.git("checkout", "-q", "--detach")
    linked.commit("Log a run")
    shutil.rmtree(linked.path / ".mltrack" / "runs")
    expire_reflogs(project)


def under_another_name_first(project: Project) -> None:
    """A copy of the manifest is committed under a path that git lists before the manifest's own."""
    (manifest,) = project.store.root.rglob(MANIFEST)
    project.repo.write(".a/copy.txt", manifest.read_text())
    commit(project)
    project.repo.git("rm", "-rq", ".mltrack/runs")
    commit(project)


def in_a_store_that_was_moved(project: Project) -> None:
    project.repo.commit("Log a run")
    project.repo.git("mv", ".mltrack/runs", "archive")
    commit(project)


def in_an_unfinished_rebase(project: Project) -> None:
    project.repo.write("README.md", "ours")
    commit(project)
    project.repo.branch("side")
    project.repo.git("reset", "-q", "--hard", "HEAD~1")
    project.repo.write("README.md", "theirs")
    project.repo.commit("Conflict")
    project.log("b")
    project.repo.git("add", ".mltrack")
    subprocess.run(
        ["git", "rebase", "-q", "--autostash", "main"], cwd=project.repo.path, check=False
    )
    expire_reflogs(project)


def expire_reflogs(project: Project) -> None:
    project.repo.git("reflog", "expire", "--expire=all", "--expire-unreachable=all", "--all")


def add_work_tree(project: Project) -> None:
    project.repo.git("worktree", "add", "-q", "-b", "linked", "../linked")


def move_runs(project: Project, top: Path, below: str = ".mltrack/runs") -> None:
    shutil.move(project.store.root / "runs", top / below)


@pytest.mark.parametrize(
    "place",
    [
        commit,
        on_a_branch,
        on_a_tag,
        on_a_remote_branch,
        in_a_stash,
        in_a_reflog,
        in_the_history_of_a_branch,
        in_what_a_merge_threw_away,
        in_a_merge_itself,
        in_the_index,
        in_a_linked_work_tree,
        in_the_index_of_a_linked_work_tree,
        on_the_detached_head_of_a_linked_work_tree,
        under_another_name_first,
        in_a_store_that_was_moved,
    ],
)
def test_an_object_stays_while_a_manifest_names_it(
    project: Project, place: Callable[[Project], None]
) -> None:
    project.log("a")
    project.forget(project.log("b"))
    place(project)
    assert project.goes("b")
    assert not project.goes("a")


def test_an_object_stays_while_an_unfinished_rebase_has_stashed_what_names_it(
    project: Project,
) -> None:
    in_an_unfinished_rebase(project)
    assert not any(project.store.root.glob("runs/*/*/*"))
    assert not project.goes("b")
