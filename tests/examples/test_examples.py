"""Every example does what its README shows, and does the same when it is run again."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import mltrack
from mltrack.api import store
from mltrack.projects.file import codec
from tests.docs import languages
from tests.examples.conftest import EXAMPLES
from tests.support.cli import Cli
from tests.support.repository import Repository

NAMES = ("churn", "credit_risk", "diagnosis")
SHELL = re.compile(r"^```shell\n(.*?)^```", re.DOTALL | re.MULTILINE)
ROWS = 20
SANE: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "churn": {"acc": (0.78, 0.85), "auc": (0.82, 0.90), "loss": (0.38, 0.48)},
    "credit_risk": {"cost": (0.35, 0.60), "auc": (0.75, 0.90), "refused": (0.4, 0.8)},
    "diagnosis": {"acc": (0.93, 1.0), "auc": (0.97, 1.0), "loss": (0.0, 0.2)},
}
PREDICTIONS = {
    "churn": {"True", "False"},
    "credit_risk": {"good", "bad"},
    "diagnosis": {"0", "1"},
}


def follow_readme(project: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the commands that the README shows, in a copy of the example."""
    (block,) = SHELL.findall((project.path / "README.md").read_text("utf-8"))
    shell = project.path.parent / "shell"
    shell.mkdir()
    with monkeypatch.context() as patch:
        for name, value in languages.prepare_shell(shell).items():
            patch.setenv(name, value)
        languages.run_bash(block, project.path)


def first_rows(project: Repository) -> Path:
    (data,) = (project.path / "data").glob("*.csv")
    lines = data.read_bytes().splitlines(keepends=True)
    file = project.path.parent / "rows.csv"
    file.write_bytes(b"".join(lines[: ROWS + 1]))
    return file


class Results(NamedTuple):
    """What a run left: the points of every metric, the digest of every artifact."""

    points: Mapping[str, Sequence[tuple[int, float]]]
    digests: Mapping[str, str]


def results_of_a_run(project: Repository, *, threads: int) -> Results:
    done = Cli(project.path)("run", ".", env={**os.environ, "OMP_NUM_THREADS": str(threads)})
    assert done.code == 0, done.err
    store.use(folder=project.path)
    run = mltrack.get_run("@latest")
    points = {
        name: [(point.step, point.value) for point in run.history(name)] for name in run.metrics
    }
    return Results(points, {entry.path: entry.sha256 for entry in run.artifacts})


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_leads_from_a_first_run_to_a_model_that_predicts(
    name: str, project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_readme(project, monkeypatch)

    store.use(folder=project.path)
    runs = mltrack.search_runs()
    assert {run.status for run in runs} == {"finished"}
    assert len({run.record.environment["key"] for run in runs}) == 1
    for run in runs:
        for metric, (low, high) in SANE[name].items():
            assert metric not in run.metrics or low <= run.metrics[metric] <= high, metric
    assert [version.number for version in mltrack.get_model(name).versions] == [1]

    predicted = Cli(project.path)("predict", f"{name}/1", str(first_rows(project)))
    header, *predictions = predicted.out.split()
    assert (header, len(predictions)) == ("prediction", ROWS)
    assert set(predictions) == PREDICTIONS[name]


@pytest.mark.parametrize("name", NAMES)
def test_two_runs_in_two_places_agree_in_every_point_and_every_byte_on_any_number_of_cores(
    name: str, project: Repository
) -> None:
    here = results_of_a_run(project, threads=1)
    elsewhere = results_of_a_run(project.clone("else where"), threads=2)

    assert here.points.keys() >= SANE[name].keys()
    assert {Path(path).suffix for path in here.digests} >= {".png", ".pkl", ".sha256"}
    assert elsewhere == here


def test_all_examples_share_one_environment() -> None:
    specs = [codec.read(EXAMPLES / name).env for name in NAMES]
    first, *others = [env._replace(folder=None) for env in specs]

    assert all(env == first for env in others)


def test_every_example_is_tried_here() -> None:
    assert {file.parent.name for file in EXAMPLES.glob("*/project.yaml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_readme_fits_on_a_screen_and_names_every_parameter(name: str) -> None:
    readme = (EXAMPLES / name / "README.md").read_text("utf-8")

    assert len(readme.splitlines()) <= 50
    for param in codec.read(EXAMPLES / name).params:
        assert f"| `{param}` |" in readme
