"""YAML that a stranger may have written."""

import contextlib
import itertools
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import IntegrityError, MltrackError, NotFoundError
from mltrack.store import yaml_reader
from mltrack.store.yaml_reader import parse, read_bytes, read_file


def value_of(text: str) -> object:
    return parse(text.encode(), "file").value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-7", -7),
        ("+3", 3),
        ("012", 12),
        ("9" * 600, 10**600 - 1),
        ("1.5", 1.5),
        ("1e-4", 1e-4),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.inf", -math.inf),
        ("+.INF", math.inf),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_plain_values_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert value_of(f"key: {text}\n") == {"key": value}


WORDS = "yes no on off y n NO 1:30 0x1f 0o17 1_000 2026-01-31 2026-01-31T12:00:00Z = << TrUe nUll"
PIECES = "1e e1 . + 0b1 1.2.3 nan inf 1-2 -- +-1 1e+ ..5 0x"


@pytest.mark.parametrize("text", [*WORDS.split(), *PIECES.split()])
def test_everything_else_is_text(text: str) -> None:
    assert value_of(f"key: {text}\n") == {"key": text}
    assert value_of(f"{text}: 1\n") == {text: 1}


def test_what_is_quoted_or_tagged_as_text_is_text() -> None:
    assert value_of("[\"1\", 'true', !!str 2, ! 3]") == ["1", "true", "2", "3"]


def test_nan_is_a_number() -> None:
    value = value_of("[.nan]")
    assert isinstance(value, list)
    assert math.isnan(value[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x 1\nb: *x\n", "file:1: anchors and aliases"),
        ("a: 1\nb: *x\n", "file:2: anchors and aliases"),
        ("a: !!python/object:os.system 1\n", "file:1: the tag"),
        ("a: !!int 1\n", "the tag"),
        ("a: !!set {b}\n", "the tag"),
        ("a: 1\na: 2\n", "file:2: the key 'a' stands here twice"),
        ("a: 1\n---\nb: 2\n", "file:2: more than one document"),
        ("? [a]\n: 1\n", "a key must be plain text"),
        ("a: [1\n", "file:"),
        ("a: '\n", "file:"),
        ("\t- x\n", "file:1"),
        ("a: " + "9" * 601, "more than 600 digits"),
        ("[" * 65, "nested more than 64 deep"),
        ("{a: " * 65, "nested more than 64 deep"),
        ("- " * 65, "nested more than 64 deep"),
        ("%YAML 3.0\n---\na: 1\n", "file:"),
        ("a: \x00", "file"),
        ('a: "\\ud800"', "file"),
        ('a: "\\UFFFFFFFF"', "file"),
    ],
)
def test_what_is_refused_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        value_of(text)
    assert words in caught.value.message


@pytest.mark.parametrize("data", [b"\xff\xfea\x00", b"a: \x80", "a: é".encode("latin-1")])
def test_only_utf_8_is_read(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="is not UTF-8"):
        parse(data, "file")


def test_a_byte_order_mark_and_cr_lf_are_no_part_of_the_values() -> None:
    assert parse(b"\xef\xbb\xbfa: x\r\nb: |\r\n  1\r\n  2\r\n", "f").value == {
        "a": "x",
        "b": "1\n2\n",
    }


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(yaml_reader.MAX_BYTES + 1)
    with pytest.raises(IntegrityError, match="larger than 16 MiB"):
        read_file(path)


def test_too_many_values_are_refused() -> None:
    with pytest.raises(IntegrityError, match="too many values"):
        value_of("[" + "0," * yaml_reader.MAX_EVENTS + "]")


def test_where_names_the_line_of_a_key_or_item_or_of_what_holds_it() -> None:
    document = parse(b"a: 1\nb:\n  c:\n  - d: 1\n    e: 2\n  - 3\nf: {g: 1}\n", "file")
    assert document.where("b") == "file:2"
    assert document.where("b", "c", 0, "e") == "file:5"
    assert document.where("b", "c", 1) == "file:6"
    assert document.where("b", "c", "none") == "file:3"
    assert document.where("f", "g") == "file:7"
    assert document.where("unknown") == "file:1"


def test_a_missing_file_is_not_found_and_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_bytes(tmp_path / "missing")
    with pytest.raises(IntegrityError, match="cannot be read"):
        read_bytes(tmp_path)


