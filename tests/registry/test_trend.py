"""How a metric changed over the versions of a model, and what a run has to do with them."""

import pytest

import mltrack
from mltrack.api.registry.trends import model_trend
from mltrack.errors import NotFoundError, UsageError
from mltrack.registry.entities import Version
from tests.registry.project import Project
from tests.support.cli import Cli


def registered(project: Project, accuracy: float) -> Version:
    return mltrack.register_model(project.run(accuracy=accuracy), "churn")


def evaluate(version: Version, value: float, data: str = "d" * 64) -> None:
    with mltrack.start_run(name="evaluate") as run:
        run.set_tags({"evaluate.version": version.id, "evaluate.model": version.uri})
        run.log_metrics({"accuracy": value}, data=data, model=version.digest)


def test_a_metric_is_followed_in_runs_and_for_each_data_set_in_evaluations(
    project: Project,
) -> None:
    first, second = registered(project, 0.7), registered(project, 0.8)
    evaluate(first, 0.6)
    evaluate(second, 0.61)
    evaluate(second, 0.62)
    points = model_trend("churn", ["accuracy"]).points
    assert {(p.source, p.version, p.value) for p in points} == {
        ("run", "v1", 0.7),
        ("run", "v2", 0.8),
        ("d" * 12, "v1", 0.6),
        ("d" * 12, "v2", 0.62),
    }


def test_changes_of_stage_are_marked(project: Project, cli: Cli) -> None:
    registered(project, 0.7)
    registered(project, 0.8)
    project.promote("churn/2", "staging")
    out = cli("plot", "accuracy", "--model", "churn", cwd=project.repo.path).out
    lines = out.splitlines()
    assert lines[0] == "accuracy of churn"
    assert any(line.split() == ["v1", "▲v2"] for line in lines)
    assert lines[-1].split()[:2] == ["▲v2", "staging"]


def test_points_and_changes_are_data_too(project: Project, cli: Cli) -> None:
    registered(project, 0.7)
    project.promote("churn/1", "staging")
    words = ("plot", "accuracy", "--model", "churn", "-o", "json")
    document = cli(*words, cwd=project.repo.path).json()
    assert [point["value"] for point in document["points"]] == [0.7]
    assert [change["stage"] for change in document["stages"]] == ["staging"]


def test_what_is_about_steps_is_refused(project: Project, cli: Cli) -> None:
    registered(project, 0.7)
    for more in (("--smooth", "0.5"), ("--x", "time")):
        result = cli("plot", "accuracy", "--model", "churn", *more, cwd=project.repo.path)
        assert (result.code, result.out) == (2, "")
        assert "a trend goes over versions" in result.err


def test_with_no_metric_named_those_that_there_are_are_told(project: Project) -> None:
    registered(project, 0.7)
    with pytest.raises(UsageError, match="no metric is named") as caught:
        model_trend("churn", [])
    assert "accuracy" in caught.value.why


def test_an_unknown_metric_or_model_is_an_error_with_the_nearest(project: Project) -> None:
    registered(project, 0.7)
    with pytest.raises(NotFoundError, match="did you mean accuracy"):
        model_trend("churn", ["acuracy"])
    with pytest.raises(NotFoundError, match="did you mean churn"):
        model_trend("chrn", ["accuracy"])


def test_the_page_of_a_run_names_the_versions_that_came_from_it_or_that_it_evaluated(
    project: Project, cli: Cli
) -> None:
    version = registered(project, 0.7)
    evaluate(version, 0.6)
    made = cli("show", str(version.source.run), cwd=project.repo.path).out
    judged = cli("show", "@latest", cwd=project.repo.path).out
    assert ["churn/1", "dev", "registered", "from", "it"] in map(str.split, made.splitlines())
    assert ["churn/1", "dev", "evaluated", "by", "it"] in map(str.split, judged.splitlines())
