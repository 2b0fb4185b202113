"""No pattern gives back nothing of a group in the way that Python before 3.11.5 gets wrong."""

import ast
import re
from pathlib import Path

import mltrack

_GROUP = "(?"
_OF_A_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{\d*,?\d*\})\+")


def test_no_pattern_repeats_a_group_possessively_but_by_once() -> None:
    found = [
        f"{path.name}:{node.lineno} {_text(node.value)}"
        for path in Path(mltrack.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str | bytes)
        and _GROUP in _text(node.value)
        and _OF_A_GROUP.search(_text(node.value))
        and path.name != "repeats.py"
    ]
    assert found == []


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
