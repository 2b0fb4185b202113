"""Deleted runs: one goes when it is deleted wherever it is known."""

import json
from collections.abc import Callable

import pytest

from mltrack.errors import MltrackError
from mltrack.gc.entities import Kind
from mltrack.gc.planning import planned
from mltrack.gc.removal import collect
from mltrack.store.clock import now
from mltrack.tracking.reader import load_run
from tests.gc.conftest import Project
from tests.gc.later import DAY_SECONDS
from tests.support.cli import Cli
from tests.support.repository import Repository


@pytest.fixture
def run(project: Project) -> str:
    """Return a run that is committed on main, together with the deletion of it."""
    run = project.log("a")
    project.repo.commit("Log a run")
    delete(project, run)
    project.repo.commit("Remove it")
    return run


def delete(project: Project, run: str) -> None:
    assert Cli(project.repo.path)("rm", run).code == 0


def runs(project: Project, days: int = 31) -> list[str]:
    return [item.name for item in project.plan(days=days).items if item.kind is Kind.RUN]


def why(project: Project) -> str:
    (spared,) = project.plan(days=31).spared
    return spared.why


def test_a_run_that_is_deleted_everywhere_goes(project: Project, run: str) -> None:
    assert runs(project) == [run]


def test_a_run_that_was_deleted_lately_stays(project: Project, run: str) -> None:
    assert runs(project, days=29) == []


def test_a_run_that_is_not_deleted_stays(project: Project, run: str) -> None:
    assert Cli(project.repo.path)("restore", run).code == 0
    assert runs(project) == []


def test_a_deleted_run_stays_while_somebody_may_be_adding_to_it(project: Project, run: str) -> None:
    joining = f"import os, mltrack; os.environ['MLTRACK_RUN_ID'] = {run!r}; mltrack.start_run()"
    with project.running(joining):
        delete(project, run)
        project.repo.commit("Remove it again")
        assert load_run(project.store, run).deleted
        assert runs(project) == []


def test_a_deleted_run_that_was_never_committed_goes_with_its_object(project: Project) -> None:
    run = project.log("a")
    delete(project, run)
    assert [item.kind for item in project.plan(days=31).items] == [Kind.RUN, Kind.OBJECT]


def test_the_object_of_a_committed_run_stays_for_its_history(project: Project, run: str) -> None:
    assert not project.goes("a")


def on_a_branch(project: Project, run: str) -> None:
    project.repo.git("branch", "side", "HEAD~1")


def on_a_tag(project: Project, run: str) -> None:
    project.repo.git("tag", "-a", "-m", "a tag", "side", "HEAD~1")


def on_a_remote_branch(project: Project, run: str) -> None:
    project.repo.git("update-ref", "refs/remotes/origin/side", "HEAD~1")


def restored_on_a_branch(project: Project, run: str) -> None:
    project.repo.branch("side")
    assert Cli(project.repo.path)("restore", run).code == 0
    project.repo.commit("Restore it")
    project.repo.checkout("main")


def tagged_on_a_branch(project: Project, run: str) -> None:
    project.repo.branch("side")
    assert Cli(project.repo.path)("restore", run).code == 0
    project.repo.commit("Restore it")
    assert Cli(project.repo.path)("rm", run).code == 0
    project.repo.commit("Remove it again")
    project.repo.checkout("main")


def gone_on_with_on_a_branch(project: Project, run: str) -> None:
    project.repo.git("checkout", "-q", "-b", "side", "HEAD~1")
    project.python(f"import mltrack; mltrack.start_run(resume='{run}').log_metric('x', 1)")
    project.repo.commit("Go on with it")
    project.repo.checkout("main")


@pytest.mark.parametrize(
    "elsewhere",
    [
        on_a_branch,
        on_a_tag,
        on_a_remote_branch,
        restored_on_a_branch,
        tagged_on_a_branch,
        gone_on_with_on_a_branch,
    ],
)
def test_a_run_stays_while_a_ref_has_it_otherwise(
    project: Project, run: str, elsewhere: Callable[[Project, str], None]
) -> None:
    elsewhere(project, run)
    assert runs(project) == []
    assert why(project).endswith("side")


@pytest.mark.parametrize("expired", [True, False])
def test_a_run_stays_while_a_stash_has_it_without_the_deletion(
    project: Project, expired: bool
) -> None:
    run = project.log("a")
    project.repo.git("stash", "-q", "--include-untracked")
    if expired:
        project.repo.git("reflog", "expire", "--expire=all", "--all")
    project.repo.git("checkout", "-q", "refs/stash^3", "--", ".mltrack")
    project.repo.commit("Take the run out of the stash")
    delete(project, run)
    assert why(project) == "it is not deleted on a stash"


