"""A run may belong to another: children name their parent, and the parent shows them."""

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.support.cli import Cli
from tests.support.programs import Programs
from tests.support.repository import Repository


def test_a_run_in_a_run_belongs_to_it_only_when_it_says_so() -> None:
    with mltrack.start_run() as outer:
        with mltrack.start_run(parent=True) as child:
            mltrack.log_param("of", "child")
        with mltrack.start_run() as stranger:
            pass
        mltrack.log_param("of", "outer")
    assert mltrack.get_run(child.id).parent == outer.id
    assert mltrack.get_run(stranger.id).parent is None
    assert [run.id for run in mltrack.get_run(outer.id).children] == [child.id]
    assert mltrack.get_run(outer.id).params == {"of": "outer"}


def test_a_parent_is_named_in_any_way_that_a_run_is() -> None:
    with mltrack.start_run() as outer:
        pass
    read = mltrack.get_run(outer.id)
    for parent in (outer, read, outer.id, outer.handle):
        with mltrack.start_run(parent=parent) as child:
            pass
        assert mltrack.get_run(child.id).parent == outer.id
    assert len(mltrack.get_run(outer.id).children) == 4


def test_children_of_children_belong_to_them() -> None:
    with mltrack.start_run() as a, mltrack.start_run(parent=True) as b:
        with mltrack.start_run(parent=True) as c:
            pass
        assert mltrack.active_run().id == b.id  # type: ignore[union-attr]  # b is open
    assert [mltrack.get_run(run.id).parent for run in (a, b, c)] == [None, a.id, b.id]


def test_an_exception_fails_the_child_and_whoever_it_leaves() -> None:
    with mltrack.start_run() as outer:
        with pytest.raises(ZeroDivisionError), mltrack.start_run(parent=True) as child:
            raise ZeroDivisionError
        mltrack.log_metric("after", 1)
    assert mltrack.get_run(child.id).status == "failed"
    assert (mltrack.get_run(outer.id).status, mltrack.get_run(outer.id).metrics) == (
        "finished", {"after": 1},
    )  # fmt: skip


@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM"])
def test_a_signal_kills_parent_and_child(programs: Programs, store: Store, end: str) -> None:
    programs.run(
        f"""
import os, signal, mltrack
with mltrack.start_run(), mltrack.start_run(parent=True):
    os.kill(os.getpid(), signal.{end})
""",
        ok=False,
    )
    assert [run.status for run in list_runs(store).runs] == ["killed", "killed"]


def test_a_program_of_a_runner_may_begin_children_of_its_run(programs: Programs) -> None:
    with mltrack.start_run(name="given") as given:
        programs.run(
            """
import mltrack
with mltrack.start_run(name="child", parent=True): pass
with mltrack.start_run() as run:
    run.log_param("a", 1)
""",
            env={"MLTRACK_RUN_ID": given.id},
        )
    read = mltrack.get_run(given.id)
    assert [child.name for child in read.children] == ["child"]
    assert read.params == {"a": 1}


def test_listings_show_the_children_of_a_run(cli: Cli, project: Repository) -> None:
    with mltrack.start_run(name="sweep") as outer:
        for number in range(2):
            with mltrack.start_run(name=f"trial {number}", parent=True):
                pass
    listed = cli("ls", "--parent", outer.handle, "--output", "json", cwd=project.path).json()
    assert [run["name"] for run in listed["runs"]] == ["trial 1", "trial 0"]
    found = mltrack.search_runs(where=f'parent = "{outer.id}"')
    assert [run.name for run in found] == ["trial 1", "trial 0"]
    page = cli("show", outer.id, cwd=project.path).out
    assert "\nchildren\n" in page
    assert page.index("trial 0") < page.index("trial 1")
    document = cli("show", outer.id, "--output", "json", cwd=project.path).json()["run"]
    assert [child["name"] for child in document["children"]] == ["trial 0", "trial 1"]
    child = cli("show", "1", "--output", "json", cwd=project.path).json()["run"]
    assert (child["parent"], child["children"]) == (outer.id, [])


def test_a_removed_child_is_not_shown() -> None:
    with mltrack.start_run() as outer, mltrack.start_run(parent=True) as child:
        pass
    mltrack.remove_runs([child.id])
    assert mltrack.get_run(outer.id).children == ()


def test_a_shell_begins_children(cli: Cli, project: Repository) -> None:
    outer = cli("start", "--name", "sweep", cwd=project.path).out.strip()
    child = cli("start", "--parent", outer, cwd=project.path).out.strip()
    assert mltrack.get_run(child).parent == outer


def test_without_an_open_run_parent_true_is_a_usage_error(store: Store) -> None:
    with pytest.raises(mltrack.UsageError, match="none is open"):
        mltrack.start_run(parent=True)
    with pytest.raises(mltrack.NotFoundError):
        mltrack.start_run(parent="zzzzzz")
    assert list_runs(store).runs == []


def test_a_run_that_is_taken_up_again_keeps_its_parent() -> None:
    with mltrack.start_run() as outer, mltrack.start_run(parent=True) as child:
        pass
    with pytest.raises(mltrack.UsageError, match="the parent that it began with"):
        mltrack.start_run(resume=child.id, parent=outer.id)
    with mltrack.start_run(resume=child.id):
        pass
    assert mltrack.get_run(child.id).parent == outer.id
