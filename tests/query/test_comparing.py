"""Comparing runs shows what differs."""

from mltrack.query.comparing import compared
from tests.query.rows import row


def test_only_what_differs_is_kept() -> None:
    runs = [row("a", params={"lr": 0.1, "seed": 1}), row("a", params={"lr": 0.2, "seed": 1})]
    assert [(d.group, d.key, d.values) for d in compared(runs)] == [("params", "lr", (0.1, 0.2))]


def test_everything_is_kept_when_asked() -> None:
    runs = [row("a", params={"seed": 1}), row("a", params={"seed": 1})]
    assert ("params", "seed") in [(d.group, d.key) for d in compared(runs, everything=True)]


def test_a_metric_has_its_delta_to_the_first_run() -> None:
    [difference] = compared([row(metrics={"acc": n}) for n in (0.5, 0.75, 0.25)])
    assert difference.deltas == (0.0, 0.25, -0.25)


def test_a_metric_that_a_run_lacks_has_no_delta() -> None:
    [difference] = compared([row(metrics={"acc": 0.5}), row()])
    assert difference.values == (0.5, None)
    assert difference.deltas == (0.0, None)


def test_two_runs_that_are_both_nan_do_not_differ() -> None:
    assert compared([row(metrics={"acc": "NaN"}), row(metrics={"acc": "NaN"})]) == []


def test_a_number_and_the_same_as_text_differ() -> None:
    assert len(compared([row(params={"lr": 1}), row(params={"lr": "1"})])) == 1


def test_nested_values_are_compared_leaf_by_leaf() -> None:
    runs = [row(code={"git": {"commit": c}, "branch": "main"}) for c in "ab"]
    assert [d.key for d in compared(runs)] == ["git.commit"]


def test_json_has_no_number_that_json_cannot_write() -> None:
    [difference] = compared([row(metrics={"acc": 1}), row(metrics={"acc": "NaN"})])
    assert difference.to_json()["values"] == [1, "NaN"]
    assert difference.to_json()["deltas"] == [0, "NaN"]


def test_the_best_and_what_is_better_is_known_where_the_name_tells() -> None:
    [acc] = compared([row(metrics={"acc": n}) for n in (0.5, 0.75, 0.25, 0.5)])
    assert acc.best == (1,)
    assert [acc.is_better(place) for place in range(4)] == [None, True, False, None]
    [loss] = compared([row(metrics={"loss": n}) for n in (0.5, 0.25, 0.25)])
    assert loss.best == (1, 2)
    assert loss.is_better(1) is True


def test_nothing_is_best_where_nobody_knows_or_one_alone_has_a_number() -> None:
    [width] = compared([row(metrics={"width": n}) for n in (0.5, 0.75)])
    assert (width.best, width.is_better(1)) == ((), None)
    [acc] = compared([row(metrics={"acc": 1}), row(metrics={"acc": "NaN"}), row()])
    assert acc.best == ()
    assert [acc.is_better(place) for place in range(3)] == [None, None, None]


def test_packages_are_shown_where_they_differ_and_nowhere_else() -> None:
    runs = [
        row(packages=["numpy==1.0", "a==2"]),
        row(packages=["numpy==1.1", "a==2", "b @ file:x"]),
    ]
    for everything in (False, True):
        lines = [d for d in compared(runs, everything=everything) if d.group == "packages"]
        assert [(d.key, d.values) for d in lines] == [
            ("b", (None, "file:x")),
            ("numpy", ("1.0", "1.1")),
        ]
