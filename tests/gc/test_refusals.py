"""Where not all that may name an object can be seen, nothing is removed."""

import shutil
from pathlib import Path

import pytest

from mltrack.errors import ConflictError
from tests.gc.conftest import Project
from tests.support.repository import Repository


@pytest.fixture
def named(project: Project) -> Project:
    """Return a project whose object only the first of two commits names."""
    project.log("a")
    project.repo.commit("Log a run")
    project.repo.git("rm", "-rq", ".mltrack/runs")
    project.repo.commit("Remove the runs")
    return project


def cloned(project: Project, target: Path, *how: str) -> Project:
    """Clone as a host does it, and bring the objects along."""
    project.repo.git("config", "uploadpack.allowFilter", "true")
    project.repo.git("clone", "-q", *how, project.repo.path.as_uri(), str(target))
    clone = Project(Repository(target))
    shutil.copytree(project.store.layout.objects, clone.store.layout.objects)
    return clone


def test_a_shallow_clone_is_refused(named: Project, tmp_path: Path) -> None:
    clone = cloned(named, tmp_path / "clone", "--depth", "1")
    with pytest.raises(ConflictError, match="this clone is shallow"):
        clone.plan(days=31)
    assert clone.goes("a", force=True)


def test_a_partial_clone_is_refused_and_if_forced_asks_for_the_rest(
    named: Project, tmp_path: Path
) -> None:
    clone = cloned(named, tmp_path / "clone", "--filter=blob:none")
    with pytest.raises(ConflictError, match="this clone is partial"):
        clone.plan(days=31)
    assert not clone.goes("a", force=True)


def test_a_linked_work_tree_that_is_not_here_is_refused(named: Project) -> None:
    named.repo.git("worktree", "add", "-q", "--detach", "../linked")
    shutil.rmtree(named.repo.path.parent / "linked")
    with pytest.raises(ConflictError, match=r"the linked work tree .*/linked is not here"):
        named.plan(days=31)
    named.plan(days=31, force=True)


def test_a_commit_that_cannot_be_read_is_refused(named: Project) -> None:
    commit = named.repo.git("rev-parse", "HEAD~1")
    (named.repo.path / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    with pytest.raises(ConflictError, match="git did not answer, so nothing was removed"):
        named.plan(days=31, force=True)


def test_a_manifest_that_git_has_lost_is_refused(named: Project) -> None:
    (path,) = named.repo.git("ls-tree", "-r", "--name-only", "HEAD~1", ".mltrack/runs").split("\n")[
        :1
    ]
    blob = named.repo.git("rev-parse", f"HEAD~1:{path}")
    (named.repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(ConflictError, match="is not there"):
        named.plan(days=31, force=True)


def test_without_the_git_program_nothing_goes_from_a_repository(
    named: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ConflictError, match="git did not answer"):
        named.plan(days=31, force=True)


def test_links_and_folders_that_bear_the_name_of_a_manifest_are_passed_over(
    named: Project,
) -> None:
    folder = named.store.root / "models" / "churn"
    (folder / "artifacts.yaml").mkdir(parents=True)
    (folder / "run.yaml").symlink_to("nowhere")
    (folder / "loop").symlink_to(folder)
    assert named.plan(days=31).items == ()
