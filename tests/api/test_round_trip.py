"""Whatever is logged is read back: while the run lives, after its end, and in a clone."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.figure
import pytest

import mltrack
from mltrack.api import store as api_store
from mltrack.api.runs.run import Run
from tests.support.repository import Repository

BIG = "a long text\n" * 10_000


def log_everything(run: Any, folder: Path) -> None:
    """Make every log call there is, on a run or on the module."""
    run.log_param("lr", 0.1)
    run.log_params({"layers": [64, 32], "opt": {"name": "adam", "eps": 1e-8}, "note": BIG})
    run.log_metric("loss", 0.5, step=3, time=1_700_000_000.25)
    run.log_metric("loss", 0.25)
    run.log_metric("train/acc", math.nan)
    run.log_metrics({"a": 1, "b": -math.inf}, step=7)
    run.set_tag("team", "red")
    run.set_tags({"stage": "größe", "ok": True})
    (folder / "plot.txt").write_text("one")
    (folder / "out" / "deep").mkdir(parents=True)
    (folder / "out" / "deep" / "x.bin").write_bytes(b"\x00" * 2_000_000)
    run.log_artifact(folder / "plot.txt")
    run.log_artifact(folder / "plot.txt", "plots/")
    run.log_artifact(folder / "out", to="results")
    run.log_artifacts(folder / "out", to="again")
    figure = matplotlib.figure.Figure(figsize=(1, 1))
    run.log_figure(figure, "figures/f.png")


def assert_all_there(run: Run) -> None:
    """Read back what `log_everything` logged, but for objects, which git does not carry."""
    long = run.params["note"]
    assert run.params == {
        "lr": 0.1, "layers": [64, 32], "opt": {"name": "adam", "eps": 1e-8}, "note": long,
    }  # fmt: skip
    assert run.artifact_path(long["artifact"]).read_text() == BIG
    assert run.tags == {"team": "red", "stage": "größe", "ok": True}
    assert (run.metrics["loss"], run.metrics["a"], run.metrics["b"]) == (0.25, 1, -math.inf)
    assert math.isnan(run.metrics["train/acc"])
    loss = run.history("loss")
    assert [(p.step, p.value) for p in loss] == [(3, 0.5), (4, 0.25)]
    assert loss[0].time == 1_700_000_000.25
    assert run.artifact_path("plot.txt").read_text() == "one"
    assert run.artifact_path("plots/plot.txt").read_text() == "one"
    assert run.artifact_path("figures/f.png").read_bytes().startswith(b"\x89PNG")
    assert [entry.path for entry in run.artifacts] == [
        "again/deep/x.bin", "figures/f.png", long["artifact"], "plot.txt", "plots/plot.txt",
        "results/deep/x.bin",
    ]  # fmt: skip


def by_run() -> tuple[Any, Callable[[], None]]:
    run = mltrack.start_run(name="whole", experiment="trips")
    return run, run.finish


def by_module() -> tuple[Any, Callable[[], None]]:
    mltrack.set_experiment("trips")
    mltrack.start_run(name="whole")

    def finish() -> None:
        run = mltrack.active_run()
        assert run is not None
        run.finish()

    return mltrack, finish


@pytest.mark.parametrize("begin", [by_run, by_module])
def test_what_is_logged_is_read_back(
    begin: Callable[[], tuple[Any, Callable[[], None]]], project: Repository, tmp_path: Path
) -> None:
    run, finish = begin()
    log_everything(run, tmp_path)
    alive = mltrack.get_run("1")
    assert_all_there(alive)
    assert (alive.status, alive.name, alive.record.experiment) == ("running", "whole", "trips")
    assert len(alive.artifact_path("results/deep/x.bin").read_bytes()) == 2_000_000
    finish()
    ended = mltrack.get_run("1")
    assert_all_there(ended)
    assert (ended.status, ended.name, ended.record.experiment) == ("finished", "whole", "trips")
    assert ended.record.ended is not None


def test_a_clone_reads_the_same(project: Repository, tmp_path: Path) -> None:
    with mltrack.start_run(name="whole", experiment="trips") as run:
        log_everything(run, tmp_path)
    here = mltrack.get_run(run.id).to_json()
    project.commit("Record a run")
    clone = project.clone("clone")
    api_store.use(folder=clone.path)
    try:
        there = mltrack.search_runs()[0]
        assert_all_there(there)
        read = there.to_json()
        for row in here["artifacts"]:
            row["here"] = row["inline"]  # objects are not in git
        assert read == here
    finally:
        api_store.use()


def test_runs_begun_with_params_and_tags_have_them() -> None:
    with mltrack.start_run(params={"lr": 1, "token": "abcdefghij"}, tags={"a": "b"}):
        pass
    run = mltrack.get_run("@latest")
    assert run.params == {"lr": 1, "token": "****"}
    assert run.tags == {"a": "b"}


def test_a_resumed_run_goes_on_after_its_last_step() -> None:
    with mltrack.start_run(name="first") as run:
        run.log_metrics({"loss": 0.5, "acc": 0.1}, step=41)
    yaml = next(Path(".mltrack/runs").rglob("run.yaml"))
    before = yaml.read_bytes()
    with mltrack.start_run(resume=run.handle, params={"lr": 2}) as again:
        again.log_metric("loss", 0.25)
        assert mltrack.get_run(run.id).status == "running"
        again.finish("failed")
    read = mltrack.get_run(run.id)
    assert [(p.step, p.value) for p in read.history("loss")] == [(41, 0.5), (42, 0.25)]
    assert (read.status, read.params, read.name) == ("failed", {"lr": 2}, "first")
    assert yaml.read_bytes() == before


def test_a_name_changes_in_mid_run() -> None:
    with mltrack.start_run(name="draft") as run:
        run.rename("final")
        assert mltrack.get_run("1").name == "final"
    assert mltrack.get_run("1").name == "final"
    assert "final" in repr(mltrack.get_run("1"))


def test_many_parameters_of_any_size_are_all_there_though_the_record_would_be_huge() -> None:
    wanted = {f"p{n:03}": chr(97 + n % 26) * 60_000 for n in range(300)}
    with mltrack.start_run() as run:
        run.log_params(wanted)
        run.log_metric("loss", 1.0)
    read = mltrack.get_run(run.id)
    assert read.params == wanted
    assert (read.status, read.metrics) == ("finished", {"loss": 1.0})


def test_thousands_of_metrics_in_one_call_are_all_there() -> None:
    wanted = {"\U0001f680" * 244 + str(n): float(n) for n in range(17_500)}
    with mltrack.start_run() as run:
        run.log_metrics(wanted, step=1)
        assert mltrack.get_run(run.id).metrics == wanted
