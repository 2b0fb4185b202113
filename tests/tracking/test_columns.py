"""What is taken as columns is what row by row would have been read."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mltrack.store.journal_reader import rows_in
from mltrack.tracking.columns import columns_of

PLAIN = b'{"step":1,"time":1769860803.02,"metrics":{"loss":0.25}}\n'
tokens = st.one_of(
    st.floats().map(json.dumps),
    st.integers().map(str),
    st.sampled_from(["01", "1.", ".5", "+1", "--1", "1e5", "1E-5", "-0", '"NaN"', "null", "[1]"]),
    st.sampled_from(["1" * 18, "1" * 19, "1" * 5000, "1e999", "0." + "1" * 99, "1e" + "9" * 10]),
)
names = st.sampled_from(
    ["loss", "acc", "step", "time", "metrics", "", "%b", "a.b*", "é", '\\"', "}}"]
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
    st.sampled_from(["\n", "{}\n", PLAIN.decode().replace("}}\n", "}},\n"), "{\n"]),
)


@given(st.lists(rows, min_size=1, max_size=4))
@example(['{"step":1,"time":1.5,"metrics":{"step":2}}\n'])
@example(
    ['{"step":1,"time":1.5,"metrics":{"time":2}}\n', '{"step":1,"time":1,"metrics":{"time":3}}\n']
)
def test_columns_hold_what_the_rows_hold(written: list[str]) -> None:
    block = "".join(written).encode()
    columns = columns_of(block)
    if columns is not None:
        points = zip(columns.steps, columns.times, columns.values, strict=True)
        read = [{"step": s, "time": t, "metrics": {columns.name: v}} for s, t, v in points]
        assert repr(read) == repr(rows_in(block))


def test_what_log_metric_writes_is_columns() -> None:
    columns = columns_of(PLAIN * 3)
    assert columns == ("loss", [1, 1, 1], [1769860803.02] * 3, [0.25] * 3)


@pytest.mark.parametrize(
    "other",
    [
        *(b"\n", b"{}\n", PLAIN[:-1] + b"\r\n", b" " + PLAIN, b"\xef\xbb\xbf" + PLAIN, PLAIN[:-1]),
        *(PLAIN.replace(b"loss", b"acc"), PLAIN.replace(b"loss", b"lo\xff"), PLAIN[:-2] + b",\n"),
        *(
            PLAIN.replace(b"1769860803.02", b"-0.0"),
            PLAIN.replace(b":1,", b":9223372036854775808,"),
        ),
        PLAIN.replace(b"}}\n", b'},"data":"d"}\n'),
    ],
)
def test_a_block_with_a_row_of_another_kind_is_read_row_by_row(other: bytes) -> None:
    assert columns_of(PLAIN + other) is None
    assert columns_of(other + PLAIN) is None
