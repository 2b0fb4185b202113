"""Slices: every row is in one of each column's, and each has a name that the store takes."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.models.evaluating.cells import array_of
from mltrack.models.evaluating.entities import Slice
from mltrack.models.evaluating.slicing import MOST_SLICES, key_of, slices_of
from mltrack.tracking.values import checked_key

ONE = ("x",)
VALUES = st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["a", "b", "c"]))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def _cut(values: Any) -> dict[str | None, list[int]]:
    slices, _ = slices_of({"x": values}, [ONE])
    return {part.values[0]: part.rows.tolist() for part in slices}


@settings(max_examples=200)
@given(st.lists(VALUES, min_size=1, max_size=MOST_SLICES - 2))
def test_every_row_is_in_the_slice_of_its_value_and_in_no_other(values: list[str | None]) -> None:
    slices, notes = slices_of({"x": values}, [ONE])
    assert sorted(row for part in slices for row in part.rows) == list(range(len(values)))
    assert notes == []


@settings(max_examples=200)
@given(st.lists(NUMBERS, min_size=1, max_size=60))
def test_numbers_fall_into_parts_that_hold_every_row_once(values: list[float]) -> None:
    slices, _ = slices_of({"x": np.array(values)}, [ONE])
    assert sorted(row for part in slices for row in part.rows) == list(range(len(values)))
    if len(set(values)) > 10:
        assert len(slices) <= 4
        lowest = [min(values[row] for row in part.rows) for part in slices]
        highest = [max(values[row] for row in part.rows) for part in slices]
        assert all(high < low for high, low in zip(highest, lowest[1:], strict=False))


@settings(max_examples=200)
@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=30))
def test_a_slice_of_two_columns_holds_the_rows_with_both_values(
    pairs: list[tuple[str | None, str | None]],
) -> None:
    columns: dict[str, Any] = {"x": [x for x, _ in pairs], "y": [y for _, y in pairs]}
    texts = {c for pair in pairs for c in pair if c is not None}
    if not any(_is_number(text) for text in texts):
        slices, _ = slices_of(columns, [("x", "y")])
        found = {part.values: part.rows.tolist() for part in slices}
        assert found == {
            pair: [row for row, other in enumerate(pairs) if other == pair] for pair in pairs
        }


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


@settings(max_examples=300)
@given(st.lists(st.tuples(st.text(), VALUES | st.text()), min_size=2, max_size=2, unique=True))
def test_two_slices_never_share_a_key_and_the_store_takes_each(
    named: list[tuple[str, str | None]],
) -> None:
    keys = [key_of(Slice(by=(name,), values=(value,), rows=None)) for name, value in named]
    assert keys[0] != keys[1]
    for key in keys:
        assert checked_key(f"{key}/{'m' * 60}", "metric")
        assert key.count("/") == 1


def test_a_long_value_is_cut_and_still_its_own() -> None:
    keys = {key_of(Slice(by=ONE, values=("v" * 300 + end,), rows=None)) for end in "ab"}
    assert len(keys) == 2
    assert all(len(key) == 150 for key in keys)


KEYS = {
    "a plain value": (("region",), ("north",), "slice/region=north"),
    "two columns": (("region", "plan"), ("north", "a"), "slice/region=north,plan=a"),
    "no value": (("region",), (None,), "slice/region=(missing)"),
    "what looks like no value": (("region",), ("(missing)",), "slice/region=%28missing%29"),
    "signs of the key": (("a/b",), ("1,2=3%",), "slice/a%2Fb=1%2C2%3D3%25"),
    "a line feed": (("x",), ("a\nb",), "slice/x=a%0Ab"),
    "a letter beyond ASCII": (("Ort",), ("Köln",), "slice/Ort=Köln"),
}


@pytest.mark.parametrize("case", KEYS)
def test_the_key_of_a_slice_is_written_as_documented(case: str) -> None:
    by, values, key = KEYS[case]
    assert key_of(Slice(by=by, values=values, rows=None)) == key


def test_a_number_on_a_quartile_belongs_to_the_part_that_begins_there() -> None:
    assert _cut(np.arange(13.0)) == {
        "0..3": [0, 1, 2],
        "3..6": [3, 4, 5],
        "6..9": [6, 7, 8],
        "9..12": [9, 10, 11, 12],
    }


def test_more_than_fifty_values_leave_the_fifty_largest_and_a_note() -> None:
    values = [f"v{place:03}" for place in range(60) for _ in range(2 if place % 6 else 1)]
    slices, notes = slices_of({"x": values}, [ONE])
    assert len(slices) == MOST_SLICES
    assert {len(part.rows) for part in slices} == {2}
    assert notes == ["x: 60 slices, of which the 50 largest are shown: 100 of 110 rows"]


CUTS: dict[str, tuple[Any, list[str | None]]] = {
    "few numbers": ([3, 1, 1, 2], ["1", "2", "3"]),
    "numbers that are texts": (["10", "9", ""], ["", "10", "9"]),
    "numbers in texts": (["10", "9", "9"], ["9", "10"]),
    "zip codes": (["02139", "10001"], ["02139", "10001"]),
    "many numbers": (range(100), ["0..24.75", "24.75..49.5", "49.5..74.25", "74.25..99"]),
    "many numbers in texts": ([str(n) for n in range(12)], ["0..2.75", "2.75..5.5", "5.5..8.25"]),
    "truths": ([True, False, None], ["False", "True", None]),
    "gaps": ([1.0, math.nan, 2.0], ["1", "2", None]),
}


@pytest.mark.parametrize("case", CUTS)
def test_a_column_is_cut_by_what_it_holds(case: str) -> None:
    values, expected = CUTS[case]
    assert list(_cut(array_of(values)))[: len(expected)] == expected
