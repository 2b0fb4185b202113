"""What is taken as columns is what row by row would have been read."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mltrack.store.journal_reader import rows_in
from mltrack.tracking.columns import pieces_of
from mltrack.tracking.rows import Block, Blockwise, Columns

PLAIN = b'{"step":1,"time":1769860803.02,"metrics":{"loss":0.25}}\n'
tokens = st.one_of(
    st.floats().map(json.dumps),
    st.integers().map(str),
    st.sampled_from(["01", "1.", ".5", "+1", "--1", "1e5", "1E-5", "-0", '"NaN"', "null", "[1]"]),
    st.sampled_from(["1" * 18, "1" * 19, "1" * 5000, "1e999", "0." + "1" * 99, "1e" + "9" * 10]),
)
names = st.sampled_from(
    ["loss", "acc", "step", "time", "metrics", "", "%b", "a.b*", "é", "a,", ":1,", '\\"', "}}"]
)
rows = st.one_of(
    st.just(PLAIN.decode()),
    st.builds(
        '{{"step":{},"time":{},"metrics":{{"{}":{}}}}}\n'.format, tokens, tokens, names, tokens
    ),
    st.builds(
        '{{"step":{},"time":1.5,"metrics":{{"loss":{}}}}}\n'.format,
        st.integers(-9, 9),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    st.builds(
        '{{"step":{},"time":1.5,"metrics":{{"loss":{},"{}":{}}}}}\n'.format,
        *(st.integers(-9, 9), tokens, names, tokens),
    ),
    st.sampled_from(["\n", "{}\n", PLAIN.decode().replace("}}\n", "}},\n"), "{\n"]),
)


stretches = st.one_of(rows.map(lambda row: row * 3), st.lists(rows, max_size=4).map("".join))


@given(st.lists(stretches, min_size=1, max_size=3))
@example(['{"step":1,"time":1.5,"metrics":{"step":2,"time":3,"metrics":4}}\n' * 2])
@example(['{"step":1,"time":1.5,"metrics":{"a,":1,":1,":5}}\n' * 2])
@example(['{"step":1,"time":1.5,"metrics":{"a":1,"a":5}}\n' * 2])
@example(['{"step":1,"time":1.5,"metrics":{"a":"NaN","Infinity":"-Infinity"}}\n' * 2])
def test_pieces_hold_what_the_rows_hold(written: list[str]) -> None:
    block = "".join(written).encode()
    assert repr([*Lines(block)]) == repr(rows_in(block))


@pytest.mark.parametrize("values", ["0.25", '0.25,"acc":7', '"NaN","acc":"-Infinity"'])
def test_what_is_logged_is_columns(values: str) -> None:
    line = PLAIN.replace(b"0.25", values.encode())
    (columns,) = pieces_of(line * 3)
    assert isinstance(columns, Columns)
    assert (columns.steps, columns.times) == ([1, 1, 1], [1769860803.02] * 3)
    assert set(columns.values) == set(json.loads(line)["metrics"])


def test_a_row_between_leaves_the_others_columns() -> None:
    block = PLAIN * 200 + b'{"params":{"lr":1}}\n' + PLAIN * 500
    kinds = [isinstance(piece, Columns) for piece in pieces_of(block)]
    assert kinds == [True, False, True]


@pytest.mark.parametrize(
    "other",
    [
        *(b"\n", b"{}\n", PLAIN[:-1] + b"\r\n", b" " + PLAIN, b"\xef\xbb\xbf" + PLAIN, PLAIN[:-1]),
        *(PLAIN.replace(b"loss", b"acc"), PLAIN.replace(b"loss", b"lo\xff"), PLAIN[:-2] + b",\n"),
        PLAIN.replace(b"1769860803.02", b"-0.0"),
        PLAIN.replace(b":1,", b":9223372036854775808,"),
        PLAIN.replace(b"}}\n", b'},"data":"d"}\n'),
    ],
)
def test_a_row_of_another_kind_is_read_by_itself(other: bytes) -> None:
    for block in (PLAIN + other + PLAIN, other + PLAIN * 2, other * 3, PLAIN * 2 + other):
        assert repr([*Lines(block)]) == repr(rows_in(block))
    assert not any(isinstance(piece, Columns) for piece in pieces_of(PLAIN + other))


class Lines(Blockwise):
    """The rows of some lines."""

    def __init__(self, lines: bytes) -> None:
        self._lines = lines

    def blocks(self) -> Iterator[Block]:
        return pieces_of(self._lines)
