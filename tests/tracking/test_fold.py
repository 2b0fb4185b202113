"""A run is what the rows of all its writers say together."""

import math
from collections.abc import Mapping
from typing import Any

from mltrack.store.journal import Row
from mltrack.tracking.fold import Journal, fold, in_order


def journal(writer: str, *rows: Row | None, seen: Mapping[str, int] | None = None) -> Journal:
    """Return a journal whose first row is a further writer's."""
    return Journal(writer, [{"writer": writer, "seen": dict(seen or {})}, *rows])


def opened(writer: str, *rows: Row, seen: Mapping[str, int] | None = None) -> Journal:
    """Return the journal of a writer that opened the run."""
    return Journal(writer, [{"writer": writer, "opens": True, "seen": dict(seen or {})}, *rows])


def metric(step: int, **values: Any) -> Row:
    """Return a row of metrics."""
    return {"step": step, "time": 1.0, "metrics": values}


def test_a_writer_follows_those_whose_rows_it_has_seen() -> None:
    late = journal("aaaaaaaa", seen={"zzzzzzzz": 1})
    early = journal("zzzzzzzz", seen={"main": 1})
    names = [j.writer for j in in_order([late, early, opened("main")])]
    assert names == ["main", "zzzzzzzz", "aaaaaaaa"]


def test_writers_that_did_not_see_each_other_are_ordered_by_name() -> None:
    concurrent = [journal(name, seen={"main": 1}) for name in ("cccccccc", "bbbbbbbb")]
    names = [j.writer for j in in_order([*concurrent, opened("main")])]
    assert names == ["main", "bbbbbbbb", "cccccccc"]


def test_writers_that_claim_to_follow_each_other_are_still_all_there() -> None:
    first = journal("aaaaaaaa", seen={"bbbbbbbb": 1})
    second = journal("bbbbbbbb", seen={"aaaaaaaa": 1})
    assert [j.writer for j in in_order([second, first])] == ["aaaaaaaa", "bbbbbbbb"]


def test_the_later_writer_wins_for_params_and_tags_whatever_its_clock_says() -> None:
    main = opened("main", {"params": {"lr": 1}, "tags": {"a": 1}, "time": 900.0})
    later = journal(
        "aaaaaaaa", {"params": {"lr": 2}, "tags": {"a": 2}, "time": 1.0}, seen={"main": 2}
    )
    folded = fold([later, main])
    assert (folded.params, folded.tags) == ({"lr": 2}, {"a": 2})


def test_the_last_value_is_the_one_at_the_highest_step() -> None:
    summary = fold([opened("main", metric(5, loss=0.5), metric(2, loss=0.2))]).metrics["loss"]
    assert (summary.last, summary.last_step, summary.count) == (0.5, 5, 2)


def test_of_equal_steps_the_later_row_is_the_last_value() -> None:
    later = journal("aaaaaaaa", metric(3, loss=0.9), seen={"main": 2})
    summary = fold([later, opened("main", metric(3, loss=0.1))]).metrics["loss"]
    assert (summary.last, summary.last_step) == (0.9, 3)


def test_extremes_pass_over_nan() -> None:
    rows = [metric(0, loss="NaN"), metric(1, loss=2.0), metric(2, loss="NaN"), metric(3, loss=-1)]
    summary = fold([opened("main", *rows)]).metrics["loss"]
    assert (summary.min, summary.max, summary.last) == (-1, 2.0, -1)


def test_a_metric_that_is_never_a_number_has_nan_for_extremes() -> None:
    summary = fold([opened("main", metric(0, loss="NaN"))]).metrics["loss"]
    assert math.isnan(summary.min)
    assert math.isnan(summary.max)
    assert math.isnan(summary.last)


def test_infinities_are_extremes() -> None:
    rows = [metric(0, loss="Infinity"), metric(1, loss="-Infinity"), metric(2, loss=0)]
    summary = fold([opened("main", *rows)]).metrics["loss"]
    assert (summary.min, summary.max, summary.last) == (-math.inf, math.inf, 0)


