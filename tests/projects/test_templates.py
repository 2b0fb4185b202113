"""Each element of a command is formatted alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.projects.templates import check, formatted


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("{a}", "1"),
        ("--a={a}", "--a=1"),
        ("{a}{b}", "12"),
        ("{{a}}", "{a}"),
        ("{{{a}}}", "{1}"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_placeholders_are_replaced_and_doubled_braces_are_braces(element: str, text: str) -> None:
    assert formatted(element, {"a": "1", "b": "2"}) == text


@given(st.text())
def test_a_value_is_never_formatted_again_nor_split(value: str) -> None:
    assert formatted("{a}", {"a": value, "b": "x"}) == value


@pytest.mark.parametrize("element", ["{c}", "{a!r}", "{a.real}", "{a:>9}", "{0}", "{}", "{", "a}"])
def test_anything_but_the_name_of_a_parameter_is_refused(element: str) -> None:
    with pytest.raises(UsageError):
        check(element, ["a", "b"])


def test_the_nearest_parameter_is_named() -> None:
    with pytest.raises(UsageError, match="did you mean solver"):
        check("{sovler}", ["lr", "solver"])
