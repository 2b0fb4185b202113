"""The run in hand: names, mistakes of the caller, and how it shows itself."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.support.repository import Repository


@pytest.mark.parametrize("name", ["a/b", "..", "a\x1b[31mb", "a\nb", "", " a", "a@b", "x" * 200])
def test_an_experiment_that_cannot_be_one_is_refused_and_leaves_nothing(
    name: str, store: Store
) -> None:
    with pytest.raises(mltrack.UsageError, match="cannot name an experiment"):
        mltrack.set_experiment(name)
    if name:
        with pytest.raises(mltrack.UsageError, match="cannot name an experiment"):
            mltrack.start_run(experiment=name)
    assert mltrack.active_run() is None
    assert list_runs(store).runs == []


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", ""])
def test_a_run_name_with_a_control_character_is_refused_and_leaves_nothing(
    name: str, store: Store
) -> None:
    with pytest.raises(ValueError, match="the name of a run"):
        mltrack.start_run(name=name)
    assert (mltrack.active_run(), list_runs(store).runs) == (None, [])


def test_params_and_tags_that_cannot_be_are_refused_before_a_run_begins(store: Store) -> None:
    with pytest.raises(ValueError, match="the name of a param"):
        mltrack.start_run(params={"a\nb": 1})
    with pytest.raises(TypeError, match="tags must be a mapping"):
        mltrack.start_run(tags=["a"])  # type: ignore[arg-type]  # the mistake
    assert list_runs(store).runs == []


def test_a_wrong_value_among_good_ones_writes_none_of_them() -> None:
    with mltrack.start_run() as run:
        with pytest.raises(TypeError, match="the metric 'b' must be a number"):
            run.log_metrics({"a": 1.0, "b": None})  # type: ignore[dict-item]  # the mistake
        with pytest.raises(ValueError, match="the name of a param"):
            run.log_params({"a": 1, "": 2})
    read = mltrack.get_run(run.id)
    assert (read.metrics, read.params) == ({}, {})


def test_names_with_slashes_group_metrics_params_and_tags() -> None:
    with mltrack.start_run() as run:
        run.log_metric("train/loss", 1)
        run.log_param("model/depth", 2)
        run.set_tag("data/version", 3)
    read = mltrack.get_run(run.id)
    assert (read.metrics, read.params) == ({"train/loss": 1}, {"model/depth": 2})
    assert read.tags == {"data/version": 3}


def test_a_file_that_is_not_there_is_not_found() -> None:
    with mltrack.start_run() as run:
        with pytest.raises(mltrack.NotFoundError, match=r"missing\.txt"):
            run.log_artifact("missing.txt")
        with pytest.raises(mltrack.NotFoundError, match="there is no folder"):
            run.log_artifacts("missing")


def test_the_path_of_an_artifact_is_a_text(project: Repository) -> None:
    with mltrack.start_run() as run, pytest.raises(TypeError, match="not NoneType"):
        run.log_text("x", None)  # type: ignore[arg-type]


@pytest.mark.parametrize("to", ["../x", "/etc/x", "a/../../x", "a\nb", ""])
def test_an_artifact_cannot_be_put_outside_the_run(project: Repository, to: str) -> None:
    with mltrack.start_run() as run, pytest.raises(mltrack.UsageError):
        run.log_artifact(project.path / "README.md", to)


def test_a_plots_bytes_do_not_depend_on_the_time_of_day(project: Repository) -> None:
    class Plot:
        def savefig(self, fname: str, **options: object) -> None:
            Path(fname).write_text(repr(options))

    with mltrack.start_run() as run:
        run.log_figure(Plot(), "plots/a.svg", dpi=10)
        run.log_figure(Plot(), "a.pdf")
        run.log_figure(Plot(), "a.png")
    read = mltrack.get_run(run.id)
    told = {entry.path: read.artifact_path(entry.path).read_text() for entry in read.artifacts}
    assert told == {
        "a.pdf": "{'metadata': {'CreationDate': None}}",
        "a.png": "{}",
        "plots/a.svg": "{'metadata': {'Date': None}, 'dpi': 10}",
    }


def test_a_run_shows_its_handle_and_whether_it_has_ended() -> None:
    run = mltrack.start_run(name="x")
    assert repr(run) == f"<ActiveRun {run.handle}>"
    assert repr(mltrack.get_run(run.id)) == f"<Run {run.handle} 'x' running>"
    run.finish()
    assert repr(run) == f"<ActiveRun {run.handle} (ended)>"


def test_a_copy_is_the_same_run() -> None:
    with mltrack.start_run() as run:
        copy.deepcopy(run).log_metric("loss", 1)
    read = mltrack.get_run(run.id)
    assert (read.metrics, read.record.writers) == ({"loss": 1}, ("main",))


def test_a_text_of_any_kind_comes_back_as_it_was() -> None:
    wanted = {
        "yes": "no", "date": "2026-01-01", "sexagesimal": "1:30", "octal": "012", "null": "null",
        "lines": "a\nb\r\n\tc", "quote": "\"'`", "colour": "\x1b[31m", "emoji": "\U0001f680",
        "nul": "\x00", "bidi": "\u202e", "separator": "\u2028", "empty": "", "float": 1e-4,
        "large": 2**70, "nothing": None, "truth": True, "nested": {"a b": [{"c": []}, {}]},
    }  # fmt: skip
    with mltrack.start_run() as run:
        run.log_params(wanted)
        assert mltrack.get_run(run.id).params == wanted
    assert mltrack.get_run(run.id).params == wanted


def test_a_lone_surrogate_costs_a_question_mark_and_not_the_run() -> None:
    with mltrack.start_run() as run:
        run.log_param("name", "a\udcffb")
    assert mltrack.get_run(run.id).params == {"name": "a?b"}


@pytest.mark.parametrize(
    ("call", "mistake"),
    [
        (lambda: mltrack.log_metric("loss", "high"), TypeError),  # type: ignore[arg-type]  # wrong
        (lambda: mltrack.log_metric("a\nb", 1), ValueError),
        (lambda: mltrack.log_metric("loss", 1, step=1.5), TypeError),  # type: ignore[arg-type]
        (lambda: mltrack.log_metric("loss", 1, time=float("nan")), ValueError),
        (lambda: mltrack.log_metrics([1]), TypeError),  # type: ignore[arg-type]  # wrong
        (lambda: mltrack.log_metrics({"a": 1, "b": None}), TypeError),  # type: ignore[dict-item]
        (lambda: mltrack.log_param("", 1), ValueError),
        (lambda: mltrack.log_params("lr"), TypeError),  # type: ignore[arg-type]  # wrong
        (lambda: mltrack.set_tag("a", "x" * 70_000), ValueError),
        (lambda: mltrack.set_tags({1: 2}), TypeError),  # type: ignore[dict-item]  # wrong
    ],
    ids=["value", "name", "step", "time", "list", "one of two", "param", "params", "tag", "tags"],
)
def test_a_wrong_call_without_a_run_leaves_no_empty_run(
    call: Callable[[], None], mistake: type[Exception], store: Store
) -> None:
    with pytest.raises(mistake):
        call()
    assert mltrack.active_run() is None
    assert list_runs(store).runs == []
