"""A parameter's text is read by its type, and nothing else gets through."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.projects.params import bound, shown, value_of
from mltrack.projects.spec import Param, ParamType

NOON = datetime.fromisoformat("2026-01-31T12:00:00+00:00")


def declared(**facts: Any) -> Param:
    return Param(name="p", **facts)


@pytest.mark.parametrize(
    ("param", "text", "value"),
    [
        (declared(), "1e3", "1e3"),
        (declared(), "", ""),
        (declared(type=ParamType.INT), "-12", -12),
        (declared(type=ParamType.FLOAT), "1e-3", 0.001),
        (declared(type=ParamType.FLOAT), "-inf", float("-inf")),
        (declared(type=ParamType.FLOAT), "3", 3.0),
        (declared(type=ParamType.BOOL), "false", False),
        (declared(type=ParamType.PATH), "a b/ü.csv", "a b/ü.csv"),
        (declared(type=ParamType.URI), "s3://b/k", "s3://b/k"),
        (declared(type=ParamType.LIST), "a, b", ["a", "b"]),
        (declared(type=ParamType.LIST), "", []),
        (declared(type=ParamType.LIST, items=ParamType.INT), "1,2", [1, 2]),
        (declared(type=ParamType.LIST, items=ParamType.INT), "[1, 2]", [1, 2]),
        (declared(type=ParamType.JSON), '{"a": [1, null]}', {"a": [1, None]}),
        (declared(type=ParamType.DATETIME), "2026-01-31T12:00:00Z", NOON),
    ],
)
def test_a_text_is_read_by_the_type(param: Param, text: str, value: object) -> None:
    assert value_of(param, text) == value


@pytest.mark.parametrize(
    ("param", "given_value"),
    [
        (declared(type=ParamType.INT), "1.5"),
        (declared(type=ParamType.JSON), "[" * 5000),
        (declared(type=ParamType.JSON), '"\\ud800"'),
        (declared(type=ParamType.LIST), "[" * 5000),
        (declared(type=ParamType.INT), "1_000"),
        (declared(type=ParamType.INT), "\u0661"),
        (declared(type=ParamType.INT), True),
        (declared(type=ParamType.INT), 1.0),
        (declared(type=ParamType.FLOAT), "0x10"),
        (declared(type=ParamType.FLOAT), " 1"),
        (declared(type=ParamType.BOOL), "yes"),
        (declared(type=ParamType.BOOL), 1),
        (declared(type=ParamType.LIST, items=ParamType.INT), "1,x"),
        (declared(type=ParamType.LIST, items=ParamType.INT), [1, "2"]),
        (declared(type=ParamType.JSON), "{"),
        (declared(type=ParamType.DATETIME), "yesterday"),
        (declared(), "a\0b"),
        (declared(), 5),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(param: Param, given_value: object) -> None:
    with pytest.raises(UsageError) as refused:
        value_of(param, given_value)

    assert refused.value.message.startswith(f"the parameter p cannot be {given_value!r}")
    assert str(param.type) in refused.value.message


@pytest.mark.parametrize("text", ["-0.1", "1.1", "nan"])
def test_a_number_out_of_bounds_is_refused(text: str) -> None:
    param = declared(type=ParamType.FLOAT, minimum=0, maximum=1)

    with pytest.raises(UsageError, match="must be at"):
        value_of(param, text)


def test_a_value_that_is_no_choice_is_refused() -> None:
    with pytest.raises(UsageError, match="one of lbfgs, saga"):
        value_of(declared(choices=("lbfgs", "saga")), "sgd")


def test_every_parameter_gets_its_value_in_the_order_declared() -> None:
    params = {
        "a": Param(name="a", default="x"),
        "b": Param(name="b"),
        "c": Param(name="c", optional=True),
    }

    assert list(bound(params, {"b": "y"}).items()) == [("a", "x"), ("b", "y"), ("c", None)]


def test_an_undeclared_parameter_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean learning_rate"):
        bound({"learning_rate": Param(name="learning_rate", default="x")}, {"learnin_rate": "1"})


def test_a_required_parameter_must_be_given() -> None:
    with pytest.raises(UsageError) as refused:
        bound({"data": Param(name="data")}, {})

    assert "data" in refused.value.message
    assert refused.value.fix == "-P data=VALUE"


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_any_text_stays_the_text_it_is(text: str) -> None:
    assert shown(value_of(declared(), text)) == text


@given(st.floats(allow_nan=False))
def test_a_number_survives_the_way_to_the_child(number: float) -> None:
    param = declared(type=ParamType.FLOAT)

    assert value_of(param, shown(number)) == number


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
def test_a_list_survives_the_way_to_the_child(items: list[str]) -> None:
    param = declared(type=ParamType.LIST)

    assert value_of(param, shown(list(items))) == items
