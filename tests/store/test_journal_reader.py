"""Reading in blocks gives what reading line by line gives, whatever the lines are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.store.journal_reader import (
    BLOCK_BYTES,
    blocks_of,
    count_rows,
    lines_of,
    read_rows,
    rows_in,
    rows_of,
)

WHOLE = [b'{"a":1}', b'{"b":[1,{"c":null}]}', b"{}", b'{"\xc3\xa9":"\xe2\x82\xac"}', b'{"a":NaN}']
NASTY = [
    *(b"", b"  ", b"\x0b", b"\r", b'{"a":1}\r', b' {"a":1}', b'{"a":1} ', b'\xef\xbb\xbf{"a":1}'),
    *(b'{"a":1', b'"b":2}', b'{"a":1},{"b":2}', b'{"a":1}{"b":2}', b"[{}", b"{}]", b"[{}]", b"7"),
    *(b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"a":"\\\\u"}', b'{"a":1,"a":2}', b'{"a":"', b'"}'),
    *(b'{"a":' * 65 + b"1" + b"}" * 65, b'{"a":' * 64 + b"1" + b"}" * 64, b"[" * 3000),
    *(
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":[' + b"[]," * 80 + b"[]]}",
        b'{"a":"' + b"{" * 99 + b'"}',
    ),
]
lines = st.lists(
    st.one_of(st.sampled_from(WHOLE), st.sampled_from(WHOLE + NASTY), st.binary(max_size=20)),
    min_size=1,
    max_size=6,
)


@given(lines)
def test_a_block_has_the_rows_of_its_lines(written: list[bytes]) -> None:
    block = b"\n".join(written)
    one_by_one = list(rows_of(block.split(b"\n")))
    for data in (block, block + b"\n"):
        assert repr(rows_in(data)) == repr(one_by_one)
        assert count_rows(data) == len(one_by_one)


@pytest.mark.parametrize("end", [b"", b"\n", b'{"to', b"\n\n"])
@pytest.mark.parametrize("longest", [30, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES])
def test_blocks_are_the_lines_of_a_file(tmp_path: Path, longest: int, end: bytes) -> None:
    path = tmp_path / "metrics.jsonl"
    some = b'{"a":1}\n' * (BLOCK_BYTES // 8) + b'{"abcd":1}\n' * (BLOCK_BYTES // 11)
    path.write_bytes(some + b'{"b":"' + b"x" * (longest - 9) + b'"}\n' + some + end)
    with path.open("rb") as file, path.open("rb") as other:
        blocks, one_by_one = list(blocks_of(file, path.stat().st_size)), list(lines_of(other))
    assert b"".join(blocks) == b"".join(one_by_one) == path.read_bytes()
    assert max(map(len, blocks)) == max(BLOCK_BYTES, longest)
    assert list(read_rows(path)) == list(rows_of(one_by_one))


def test_of_a_file_that_grows_the_first_bytes_are_read_to_the_end_of_their_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(b'{"a":1}\n' * 3)
    for left, count in ((0, 0), (1, 1), (8, 1), (9, 2), (24, 3), (99, 3)):
        with path.open("rb") as file:
            assert b"".join(blocks_of(file, left)) == b'{"a":1}\n' * count
