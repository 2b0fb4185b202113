"""YAML written without a library, read by every reader alike."""

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mltrack.store.yaml_reader import parse
from mltrack.store.yaml_writer import dump

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = TEXTS | st.sampled_from(["yes", "NO", "null", "1", "1:30", "~", "", "a.b/c", "<<", "="])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
TREES = st.dictionaries(KEYS, VALUES, max_size=5)


def read(data: bytes) -> Any:
    return parse(data, "file").value


def same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)


@given(TREES)
def test_whatever_is_written_reads_back_as_it_was(tree: dict[str, Any]) -> None:
    assert same(read(dump(tree)), tree)


@given(TREES)
def test_another_reader_of_yaml_1_1_reads_the_same(tree: dict[str, Any]) -> None:
    assert same(yaml.safe_load(dump(tree)), tree)


@given(TREES, TEXTS)
def test_no_line_ends_in_a_space_and_the_file_ends_in_one_newline(
    tree: dict[str, Any], comment: str
) -> None:
    data = dump(tree, comment=comment).decode()
    assert data.endswith("\n")
    assert not data.endswith("\n\n")
    assert all(line == line.rstrip() for line in data.split("\n"))


def test_a_file_looks_as_a_person_would_write_it() -> None:
    tree = {
        "format": 1,
        "name": "first",
        "params": {"lr": 1e-05, "layers": [64, 32], "no": True, "empty": {}, "none": None},
        "runs": [{"id": "a", "tags": {"x": 1}}, {"id": "b"}, []],
    }
    assert dump(tree, comment="Generated.\nDo not edit.").decode() == (
        "# Generated.\n"
        "# Do not edit.\n"
        "format: 1\n"
        'name: "first"\n'
        "params:\n"
        "  lr: 1.0e-05\n"
        "  layers: [64, 32]\n"
        '  "no": true\n'
        "  empty: {}\n"
        "  none: null\n"
        "runs:\n"
        '  - id: "a"\n'
        "    tags:\n"
        "      x: 1\n"
        '  - id: "b"\n'
        "  - []\n"
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 1e22, 5e-324, 1e-7, 2.0])
def test_every_float_keeps_its_value_and_its_kind(value: float) -> None:
    for written in (read(dump({"x": value})), yaml.safe_load(dump({"x": value}))):
        assert same(written["x"], value)


def test_a_key_of_any_length_can_be_read() -> None:
    tree = {"k" * 5000: {"é" * 2000: [1, {"m" * 3000: "x", "n": 2}]}, "short": 1}
    assert read(dump(tree)) == yaml.safe_load(dump(tree)) == tree


@pytest.mark.parametrize("depth", [10, 62, 63, 64, 100, 300])
def test_a_tree_of_any_depth_can_be_read_the_deepest_as_text(depth: int) -> None:
    tree: Any = "leaf"
    for _ in range(depth):
        tree = {"k": [tree]}
    value = read(dump({"x": tree}))["x"]
    while isinstance(value, dict):
        value = value["k"][0] if isinstance(value["k"], list) else json.loads(value["k"])[0]
        value = json.loads(value) if isinstance(value, str) and value != "leaf" else value
    assert value == "leaf"


def test_an_integer_too_long_for_readers_is_written_as_text() -> None:
    assert read(dump({"x": 10**599, "y": 10**600})) == {"x": 10**599, "y": str(10**600)}


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert read(dump({"x": "a\ud800"})) == {"x": "a?"}


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object(), {"a": {1: 2}}])
def test_what_yaml_cannot_hold_is_a_mistake_of_the_program(value: object) -> None:
    with pytest.raises(TypeError):
        dump({"x": value})
