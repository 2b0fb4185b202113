"""Data lies in a page as it was, and no text of it ends the element that it lies in."""

import base64
import json
import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.charts.thinning import Curve
from mltrack.report.embedding import embedded, packed_curve


@given(text=st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert json.loads(embedded({text: [text]})) == {text: [text]}


@pytest.mark.parametrize("evil", ["</script>", "<!--<script>", "]]>", "&lt;", "\u2028\u2029"])
def test_nothing_in_it_acts_on_the_page(evil: str) -> None:
    assert not set(embedded([evil])) & set("<>&\u2028\u2029")


@pytest.mark.parametrize("last", [7, 70_000, 5_000_000_000])
def test_a_curve_is_packed_without_loss_of_steps(last: int) -> None:
    curve = Curve(
        began=100.0,
        steps=[3, 5, 3 + last],
        times=[101.0, 102.0, 103.0],
        values=[0.5, math.nan, 1e300],
        count=9,
    )
    packed = packed_curve(curve)
    code = {2: "H", 4: "I", 8: "d"}[packed["w"]]
    steps = array(code, base64.b64decode(packed["s"]))
    values = array("d", base64.b64decode(packed["v"]))
    times = array("H", base64.b64decode(packed["t"]))
    assert [packed["o"] + step for step in steps] == list(curve.steps)
    assert [packed["a"] + t * packed["u"] for t in times] == pytest.approx([1, 2, 3], abs=1e-3)
    assert values[0] == 0.5
    assert math.isnan(values[1])
    assert values[2] == 1e300
    assert packed["n"] == 9


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0.5, 0.25, math.inf], "f"),
        ([-3.0, -3.0], "f"),
        ([math.nan, math.nan], "f"),
        ([1e300, 1.0], 8),
        ([1e-300, 1.0], 8),
        ([1e9, 1e9 + 1], 8),
        ([-1.7e308, 1.7e308], 8),
    ],
)
def test_values_have_eight_bytes_only_where_four_would_draw_another_curve(
    values: list[float], kind: object
) -> None:
    places = list(range(len(values)))
    curve = Curve(began=0.0, steps=places, times=places, values=values, count=9)
    assert packed_curve(curve)["k"] == kind
