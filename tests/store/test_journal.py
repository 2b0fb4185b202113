"""Journals: rows that only ever grow."""

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import IntegrityError
from mltrack.store.journal import (
    MAX_LINE_BYTES,
    Journal,
    decode_number,
    encode_number,
    encode_row,
)
from mltrack.store.journal_reader import read_rows, rows_of

SECONDS = 5
"""Ten times what it takes on a slow machine; a time that grew with the square would be hours."""
ROW = {"step": 1, "metrics": {"loss": 0.5}}
KEYS = st.text(max_size=8)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.jsonl"


def read(data: bytes) -> list[dict[str, Any] | None]:
    return list(rows_of(data.splitlines(keepends=True)))


def test_rows_read_back_in_order(path: Path) -> None:
    journal = Journal(path)
    for step in range(3):
        journal.append(encode_row({"step": step}))
    assert list(read_rows(path)) == [{"step": 0}, {"step": 1}, {"step": 2}]


def test_a_row_can_be_read_as_soon_as_append_returns(path: Path) -> None:
    journal = Journal(path)
    journal.append(encode_row(ROW))
    assert list(read_rows(path)) == [ROW]
    journal.close()


def test_a_torn_tail_is_sealed_before_the_next_row(path: Path) -> None:
    path.write_bytes(encode_row(ROW) + b'{"step":2,"met')
    Journal(path).append(encode_row(ROW))
    assert list(read_rows(path)) == [ROW, None, ROW]


def test_a_tail_that_another_process_tore_meanwhile_is_sealed(path: Path) -> None:
    journal = Journal(path, shared=True)
    journal.append(encode_row(ROW))
    with path.open("ab") as other:
        other.write(b'{"step":')
    journal.append(encode_row(ROW))
    assert list(read_rows(path)) == [ROW, None, ROW]


def test_a_full_disk_is_an_error_and_what_it_tore_is_sealed(path: Path) -> None:
    code = (
        "import resource, signal; from pathlib import Path\n"
        "from mltrack.store.journal import Journal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        f"journal = Journal(Path({str(path)!r}))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))\n"
        "for line in (b'{}\\n', b'{\"a\":123456789}\\n', b'{\"lost\":1}\\n'):\n"
        "    try: journal.append(line)\n"
        "    except OSError as error: print(error.errno)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))\n"
        "journal.append(b'{\"b\":1}\\n')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(done.stdout.split()) == 2
    assert list(read_rows(path)) == [{}, None, {"b": 1}]


def test_processes_that_append_to_one_journal_never_tear_a_row(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from mltrack.store.journal import Journal, encode_row\n"
        f"journal = Journal(Path({str(path)!r}))\n"
        "for n in range(300): journal.append(encode_row({'who': sys.argv[1], 'pad': 'x' * n}))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(n)]) for n in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    rows = list(read_rows(path))
    assert len(rows) == 900
    assert None not in rows


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[1]",
        b"null",
        b'{"a":1}}',
        b"<<<<<<< HEAD",
        b'{"a":"\xff"}',
        b'{"a":1}\0',
        b"[" * 100_000,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_a_bad_line_is_skipped_and_counts_as_a_row(line: bytes) -> None:
    assert read(b'{"a":1}\n' + line + b'\n{"b":2}\n') == [{"a": 1}, None, {"b": 2}]


def test_a_row_may_be_nested_as_deep_as_any_file_of_the_store() -> None:
    line = b'{"a":' * 64 + b"1" + b"}" * 64
    assert read(line) == [json.loads(line)]


def test_lines_that_end_in_cr_lf_are_rows_and_empty_lines_are_none() -> None:
    assert read(b'\xef\xbb\xbf{"a":1}\r\n\r\n\n  \n{"b":2}') == [{"a": 1}, {"b": 2}]


def test_a_line_longer_than_readers_take_is_one_bad_row(path: Path) -> None:
    path.write_bytes(b'{"a":1}\n"' + b"x" * (2 * MAX_LINE_BYTES + 10) + b'"\n{"b":2}\n')
    assert list(read_rows(path)) == [{"a": 1}, None, {"b": 2}]


def test_a_row_longer_than_readers_take_is_never_written(path: Path) -> None:
    journal = Journal(path)
    with pytest.raises(OSError, match="more than"):
        journal.append(b'{"a":"' + b"x" * MAX_LINE_BYTES + b'"}\n')
    journal.append(b"{}\n")
    assert list(read_rows(path)) == [{}]


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert encode_row({"a": "\ud800"}) == b'{"a":"?"}\n'
    assert read(b'{"a":"\\ud800","b":"\\ud83d\\ude00"}') == [{"a": "?", "b": "😀"}]


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 0.1, -0.0, 1e22, 5e-324, 2**53, 7]
)
def test_every_number_reads_back_as_it_was(value: float) -> None:
    read_back = decode_number(json.loads(encode_number(value)))
    assert repr(read_back) == repr(value)


def test_nan_and_infinities_are_strings_in_rows() -> None:
    row = {"metrics": {"a": math.nan, "b": [math.inf, {"c": -math.inf}]}}
    assert encode_row(row) == b'{"metrics":{"a":"NaN","b":["Infinity",{"c":"-Infinity"}]}}\n'


@pytest.mark.parametrize("value", [True, None, "0.5", "nan", [], {}])
def test_what_is_no_number_is_none(value: object) -> None:
    assert decode_number(value) is None


def test_an_integer_that_no_float_holds_is_infinite() -> None:
    assert decode_number(10**400) == math.inf
    assert decode_number(-(10**400)) == -math.inf


def test_a_missing_journal_has_no_rows_and_an_unreadable_one_a_bad_one(path: Path) -> None:
    assert list(read_rows(path)) == []
    path.mkdir()
    assert list(read_rows(path)) == [None]


def test_a_planted_link_is_neither_read_nor_written(tmp_path: Path) -> None:
    outside, link = tmp_path / "outside", tmp_path / ".mltrack" / "metrics.jsonl"
    outside.write_bytes(b'{"a":1}\n')
    link.parent.mkdir()
    link.symlink_to(outside)
    assert list(read_rows(link)) == [None]
    with pytest.raises(IntegrityError, match="symbolic link"):
        Journal(link)


def test_a_journal_knows_when_its_path_leads_elsewhere(path: Path) -> None:
    journal = Journal(path)
    assert not journal.is_detached()
    journal.append(b"{}\n")
    path.unlink()
    assert journal.is_detached()
    path.write_bytes(b"")
    assert journal.is_detached()
    assert journal.content() == b"{}\n"


@given(st.dictionaries(KEYS, PLAIN, max_size=4))
def test_any_row_reads_back_as_it_was(row: dict[str, Any]) -> None:
    assert read(encode_row(row)) == [row]


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_bad_lines_and_never_an_error(data: bytes) -> None:
    for row in rows_of(data.split(b"\n")):
        assert row is None or isinstance(row, dict)


def test_the_time_to_read_a_long_line_grows_no_faster_than_its_length() -> None:
    for piece in (b"{", b"[", b'"', b"\\", b"\\u", b'{"a":', b"[[],", b"9", b"\r", b"\\ud800"):
        began = time.process_time()
        list(rows_of([piece * (1_000_000 // len(piece))]))
        list(rows_of([b'{"a":"' + piece * (1_000_000 // len(piece)) + b'"}']))
        assert time.process_time() - began < SECONDS, piece


def test_the_file_is_readable_by_the_group(path: Path) -> None:
    before = os.umask(0o027)
    try:
        Journal(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640
