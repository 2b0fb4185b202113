"""A command that runs a project itself makes a run of its own, a child of the one it is in."""

import os
from pathlib import Path

import pytest

from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.projects.conftest import Project
from tests.support.cli import Cli

INNER = """\
import mltrack
mltrack.start_run()
mltrack.log_param("of", "inner")
mltrack.log_metric("a", 1)
"""
OUTER = """\
import mltrack
done = mltrack.run_project("inner", env="local")
assert done.status == "finished"
mltrack.log_param("of", "outer")
"""


def nested(project: Project) -> Path:
    folder = project(OUTER)
    inner = folder / "inner"
    inner.mkdir()
    (inner / "main.py").write_text(INNER)
    text = (folder / "project.yaml").read_text()
    (inner / "project.yaml").write_text(text.replace("trial", "small"))
    return folder


def test_a_run_in_a_run_is_its_child_and_writes_to_itself(project: Project, cli: Cli) -> None:
    folder = nested(project)

    done = cli("run", ".", "--env", "local", cwd=folder)

    assert done.code == 0, done.err
    inner, outer = list_runs(Store(folder / ".mltrack")).runs
    assert (inner.name, outer.name) == ("small", "trial")
    assert (inner.parent, outer.parent) == (outer.id, None)
    assert (inner.params, outer.params) == ({"of": "inner"}, {"of": "outer"})
    assert set(inner.metrics) == {"a"}


@pytest.mark.parametrize("run_id", ["20260131-120000-kfxhqzab", "nonsense"])
def test_a_run_of_which_the_store_knows_nothing_is_no_parent(
    project: Project, cli: Cli, run_id: str
) -> None:
    folder = project()

    done = cli("run", "--env", "local", cwd=folder, env={**os.environ, "MLTRACK_RUN_ID": run_id})

    assert done.code == 0, done.err
    assert [run.parent for run in list_runs(Store(folder / ".mltrack")).runs] == [None]
