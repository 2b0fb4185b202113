"""Texts and trees of values become files that hold what was handed over."""

import datetime
import enum
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mltrack
from mltrack.store.journal import jsonable
from mltrack.store.yaml_reader import parse
from mltrack.tracking.contents.documents import checked_tree, tree_bytes
from tests.api.logged import kept


@pytest.mark.parametrize(
    "text", ["", "no newline", "two\r\nlines\n\n", "\ufeff\u2028emoji \U0001f680"]
)
def test_a_text_is_kept_byte_for_byte(text: str) -> None:
    assert kept(lambda run: run.log_text(text, "notes/a.md"), "notes/a.md") == text.encode()


def test_a_text_that_is_logged_again_replaces_the_first() -> None:
    with mltrack.start_run() as run:
        run.log_text("first", "a.txt")
        run.log_text("second", "a.txt")
    read = mltrack.get_run(run.id)
    assert [entry.path for entry in read.artifacts] == ["a.txt"]
    assert read.artifact_path("a.txt").read_text() == "second"


def test_a_dict_is_kept_as_json_in_its_own_order_and_ends_in_a_newline() -> None:
    class Mode(enum.StrEnum):
        FAST = "fast"

    value: Any = {"b": 1, "a": [True, None, (0.5, "ü")], "mode": Mode.FAST, 3: {}}
    data = kept(lambda run: run.log_dict(value, "config.json"), "config.json")
    assert list(json.loads(data)) == ["b", "a", "mode", "3"]
    assert json.loads(data)["a"] == [True, None, [0.5, "ü"]]
    assert json.loads(data)["mode"] == "fast"
    assert data.endswith(b"}\n")


@pytest.mark.parametrize("path", ["c.yaml", "c.yml", "C.YAML"])
def test_a_dict_or_a_list_is_kept_as_yaml(path: str) -> None:
    value = [{"yes": "no", "n": 1e-4}, [1, [2]], []]
    data = kept(lambda run: run.log_dict(value, path), path)
    assert parse(data, path).value == value


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
TREES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@settings(deadline=None, max_examples=100)
@given(tree=st.lists(TREES) | st.dictionaries(st.text(), TREES))
def test_any_tree_of_plain_values_is_read_back_from_its_bytes(tree: Any) -> None:
    as_json = tree_bytes(checked_tree(tree, "a.json"), "a.json")
    assert jsonable(tree) == json.loads(as_json)
    assert parse(tree_bytes(checked_tree(tree, "a.yaml"), "a.yaml"), "a.yaml").value == tree


def test_numbers_that_json_lacks_are_written_as_in_the_store() -> None:
    value = {"a": math.nan, "b": [math.inf, -math.inf]}
    data = kept(lambda run: run.log_dict(value, "a.json"), "a.json")
    assert json.loads(data) == {"a": "NaN", "b": ["Infinity", "-Infinity"]}
    assert b".nan" in kept(lambda run: run.log_dict(value, "a.yaml"), "a.yaml")


def test_arrays_and_their_numbers_become_lists_and_numbers() -> None:
    value = {"a": np.arange(4).reshape(2, 2), "b": np.float32(0.5), "c": np.bool_(True)}
    data = kept(lambda run: run.log_dict(value, "a.json"), "a.json")
    assert json.loads(data) == {"a": [[0, 1], [2, 3]], "b": 0.5, "c": True}


def test_a_secret_in_a_dict_is_masked_and_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"db": {"password": "hunter2hunter2"}, "max_tokens": 512, "model": "bert-base-uncased"}
    data = kept(lambda run: run.log_dict(value, "secret.json"), "secret.json")
    assert json.loads(data) == {**value, "db": {"password": "****"}}
    assert "secret.json looks like a secret" in capsys.readouterr().err


def test_a_key_that_is_allowed_is_not_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLTRACK_SECRETS_ALLOW", "password")
    value = {"db": {"password": "hunter2hunter2"}}
    assert json.loads(kept(lambda run: run.log_dict(value, "a.json"), "a.json")) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"at": {"day": datetime.date(2026, 1, 31)}}, r"at\.day is of type date"),
        ({"a": [1, {2}]}, r"a\[1\] is of type set"),
        ({"a": b"x"}, "of type bytes"),
        ({"a": np.longdouble(1)}, "of type longdouble"),
        ({None: 1}, "the key None"),
        ("text", "a dict or a list, not str"),
    ],
)
def test_what_json_has_no_form_for_is_named_with_its_place(value: Any, message: str) -> None:
    with mltrack.start_run() as run, pytest.raises(TypeError, match=message):
        run.log_dict(value, "a.json")


def test_a_dict_with_one_key_twice_or_without_an_end_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["itself"] = endless
    with mltrack.start_run() as run:
        with pytest.raises(ValueError, match="two keys read '1'"):
            run.log_dict({1: "a", "1": "b"}, "a.json")  # type: ignore[dict-item]  # the mistake
        with pytest.raises(ValueError, match="nested deeper than 60"):
            run.log_dict(endless, "a.yaml")
