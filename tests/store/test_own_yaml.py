"""What our own writer wrote is read back without a YAML library, and nothing else is."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mltrack.store.own_yaml import own_mapping
from mltrack.store.yaml_reader import parse
from mltrack.store.yaml_writer import dump
from tests.store.test_yaml_writer import TREES, same

GOLDEN = Path(__file__).parents[1] / "golden/format-1/.mltrack"
PIECES = st.sampled_from(
    [
        *("a", "b:", "b: ", ":", " ", "  ", "- ", "-", "\n", "\n\n", "# x", '"a"', '"b": ', "?"),
        *("1", "0x1", "01", "1.5", "1e3", "1.0e3", "-0", "null", "~", "yes", "true", ".nan"),
        *("{}", "[]", "[1, 2]", "[1,2]", '["a", 1]', "[1", "{a: 1}", "\t", "\r\n", "|", ">", "%"),
        *('"\\u00e9"', '"\\ud800"', '"\\x41"', '"\\/"', "\u2028", "\u0085", "\ufeff", "é", "---"),
        *("'c'", "&x", "*x", "!!int 1"),
    ]
)


def agrees(data: bytes) -> None:
    """What is read here is what the whole reader reads, and nothing that it refuses."""
    ours = own_mapping(data)
    if ours is not None:
        assert same(ours, parse(data, "file").value)


@given(TREES)
def test_what_is_read_without_a_library_is_what_was_written(tree: dict[str, Any]) -> None:
    agrees(dump(tree))


@given(TREES, st.data())
def test_a_text_with_a_piece_put_in_or_left_out_is_read_alike(
    tree: dict[str, Any], data: st.DataObject
) -> None:
    text = dump(tree).decode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 8)))
    agrees((text[:start] + data.draw(PIECES) + text[end:]).encode())


@given(st.lists(PIECES, max_size=12).map("".join))
@example("a: 5\n  b: 6\n")
@example("a:\nb: 1\n")
@example("a:\n- 1\n")
@example("a:\n  - b: 1\n    c:\n      d: 2\n  - 3\n")
@example("a: 1\na: 2\n")
@example('"a": "x\\ud83d\\ude00"\n')
def test_any_text_is_read_as_by_the_whole_reader_or_left_to_it(text: str) -> None:
    agrees(text.encode())


@pytest.mark.parametrize("depth", [3, 60, 63, 70])
def test_deep_nesting_is_read_alike(depth: int) -> None:
    tree: dict[str, Any] = {"end": 1}
    for _ in range(depth):
        tree = {"inner": tree}
    agrees(dump(tree))


def test_long_keys_texts_and_numbers_are_read_alike() -> None:
    for key in ("k" * 999, "k" * 1001, "é" * 1100, "a b" * 400):
        agrees(dump({key: "x" * 5000, "n": 10**599, "m": 10**600}))


def test_every_record_and_event_of_a_store_is_read_without_a_library() -> None:
    files = [path for path in GOLDEN.rglob("*.yaml") if path.parent != GOLDEN]
    assert len(files) > 20
    assert [path for path in files if own_mapping(path.read_bytes()) is None] == []


def test_reading_a_record_imports_no_yaml() -> None:
    record = next(GOLDEN.glob("runs/*/*/*/run.yaml"))
    program = (
        "import sys; from pathlib import Path; from mltrack.store.yaml_reader import read_file;"
        f"read_file(Path({str(record)!r})); sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
