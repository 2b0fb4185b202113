"""The best run comes first, and what cannot be ranked comes last."""

import pytest

from mltrack.errors import UsageError, nearest
from tests.query.rows import names, row
from tests.support.definition import ranked

RUNS = [
    row("missing"),
    row("nan", metrics={"acc": "NaN"}),
    row("low", metrics={"acc": 0.1}, summaries={"acc": {"max": 0.99, "min": 0.1}}),
    row("high", metrics={"acc": 0.9}, summaries={"acc": {"max": 0.9, "min": 0.9}}),
    row("infinite", metrics={"acc": "Infinity"}),
]


def test_the_highest_comes_first_nan_after_numbers_and_missing_last() -> None:
    assert names(ranked(RUNS, "acc", highest=True)) == ["infinite", "high", "low", "nan", "missing"]


def test_the_lowest_comes_first_nan_after_numbers_and_missing_last() -> None:
    assert names(ranked(RUNS, "acc", highest=False)) == [
        "low", "high", "infinite", "nan", "missing",
    ]  # fmt: skip


def test_equal_runs_keep_their_order() -> None:
    runs = [row(name, metrics={"acc": 1}) for name in "cab"]
    assert names(ranked(runs, "metrics.acc", highest=True)) == ["c", "a", "b"]


def test_an_extreme_of_a_metric_can_be_ranked() -> None:
    assert names(ranked(RUNS, "max acc", highest=True))[:2] == ["low", "high"]


def test_a_parameter_can_be_ranked() -> None:
    runs = [row("a", params={"lr": 0.1}), row("b", params={"lr": 1}), row("c", params={"lr": "x"})]
    assert names(ranked(runs, "params.lr", highest=True)) == ["b", "a", "c"]


def test_a_metric_that_no_run_has_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no run has metrics.acu, did you mean acc"):
        ranked(RUNS, "acu", highest=True)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("accuracy", "acc"), ("lo", "loss"), ("auc_test", "auc"), ("xyz", "")],
)
def test_a_word_that_begins_like_a_known_one_is_nearest_to_it(word: str, meant: str) -> None:
    assert nearest(word, ["auc", "acc", "loss"]) == (f", did you mean {meant}?" if meant else "")