def test_a_run_stays_while_only_a_reflog_leads_to_it_undeleted(project: Project, run: str) -> None:
    project.repo.git("checkout", "-q", "--detach", "HEAD~1")
    project.repo.write("README.md", "another commit")
    project.repo.commit("A commit that no branch has")
    project.repo.checkout("main")
    assert why(project) == "it is not deleted on a reflog"


def test_commits_that_a_deletion_followed_keep_no_run(project: Project, run: str) -> None:
    project.repo.git("reset", "-q", "--soft", "HEAD~2")
    project.repo.commit("Log and remove it at once")
    assert runs(project) == [run]


def test_a_run_stays_while_a_linked_work_tree_has_it_undeleted(project: Project, run: str) -> None:
    project.repo.git("worktree", "add", "-q", "--detach", "../linked", "HEAD")
    linked = Repository(project.repo.path.parent / "linked")
    (annotation,) = linked.path.glob(".mltrack/annotations/*/*/*")
    assert runs(project) == [run]
    annotation.unlink()
    assert why(project) == f"it is not deleted in {linked.path}"


def test_a_run_that_a_version_comes_from_stays(project: Project, run: str) -> None:
    event = project.store.layout.model_events("churn") / "000000000001-0.yaml"
    event.parent.mkdir(parents=True)
    event.write_text(f'run: "{run}"\n')
    assert why(project) == "a version of a model is of it"


def test_a_run_that_a_version_on_another_branch_comes_from_stays(
    project: Project, run: str
) -> None:
    project.repo.branch("side")
    project.repo.write(".mltrack/models/churn/events/000000000001-0.yaml", f'run: "{run}"\n')
    project.repo.commit("Register it")
    project.repo.checkout("main")
    assert why(project) == "a version of a model on side is of it"


def test_a_removed_run_leaves_nothing_but_what_was_said_of_it(project: Project, run: str) -> None:
    project.python(f"import mltrack; mltrack.start_run(resume='{run}').log_metric('x', 1)")
    delete(project, run)
    project.repo.commit("Remove what was gone on with")
    folder = project.store.layout.run_folder(run)
    assert len(list(folder.parent.iterdir())) == 2
    done = collect(project.store, project.plan(days=31))
    assert [item.name for item in done.removed] == [run]
    assert not folder.parents[1].exists()
    assert list(project.store.layout.annotations(run).iterdir())
    assert not project.store.layout.local(run).exists()


def test_a_copy_of_a_removed_run_that_comes_back_is_still_deleted(
    project: Project, run: str
) -> None:
    collect(project.store, project.plan(days=31))
    project.repo.git("checkout", "--", ".mltrack")
    assert load_run(project.store, run).deleted


def test_a_run_that_is_restored_after_the_plan_was_made_stays(project: Project, run: str) -> None:
    plan = project.plan(days=31)
    assert Cli(project.repo.path)("restore", run).code == 0
    done = collect(project.store, plan)
    assert ([], [run]) == (list(done.removed), [item.name for item in done.passed_over])
    assert load_run(project.store, run).name == "a"


def test_the_objects_of_a_run_stay_that_is_restored_after_the_plan_was_made(
    project: Project,
) -> None:
    run = project.log("a")
    delete(project, run)
    plan = project.plan(days=31)
    assert [item.kind for item in plan.items] == [Kind.RUN, Kind.OBJECT]
    assert Cli(project.repo.path)("restore", run).code == 0
    assert not collect(project.store, plan).removed
    assert project.object_of("a").exists()


def test_where_there_is_no_git_what_the_store_says_counts(project: Project, run: str) -> None:
    (project.repo.path / ".git").rename(project.repo.path / "git")
    plan = planned(project.store, before=now() + DAY_SECONDS)
    assert [item.kind for item in plan.items] == [Kind.RUN, Kind.OBJECT]


def test_a_deletion_that_is_damaged_removes_nothing(project: Project, run: str) -> None:
    (annotation,) = project.store.layout.annotations(run).iterdir()
    annotation.write_text(annotation.read_text() + "more: 1\n")
    assert runs(project) == []


def test_one_that_was_removed_is_found_no_more(project: Project, run: str) -> None:
    collect(project.store, project.plan(days=31))
    with pytest.raises(MltrackError):
        load_run(project.store, run)
    assert json.loads(Cli(project.repo.path)("ls", "--output", "json").out)["runs"] == []
