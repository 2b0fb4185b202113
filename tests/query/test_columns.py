"""A listing shows what tells its runs apart."""

from mltrack.query.columns import all_columns, columns_for
from tests.query.rows import row

ALWAYS = ["id", "name", "status", "started"]


def test_what_is_the_same_in_all_runs_is_left_out() -> None:
    runs = [
        row(params={"lr": 0.1, "seed": 1}, metrics={"acc": 0.9, "n": 5}),
        row(params={"lr": 0.2, "seed": 1}, metrics={"acc": 0.8, "n": 5}),
    ]
    assert columns_for(runs) == [*ALWAYS, "metrics.acc", "params.lr"]


def test_a_number_is_the_same_however_it_is_written() -> None:
    same = [
        row(params={"lr": 1}, metrics={"acc": "NaN"}),
        row(params={"lr": 1.0}, metrics={"acc": "NaN"}),
    ]
    assert columns_for(same) == ALWAYS
    assert columns_for([row(params={"lr": 1}), row(params={"lr": True})])[-1] == "params.lr"


def test_what_only_some_runs_have_is_shown() -> None:
    assert columns_for([row(params={"lr": 0.1}), row()]) == [*ALWAYS, "params.lr"]


def test_a_run_alone_shows_all_it_has() -> None:
    only = row(params={"lr": 0.1}, metrics={"acc": 0.9})
    assert columns_for([only]) == [*ALWAYS, "metrics.acc", "params.lr"]


def test_figures_of_slices_are_left_to_show() -> None:
    rows = [{"metrics": {"acc": 0.5, "slice/region=north/acc": 0.25}}]
    assert columns_for(rows)[-1] == "metrics.acc"


def test_the_experiment_is_shown_when_there_are_several() -> None:
    assert columns_for([row(experiment="a"), row(experiment="b")]) == [*ALWAYS, "experiment"]


def test_what_the_runs_are_sorted_by_comes_first_once() -> None:
    runs = [row(metrics={"acc": n, "loss": n}) for n in range(2)]
    shown = columns_for(runs, first="metrics.loss")
    assert shown == [*ALWAYS, "metrics.loss", "metrics.acc"]


def test_a_program_gets_every_column() -> None:
    runs = [row(params={"lr": 0.1}, tags={"team": "a"}), row(params={"lr": 0.1})]
    assert all_columns(runs) == [
        "id", "name", "experiment", "status", "started", "ended", "params.lr", "tags.team",
    ]  # fmt: skip