def test_rewind_hides_what_its_writer_saw_from_that_step_on() -> None:
    main = opened("main", metric(1, loss=1.0), metric(2, loss=2.0), metric(3, loss=3.0))
    resumer = opened("aaaaaaaa", {"rewind": 2}, metric(2, loss=0.2), seen={"main": 4})
    summary = fold([main, resumer]).metrics["loss"]
    assert (summary.last, summary.last_step, summary.count, summary.max) == (0.2, 2, 2, 1.0)


def test_rewind_spares_rows_that_its_writer_had_not_seen() -> None:
    main = opened("main", metric(1, loss=1.0), metric(5, loss=5.0))
    resumer = opened("aaaaaaaa", {"rewind": 0}, seen={"main": 2})
    summary = fold([main, resumer]).metrics["loss"]
    assert (summary.last, summary.count) == (5.0, 1)


def test_rewind_hides_its_own_writers_earlier_rows() -> None:
    main = opened("main", metric(1, loss=1.0), {"rewind": 1}, metric(1, loss=9.0))
    summary = fold([main]).metrics["loss"]
    assert (summary.last, summary.count) == (9.0, 1)


def test_a_run_ends_as_the_last_that_opened_it_says() -> None:
    main = opened("main", {"ended": "failed", "time": 1.0, "error": "boom"})
    resumer = opened("aaaaaaaa", {"ended": "finished", "time": 2.0}, seen={"main": 2})
    ending = fold([resumer, main]).ending
    assert (ending.status, ending.time, ending.error) == ("finished", 2.0, "")


def test_of_concurrent_ends_the_worst_counts() -> None:
    ends = ["finished", "lost", "killed", "failed"]
    for worse in range(1, len(ends)):
        one = opened("aaaaaaaa", {"ended": ends[worse], "time": 1.0}, seen={"main": 1})
        other = opened("bbbbbbbb", {"ended": ends[worse - 1], "time": 2.0}, seen={"main": 1})
        assert fold([opened("main"), other, one]).ending.status == ends[worse]


def test_a_resumer_that_said_nothing_leaves_the_end_open() -> None:
    main = opened("main", {"ended": "finished", "time": 1.0})
    ending = fold([main, opened("aaaaaaaa", seen={"main": 2})]).ending
    assert (ending.status, ending.silent) == (None, ("aaaaaaaa",))


def test_a_writer_that_did_not_open_the_run_cannot_end_it() -> None:
    main = opened("main", {"ended": "finished", "time": 1.0})
    other = journal("aaaaaaaa", {"ended": "failed", "time": 2.0}, seen={"main": 2})
    assert fold([main, other]).ending.status == "finished"


def test_the_creator_opens_a_run_even_if_its_first_row_is_damaged() -> None:
    main = Journal("main", [None, {"ended": "killed", "time": 3.0}])
    assert fold([main]).ending.status == "killed"


def test_damaged_rows_are_counted_and_passed_over() -> None:
    folded = fold([opened("main", metric(0, loss=1.0)), journal("aaaaaaaa", None, None)])
    assert (folded.bad_rows, folded.metrics["loss"].count) == (2, 1)


def test_damaged_rows_count_as_rows_that_were_seen() -> None:
    assert fold([Journal("main", [{}, None, {}])]).seen == {"main": 3}


def test_dropped_rows_of_all_writers_add_up() -> None:
    main = opened("main", {"ended": "finished", "time": 1.0, "dropped": 3})
    assert fold([main, journal("aaaaaaaa", {"dropped": 4})]).dropped == 7


def test_rows_that_make_no_sense_say_nothing() -> None:
    strange: list[Row] = [
        {"step": "1", "metrics": {"loss": 1.0}},
        {"step": True, "metrics": {"loss": 1.0}},
        {"step": 2**63, "metrics": {"loss": 1.0}},
        {"step": 1, "metrics": {"loss": "high", "b": None, "c": True, "d": [1]}},
        {"step": 1, "metrics": [1]},
        {"params": [1], "tags": "x", "name": 3, "rewind": "x", "seen": [1], "dropped": -5},
        {"ended": ["finished"]},
        {"ended": "exploded"},
    ]
    folded = fold([opened("main", *strange)])
    assert (folded.metrics, folded.params, folded.tags, folded.name) == ({}, {}, {}, None)
    assert (folded.ending.status, folded.dropped) == (None, 0)
