"""Runs are found by what they logged, best first, and compared."""

import math

import pytest

import mltrack
from mltrack.api.runs.comparing import compare_runs
from mltrack.api.runs.runs import artifact_path, list_artifacts, opened_output
from mltrack.api.runs.search import Runs
from mltrack.api.status import store_status
from mltrack.api.store import effective_settings, found_store, init_store, opened_store, use
from tests.support.repository import Repository


@pytest.fixture
def three(project: Repository) -> list[str]:
    """Return the ids of three runs, whose names say how good they are."""
    ids = []
    for name, acc, experiment in (("good", 0.9, "a"), ("bad", 0.1, "b"), ("nan", math.nan, "a")):
        with mltrack.start_run(name=name, experiment=experiment, params={"lr": acc}) as run:
            run.log_metric("acc", acc)
        ids.append(run.id)
    return ids


def names(runs: Runs) -> list[str]:
    return [run.name for run in runs]


def test_the_best_come_first_and_nan_last(three: list[str]) -> None:
    assert names(mltrack.search_runs(max="acc")) == ["good", "bad", "nan"]
    assert names(mltrack.search_runs(min="acc", limit=2)) == ["bad", "good"]


def test_a_filter_an_experiment_and_a_limit_narrow_the_search(three: list[str]) -> None:
    assert names(mltrack.search_runs(where="metrics.acc > 0.5")) == ["good"]
    assert sorted(names(mltrack.search_runs(experiment="a"))) == ["good", "nan"]
    assert len(mltrack.search_runs(limit=0)) == 0


def test_an_experiment_is_named_as_everywhere_and_a_slip_is_told(three: list[str]) -> None:
    meant = mltrack.get_experiment("a").id
    assert len(mltrack.search_runs(experiment=meant[:5])) == 2
    mltrack.create_experiment("caf\u00e9")
    assert len(mltrack.search_runs(experiment="cafe\u0301")) == 0
    with pytest.raises(mltrack.NotFoundError, match="there is no experiment 'caffe', did you mean"):
        mltrack.search_runs(experiment="caffe")


def test_runs_that_were_removed_are_counted_where_they_are_left_out(three: list[str]) -> None:
    mltrack.remove_runs(three[:1])
    mltrack.remove_experiment("b")
    assert (len(mltrack.search_runs()), mltrack.search_runs().removed) == (1, 2)
    assert mltrack.search_runs(deleted=True).removed == 0
    assert len(mltrack.search_runs(experiment="b")) == 0
    assert len(mltrack.search_runs(experiment="b", deleted=True)) == 1


def test_what_is_found_is_a_sequence(three: list[str]) -> None:
    found = mltrack.search_runs(max="acc")
    assert (found[0].name, found[-1].name, len(found)) == ("good", "nan", 3)
    assert names(found[1:]) == ["bad", "nan"]
    assert repr(found[:1]) == f"<Runs [<Run {found[0].handle} 'good' finished>]>"


def test_a_search_that_contradicts_itself_is_a_usage_error(three: list[str]) -> None:
    with pytest.raises(mltrack.UsageError, match="exclude each other"):
        mltrack.search_runs(max="acc", min="acc")
    with pytest.raises(mltrack.UsageError, match="limit"):
        mltrack.search_runs(limit=-1)


def test_without_a_store_reading_says_so_and_makes_none(project: Repository) -> None:
    with pytest.raises(mltrack.NotFoundError, match="there is no store"):
        mltrack.search_runs()
    assert found_store() is None
    assert not (project.path / ".mltrack").exists()


def test_two_runs_differ_where_they_differ(three: list[str]) -> None:
    comparison = compare_runs([three[0], three[1]])
    assert [run.name for run in comparison.runs] == ["good", "bad"]
    keys = {difference.key for difference in comparison.differences}
    assert {"name", "lr", "acc"} <= keys
    with pytest.raises(mltrack.UsageError, match="two runs or more"):
        compare_runs(["1"])


def test_an_artifact_is_found_by_its_uri(project: Repository) -> None:
    with mltrack.start_run() as run:
        run.log_artifact(project.write("out.txt", "x"), "deep/out.txt")
    assert artifact_path("1/deep/out.txt").read_text() == "x"
    assert artifact_path(f"runs:/{run.id}/deep").joinpath("out.txt").read_text() == "x"
    assert [entry.path for entry in list_artifacts("1")] == ["deep/out.txt"]
    with pytest.raises(mltrack.UsageError, match="names no artifact"):
        artifact_path("1")
    with pytest.raises(mltrack.NotFoundError):
        artifact_path("1/nothing")


def test_a_run_that_no_runner_made_has_no_output(three: list[str]) -> None:
    refused = pytest.raises(mltrack.NotFoundError, match="the output of run")
    with refused, opened_output("1"):
        pass


def test_the_store_lies_at_the_top_of_the_repository(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = project.path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    with mltrack.start_run():
        pass
    assert opened_store().root == project.path / ".mltrack"
    assert found_store(near=below) is not None
    assert init_store(below) == project.path / ".mltrack"


def test_a_store_that_is_named_comes_first(project: Repository) -> None:
    other = Repository.create(project.path.parent / "other")
    init_store(other.path)
    use(store=str(other.path / ".mltrack"))
    try:
        with mltrack.start_run():
            pass
        assert opened_store().root == other.path / ".mltrack"
    finally:
        use()
    assert found_store() is None


def test_every_setting_tells_where_it_comes_from(project: Repository) -> None:
    origins = {setting["key"]: setting["origin"] for setting in effective_settings()}
    assert (origins["capture.code"], origins["strict"]) == ("environment", "default")


def test_a_stores_status_counts_runs_and_names_what_git_has_not_got(
    project: Repository, three: list[str]
) -> None:
    status = store_status()
    assert (status.by_status, status.uncommitted) == ({"finished": 3}, tuple(sorted(three)))
    assert any("git add" in step for step in status.next_steps)
    project.commit("Commit the runs")
    with mltrack.start_run() as live:
        status = store_status()
        assert status.uncommitted == ()
        assert [run.id for run in status.running] == [live.id]


def test_a_store_without_git_has_nothing_uncommitted(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = project.path.parent / "plain"
    plain.mkdir()
    monkeypatch.chdir(plain)
    init_store()
    status = store_status()
    assert (status.uncommitted, status.only_here) == (None, 0)
    assert "mltrack.start_run()" in status.next_steps[0]