def test_a_link_inside_a_store_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".mltrack").mkdir()
    (tmp_path / "outside.yaml").write_text("a: 1\n")
    (tmp_path / ".mltrack" / "run.yaml").symlink_to(tmp_path / "outside.yaml")
    (tmp_path / "project.yaml").symlink_to("outside.yaml")
    with pytest.raises(IntegrityError, match="symbolic link"):
        read_file(tmp_path / ".mltrack" / "run.yaml")
    assert read_file(tmp_path / "project.yaml") == {"a": 1}


@pytest.mark.parametrize("text", ["[1]", "text", "", "- a"])
def test_a_file_that_holds_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.yaml").write_text(text)
    with pytest.raises(IntegrityError, match="no mapping"):
        read_file(tmp_path / "file.yaml")


CHARACTERS = "[]{},'\"\\#%~@`\r\t\n\x85\u2028\ufeff\x00é1a!"
STARTS = ["b: ", ": ", "- ", "? ", "\n  ", "&x ", "*x", "!!", "|\n", ">-\n", "\\u12", "<<: ", "\\U"]
SNIPPETS = st.lists(
    st.sampled_from([*CHARACTERS, *STARTS, "---\n", "...\n", "!!binary ", "0x1", "1e5"]),
    max_size=30,
).map("".join)


@given(st.binary(max_size=200) | SNIPPETS.map(str.encode))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    with contextlib.suppress(MltrackError):
        parse(data, "file")


SECONDS = 5
"""Ten times what it takes on a slow machine; a time that grew with the square would be hours."""
REPEATED = [
    "[",
    "{",
    "- ",
    "? ",
    "a: ",
    "&a ",
    "!a ",
    "'",
    '"',
    "|\n",
    "#",
    "\n",
    " ",
    "-\n",
    "\\",
    "a ",
]


def test_the_time_to_read_awkward_characters_grows_no_faster_than_their_number() -> None:
    for first, second in itertools.product(["", "[", "'", '"', "|\n", "a: ", "? "], REPEATED):
        data = (first + second * (300_000 // len(second))).encode()
        began = time.process_time()
        with contextlib.suppress(MltrackError):
            parse(data, "file")
        assert time.process_time() - began < SECONDS, (first, second)


@pytest.fixture(scope="module")
def python_yaml(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that lends pyyaml without libyaml."""
    folder = tmp_path_factory.mktemp("libraries")
    source = Path(yaml.__file__).parent
    (folder / "yaml").mkdir()
    for path in source.glob("*.py"):
        (folder / "yaml" / path.name).write_bytes(path.read_bytes())
    return folder


CASES = """
import json, sys
sys.path.insert(0, sys.argv[1])
import yaml
assert (getattr(yaml, "CSafeLoader", None) is None) == (sys.argv[2] == "pure")
from mltrack.errors import MltrackError
from mltrack.store.yaml_reader import parse
for text in json.load(sys.stdin):
    try:
        document = parse(text.encode("utf-8", "surrogatepass"), "file")
        print(repr((document.value, sorted(map(str, document.lines.items())))))
    except MltrackError:
        print("refused")
"""
TEXTS = [
    "a: 1\nb: [1.5, yes, ~, '1']\nc:\n  - d: {e: x}\n  - |\n    text\n     more\n",
    "? key\n: value\n? other\n: - 1\n",
    "a: !!str 1\nb: ! 2\nc: 1e-5\nd: .NaN\n",
    'a: "\\x41\\u00e9\\U0001F600\\n\\\n  b"\n',
    "a: 'it''s'\nb: plain text # comment\nc: >-\n  folded\n  text\n",
    "\ufeffa: 1\r\nb: 2\r\n",
    "a: \u2028b\x85c",
    "%YAML 1.1\n---\na: 1\n...\n",
    'a: "\\ud800"',
    'a: "\\UFFFFFFFF"',
    "a: \x01",
    "a: &x 1",
    "[" * 100,
    "a: \ud800",
    "\x00",
    "a: 1\n\tb: 2",
    "- - - a\n    - b\n  - c",
]


@pytest.mark.parametrize("kind", ["pure", "c"])
def test_the_reader_without_libyaml_gives_the_same_values(python_yaml: Path, kind: str) -> None:
    folder = python_yaml if kind == "pure" else Path(yaml.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", CASES, str(folder), kind],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    said = done.stdout.splitlines()
    assert len(said) == len(TEXTS)
    for text, line in zip(TEXTS, said, strict=True):
        try:
            document = parse(text.encode("utf-8", "surrogatepass"), "file")
        except MltrackError:
            assert line == "refused", text
        else:
            assert line == repr((document.value, sorted(map(str, document.lines.items())))), text
