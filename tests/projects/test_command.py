"""The argument list of every form of entry point, in which no value becomes two elements."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.projects.command import argv_of, template_of
from mltrack.projects.spec import EntryPoint, Param, ParamType, Value

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"))
LR = {"lr": Param("lr", ParamType.FLOAT)}


def automatic(value: Value, **facts: Any) -> list[str]:
    """Return the arguments that one parameter becomes by itself."""
    param = Param("p", **facts)
    entry = EntryPoint("main", module="a.b", auto=True)
    return argv_of(entry, {"p": param}, {"p": value})[3:]


@pytest.mark.parametrize(
    ("entry", "argv"),
    [
        (EntryPoint("m", command=("a", "--lr", "{lr}")), ["a", "--lr", "0.5"]),
        (EntryPoint("m", module="a.b"), ["python", "-m", "a.b"]),
        (EntryPoint("m", module="a.b", args=("{lr}",)), ["python", "-m", "a.b", "0.5"]),
        (EntryPoint("m", file="x y.py", args=("-f",)), ["python", "x y.py", "-f"]),
        (EntryPoint("m", file="x.py", auto=True), ["python", "x.py", "--lr=0.5"]),
        (EntryPoint("m", module="{{a}}", auto=True, params=()), ["python", "-m", "{a}"]),
        (
            EntryPoint("m", command=("echo $HOME",), shell=True),
            ["/bin/sh", "-c", "echo $HOME", "sh"],
        ),
    ],
)
def test_each_form_of_entry_point_has_its_argument_list(entry: EntryPoint, argv: list[str]) -> None:
    assert argv_of(entry, LR, {"lr": 0.5}) == argv


@pytest.mark.parametrize(
    ("facts", "value", "arguments"),
    [
        ({}, "a b", ["--p=a b"]),
        ({}, "-x", ["--p=-x"]),
        ({}, "", ["--p="]),
        ({"optional": True}, None, []),
        ({"type": ParamType.INT}, -1, ["--p=-1"]),
        ({"type": ParamType.BOOL}, True, ["--p"]),
        ({"type": ParamType.BOOL}, False, []),
        ({"type": ParamType.BOOL, "default": True}, True, ["--p"]),
        ({"type": ParamType.BOOL, "default": True}, False, ["--no-p"]),
        ({"type": ParamType.BOOL, "default": False}, False, []),
        ({"type": ParamType.LIST}, ["a", "b c"], ["--p=a", "--p=b c"]),
        ({"type": ParamType.LIST, "items": ParamType.BOOL}, [True], ["--p=true"]),
        ({"type": ParamType.LIST}, [], []),
        ({"type": ParamType.JSON}, {"a": [1, None]}, ['--p={"a":[1,null]}']),
        ({"type": ParamType.JSON}, True, ["--p=true"]),
        ({"type": ParamType.JSON}, ["a", "b"], ['--p=["a","b"]']),
    ],
)
def test_a_parameter_becomes_options_by_its_type(
    facts: dict[str, Any], value: Value, arguments: list[str]
) -> None:
    assert automatic(value, **facts) == arguments


def test_automatic_arguments_follow_the_order_declared_and_the_params_of_the_entry() -> None:
    params = {name: Param(name) for name in ("b", "a", "c")}
    entry = EntryPoint("main", file="x.py", auto=True, params=("c", "b"))

    assert argv_of(entry, params, {"c": "1", "b": "2"})[2:] == ["--b=2", "--c=1"]


def test_the_template_of_an_entry_point_has_its_placeholders() -> None:
    assert template_of(EntryPoint("m", file="x.py", args=("{lr}",))) == ["python", "x.py", "{lr}"]


@given(TEXTS, TEXTS)
def test_a_text_is_never_two_elements_nor_formatted_again(one: str, two: str) -> None:
    params = {"one": Param("one"), "two": Param("two")}
    values: dict[str, Value] = {"one": one, "two": two}
    command = EntryPoint("m", command=("run", "{one}", "--x={two}", "{one}{two}"))
    module = EntryPoint("m", module="a", args=("{two}", "{one}"))

    assert argv_of(command, params, values) == ["run", one, f"--x={two}", one + two]
    assert argv_of(module, params, values)[3:] == [two, one]
    assert automatic(one) == [f"--p={one}"]


@given(st.lists(TEXTS))
def test_a_list_is_as_many_elements_as_it_has_items(items: list[str]) -> None:
    assert automatic(list(items), type=ParamType.LIST) == [f"--p={item}" for item in items]


@given(TEXTS, TEXTS)
def test_what_a_shell_parses_does_not_depend_on_any_value(one: str, two: str) -> None:
    params = {"one": Param("one"), "two": Param("two")}
    entry = EntryPoint("m", command=("echo {one} {two} {one}",), shell=True)

    program, option, text, name, *values = argv_of(entry, params, {"one": one, "two": two})

    assert values == [one, two]
    assert [program, option, text, name] == argv_of(entry, params, {"one": "", "two": ""})[:4]
