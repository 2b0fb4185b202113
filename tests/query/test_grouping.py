"""Runs that are alike become one row, with mean and standard deviation."""

import math
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.query.grouping import grouped, kept_apart, ranked, spread_of, telling
from mltrack.query.keys import Key
from tests.query.rows import row

ACC, SEED, LR = Key("metrics", "acc"), Key("params", "seed"), Key("params", "lr")


def made(lr: float, seed: object, acc: object, **fields: Any) -> dict[str, Any]:
    metrics = {} if acc is None else {"acc": acc}
    return row(id=f"{lr}-{seed}", params={"lr": lr, "seed": seed}, metrics=metrics, **fields)


RUNS = [made(0.1, 1, 0.8), made(0.1, 2, 0.9), made(0.3, 1, 0.95), made(0.3, 2, None)]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_mean_and_deviation_are_those_of_the_textbook(values: list[float]) -> None:
    found = spread_of(values)
    assert found.mean == pytest.approx(statistics.fmean(values), abs=1e-6)
    assert found.std == pytest.approx(statistics.stdev(values), rel=1e-6, abs=1e-6)


@given(st.lists(st.sampled_from([1e308, -1e308, math.inf, -math.inf, math.nan, 0.0, 10**400])))
def test_no_number_is_too_large_for_a_group(values: list[float]) -> None:
    if values:
        assert spread_of(values).n == len(values)


def test_one_value_has_no_spread() -> None:
    assert spread_of([0.5]) == (0.5, None, 1)
    assert spread_of([1e308, 1e308]).mean == 1e308


def test_a_number_is_in_one_group_however_it_is_written() -> None:
    runs = [
        made(1, seed, 0.5) for seed in (1, 1.0, "1", True, math.nan, math.nan, -0.0, 0, 10**400)
    ]
    assert [len(group.rows) for group in grouped(runs, [SEED], [])] == [2, 1, 1, 2, 2, 1]


def test_runs_that_differ_in_nothing_but_a_parameter_are_one_group() -> None:
    groups = grouped(RUNS, kept_apart(RUNS, [SEED]), [ACC])
    assert [len(group.rows) for group in groups] == [2, 2]
    assert groups[0].spreads["metrics.acc"].mean == pytest.approx(0.85)
    assert groups[1].spreads["metrics.acc"] == (0.95, None, 1)
    assert telling(groups, kept_apart(RUNS, [SEED])) == ["params.lr"]


def test_another_parameter_or_experiment_keeps_groups_apart() -> None:
    runs = [made(0.1, 1, 0.8), made(0.1, 2, 0.9, experiment="other")]
    assert len(grouped(runs, kept_apart(runs, [SEED]), [ACC])) == 2
    assert len(grouped(runs, kept_apart(runs, [SEED, LR]), [ACC])) == 2


def test_a_number_a_text_and_truth_are_three_values() -> None:
    runs = [made(0.1, value, 0.5) for value in (1, "1", True, None, 1)]
    assert [len(group.rows) for group in grouped(runs, [SEED], [ACC])] == [2, 1, 1, 1]


def test_groups_are_ranked_by_the_mean_and_nan_comes_last() -> None:
    runs = [made(1, 1, None), made(2, 1, "NaN"), made(3, 1, 0.5), made(4, 1, 0.7)]
    groups = grouped(runs, [LR], [ACC])
    best = ranked(groups, ACC, descending=True)
    assert [group.by["params.lr"] for group in best] == [4, 3, 2, 1]
    worst = ranked(groups, ACC, descending=False)
    assert [group.by["params.lr"] for group in worst] == [3, 4, 2, 1]
