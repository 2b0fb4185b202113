"""Runs are narrowed, sorted, put into families and groups."""

from collections.abc import Callable

import pytest

import mltrack
from mltrack.api.runs.choosing import chosen_columns, chosen_row
from mltrack.api.runs.groups import Ranking, groups_of
from mltrack.api.runs.search import Runs, search_runs
from tests.support.repository import Repository

Made = Callable[..., str]


@pytest.fixture
def make(project: Repository) -> Made:
    def made(name: str, acc: float | None = None, **options: object) -> str:
        with mltrack.start_run(name=name, **options) as run:  # type: ignore[arg-type]  # as given
            if acc is not None:
                run.log_metric("acc", acc)
        return run.id

    return made


def names(runs: Runs) -> list[str]:
    return [run.name for run in runs]


def test_runs_are_sorted_by_any_value_and_missing_ones_come_last(make: Made) -> None:
    make("b", 0.2, params={"x": 2})
    make("c", 0.3, params={"x": "text"})
    make("a", 0.1, params={"x": 1.5})
    make("d")
    assert names(search_runs(sort="acc")) == ["a", "b", "c", "d"]
    assert names(search_runs(sort="metrics.acc desc")) == ["c", "b", "a", "d"]
    assert names(search_runs(sort="name desc", limit=2)) == ["d", "c"]
    assert names(search_runs(sort="x")) == ["a", "b", "c", "d"]
    assert names(search_runs(sort="started")) == ["b", "c", "a", "d"]
    with pytest.raises(mltrack.UsageError, match="no run has ac, did you mean acc"):
        search_runs(sort="ac")
    with pytest.raises(mltrack.UsageError, match="max and sort exclude each other"):
        search_runs(max="acc", sort="acc")


def test_runs_are_not_ranked_by_what_is_no_number(make: Made) -> None:
    make("a", params={"solver": "saga"})
    with pytest.raises(mltrack.UsageError, match=r"no run has a number in params.solver"):
        search_runs(max="params.solver")


def test_a_status_narrows_and_a_wrong_one_is_told(make: Made) -> None:
    make("good")
    with pytest.raises(RuntimeError), mltrack.start_run(name="bad"):
        raise RuntimeError
    assert names(search_runs(status="finished")) == ["good"]
    assert names(search_runs(status="Failed, killed")) == ["bad"]
    with pytest.raises(mltrack.UsageError, match="no status 'faild', did you mean failed"):
        search_runs(status="faild")


def test_a_tag_narrows_by_its_name_or_its_value(make: Made) -> None:
    make("one", tags={"draft": True, "n": 1})
    make("two", tags={"draft": "true", "n": "1"})
    make("three", tags={"draft": "false"})
    assert names(search_runs(tag="draft", sort="started")) == ["one", "two", "three"]
    assert names(search_runs(tag="draft=true", sort="started")) == ["one", "two"]
    assert names(search_runs(tag=["draft=true", "n=1"], sort="started")) == ["one", "two"]
    assert names(search_runs(where="name = 'two'", tag="n")) == ["two"]
    with pytest.raises(mltrack.UsageError, match=r"no run has tags.draf, did you mean draft"):
        search_runs(tag="draf=true")
    with pytest.raises(mltrack.UsageError, match=r"no run has tags.draf, did you mean draft"):
        search_runs(tag="draf")
    assert (
        len(search_runs(where="not tags.draf")) == len(search_runs(where="tags.draf is null")) == 3
    )
    with pytest.raises(mltrack.UsageError, match="names no tag"):
        search_runs(tag="=x")


def test_a_time_narrows(make: Made) -> None:
    make("now")
    assert names(search_runs(since="1 hour ago")) == ["now"]
    assert names(search_runs(since="9998-01-01")) == []
    with pytest.raises(mltrack.UsageError, match="'soon' is no moment"):
        search_runs(since="soon")


@pytest.mark.parametrize("policy", ["email", "hash"])
def test_my_runs_are_those_that_name_me_however_they_do(
    make: Made, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    monkeypatch.setenv("MLTRACK_IDENTITY_USER", policy)
    make("mine")
    monkeypatch.setenv("MLTRACK_USER", "Bob <bob@example.org>")
    make("his")
    assert names(search_runs(mine=True)) == ["his"]
    monkeypatch.setenv("MLTRACK_IDENTITY_USER", "none")
    with pytest.raises(mltrack.UsageError, match="name no user"):
        search_runs(mine=True)


def test_children_stand_behind_the_run_they_belong_to(make: Made) -> None:
    sweep = make("sweep")
    first = make("first", 0.5, parent=sweep)
    make("deep", parent=first)
    make("second", 0.7, parent=sweep)
    make("alone", 0.6)
    found = search_runs(children=True)
    assert names(found) == ["alone", "sweep", "first", "deep", "second"]
    assert [found.depths[run.id] for run in found] == [0, 0, 1, 2, 1]
    assert names(search_runs(children=True, limit=1)) == ["alone"]
    assert names(search_runs("metrics.acc < 0.65", children=True)) == ["alone", "first", "deep"]
    nested = search_runs("name != 'alone'", children=True)
    assert names(nested) == ["sweep", "first", "deep", "second"]
    assert names(search_runs(children=True, parent=sweep)) == ["second", "first", "deep"]


def test_a_removed_child_is_not_shown_unless_asked_for(make: Made) -> None:
    sweep = make("sweep")
    gone = make("gone", parent=sweep)
    mltrack.remove_runs([gone])
    assert names(search_runs(children=True)) == ["sweep"]
    assert names(search_runs(children=True, deleted=True)) == ["sweep", "gone"]


def test_columns_are_chosen_by_name_and_stay_where_no_run_found_has_a_value(make: Made) -> None:
    make("old", 0.5, params={"lr": 1})
    make("new")
    runs = search_runs()
    columns = chosen_columns(runs, "name, lr as rate, max acc as best")
    rows = [chosen_row(run.row(), columns) for run in runs]
    assert rows == [
        {"name": "new", "rate": None, "best": None},
        {"name": "old", "rate": 1, "best": 0.5},
    ]
    assert [c.title for c in chosen_columns(search_runs("name = 'new'"), "lr")] == ["params.lr"]
    with pytest.raises(mltrack.UsageError, match="no run has rate"):
        chosen_columns(runs, "rate")


def test_groups_are_of_runs_that_differ_in_the_seed_alone(make: Made) -> None:
    for lr in (1, 2):
        for seed in range(3):
            make("run", lr / 10 + seed / 100, params={"lr": lr, "seed": seed})
    found = groups_of(search_runs(), over="seed", ranking=Ranking(max="acc"))
    assert [column.title for column in found.columns] == ["params.lr", "metrics.acc"]
    assert [group.by["params.lr"] for group in found.groups] == [2, 1]
    assert [group.spreads["metrics.acc"].n for group in found.groups] == [3, 3]
    by = groups_of(search_runs(), by="seed, lr", columns="seed, min acc as low")
    assert len(by.groups) == 6
    assert [column.title for column in by.columns] == ["params.seed", "low"]
    assert by.values(by.groups[0])["low"] == (pytest.approx(0.22), None, 1)
