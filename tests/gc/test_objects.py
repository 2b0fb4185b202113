"""Objects: whatever may still lead to one keeps it."""

import os
import shutil
from pathlib import Path

import pytest

from mltrack.errors import ConflictError
from mltrack.gc.objects import objects_of
from mltrack.gc.planning import planned
from mltrack.store.clock import now
from mltrack.store.layout import MANIFEST
from mltrack.store.store import Store
from tests.gc.conftest import Project
from tests.gc.later import DAY_SECONDS
from tests.support.repository import Repository

LIVE = """
import mltrack, pathlib
pathlib.Path("big.bin").write_bytes(b"a" * 100)
mltrack.start_run()
mltrack.log_artifact("big.bin")
"""


def test_an_object_that_nothing_names_goes(project: Project) -> None:
    project.forget(project.log("a"))
    assert project.goes("a")


def test_an_object_of_a_run_that_is_not_committed_stays(project: Project) -> None:
    project.log("a")
    assert not project.goes("a")


@pytest.mark.parametrize("days", [0, 29])
def test_a_young_object_stays_though_nothing_names_it(project: Project, days: int) -> None:
    project.forget(project.log("a"))
    assert not project.plan(days=days).items


def test_an_object_that_was_copied_here_with_an_old_date_is_young(project: Project) -> None:
    project.forget(project.log("a"))
    os.utime(project.object_of("a"), (0, 0))
    assert not project.plan(days=29).items


def test_an_object_that_goes_while_all_are_looked_at_is_passed_over(project: Project) -> None:
    folder = project.store.layout.objects / "ab"
    folder.mkdir(parents=True)
    for letter in "cde":
        (folder / (letter * 62)).write_bytes(b"x")
    found = objects_of(project.store.layout)
    assert next(found).size_bytes == 1
    shutil.rmtree(folder)
    assert list(found) == []


def test_an_object_of_a_live_run_stays(project: Project) -> None:
    with project.running(LIVE):
        assert list(project.store.root.glob("runs/*/*/*/.gitignore"))
        assert not project.goes("a")


def test_objects_go_by_what_the_store_says_where_there_is_no_git(
    project: Project, tmp_path: Path
) -> None:
    project.log("a")
    project.forget(project.log("b"))
    shutil.copytree(project.store.root, tmp_path / "plain" / ".mltrack")
    plan = planned(Store(tmp_path / "plain" / ".mltrack"), before=now() + DAY_SECONDS)
    names = [item.paths[0].name for item in plan.items]
    assert (names, plan.in_git) == ([project.object_of("b").name], False)


def test_a_store_below_the_top_of_the_repository_is_kept_by_its_commits(project: Project) -> None:
    project.log("a")
    below = project.repo.path / "deep" / "er"
    below.mkdir(parents=True)
    project.store.root.rename(below / ".mltrack")
    project.repo.commit("Move the store")
    project.repo.git("rm", "-rq", "deep/er/.mltrack/runs")
    project.repo.commit("Remove the runs")
    plan = planned(Store(below / ".mltrack"), before=now() + DAY_SECONDS)
    assert not plan.items


def test_a_store_in_a_submodule_is_kept_by_the_commits_of_the_submodule(
    project: Project, tmp_path: Path
) -> None:
    outer = Repository.create(tmp_path / "outer")
    allowed = ("-c", "protocol.file.allow=always")
    outer.git(*allowed, "submodule", "add", "-q", str(project.repo.path), "inner")
    inner = Project(Repository(outer.path / "inner"))
    inner.forget(inner.log("b"))
    inner.log("a")
    inner.repo.commit("Log a run")
    inner.repo.git("checkout", "-q", "HEAD~1")
    assert inner.goes("b")
    assert not inner.goes("a")


def test_a_work_tree_of_a_bare_repository_is_asked_like_any_other(
    project: Project, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.git"
    project.repo.git("clone", "-q", "--bare", ".", str(bare))
    Repository(bare).git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    tree = Project(Repository(tmp_path / "tree"))
    tree.log("a")
    tree.forget(tree.log("b"))
    tree.repo.git("checkout", "-q", "-b", "side")
    tree.repo.commit("Log a run")
    tree.repo.git("checkout", "-q", "main")
    assert tree.goes("b")
    assert not tree.goes("a")


def test_a_clone_that_borrows_the_objects_of_another_is_asked_like_any_other(
    project: Project, tmp_path: Path
) -> None:
    project.log("a")
    project.repo.commit("Log a run")
    project.repo.git("rm", "-rq", ".mltrack/runs")
    project.repo.commit("Remove the runs")
    project.repo.git("clone", "-q", "--shared", ".", str(tmp_path / "shared"))
    clone = Project(Repository(tmp_path / "shared"))
    shutil.copytree(project.store.layout.objects, clone.store.layout.objects)
    assert not clone.goes("a")


def test_what_is_no_object_is_left_alone(project: Project) -> None:
    folder = project.store.layout.objects / "ab"
    folder.mkdir()
    for name in ("notes.txt", "c" * 61, "C" * 62):
        (folder / name).touch()
    (folder / ("c" * 62)).symlink_to("notes.txt")
    assert not project.plan(days=60).items


def test_objects_that_only_a_set_aside_manifest_names_stay(project: Project) -> None:
    run = project.log("a")
    aside = project.store.layout.quarantine / "2026-01-31"
    aside.mkdir()
    project.store.layout.run_folder(run).rename(aside / run)
    assert not project.goes("a")


@pytest.mark.parametrize("damage", ["", "format: 1\n", "format: 1\nfiles:\n  cut", "files: {}\n"])
def test_nothing_goes_while_a_manifest_is_damaged(project: Project, damage: str) -> None:
    project.log("a")
    (manifest,) = project.store.root.rglob(MANIFEST)
    manifest.write_text(damage)
    with pytest.raises(ConflictError, match="is damaged, so what it names is not known"):
        project.plan(days=31)
    assert project.goes("a", force=True)


def test_a_users_file_that_bears_the_name_of_a_manifest_stops_nothing(project: Project) -> None:
    (project.repo.path / MANIFEST).write_text("anything")
    limit = "import os; os.environ['MLTRACK_ARTIFACTS_INLINE_FILE_BYTES'] = '1000'; import mltrack"
    project.python(f"{limit}; mltrack.start_run().log_artifact('{MANIFEST}', to='a/{MANIFEST}')")
    assert list(project.store.root.rglob("a/artifacts.yaml"))
    assert not project.plan(days=31).items
