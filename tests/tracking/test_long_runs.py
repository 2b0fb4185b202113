"""A long run is read as a stream: no more is in memory than what was asked for."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from mltrack.tracking.copies import put_back
from mltrack.tracking.fold import Journal, fold, in_order, last_sign, last_steps
from mltrack.tracking.history import history_of
from mltrack.tracking.stored_rows import open_rows

ROWS = 10_000
MIB = 1024 * 1024
A_POINT = 3 * 8
"""The bytes of a point: a step, a time, a value."""
WRITERS = ("main", "aaaaaaaa")
ROW = '{{"step":{},"time":{}.25,"metrics":{{"loss":0.{}}}}}\n'
TWO_METRICS = '{{"step":{},"time":{}.25,"metrics":{{"loss":0.{},"acc":1}}}}\n'


@pytest.fixture(params=[ROW, TWO_METRICS], ids=["one metric", "two metrics"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return where the journals of a run lie that was taken up again half-way."""
    middle = ROWS // 2
    heads = (
        '{"writer":"main","opens":true,"seen":{}}\n',
        f'{{"writer":"aaaaaaaa","seen":{{"main":{middle + 1}}}}}\n{{"rewind":{middle}}}\n',
    )
    for name, head, first in zip(WRITERS, heads, (0, middle), strict=True):
        lines = (request.param.format(n, n, n) for n in range(first, first + middle))
        (tmp_path / name).write_text(head + "".join(lines))
    return tmp_path


def read(folder: Path) -> list[Journal]:
    """Return the journals of a run."""
    return put_back([Journal(name, open_rows(folder / name)) for name in WRITERS])


def peak_of(call: Callable[[], object]) -> int:
    """Return how many bytes a call has in use at once."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_history_takes_no_more_than_its_arrays_twice(folder: Path) -> None:
    assert len(history_of(read(folder), "loss")) == ROWS
    peak = peak_of(lambda: history_of(read(folder), "loss"))
    assert peak < 2 * A_POINT * ROWS + 2 * MIB


def test_a_fold_takes_no_more_for_more_rows(folder: Path) -> None:
    assert fold(read(folder)).metrics["loss"].count == ROWS
    assert peak_of(lambda: fold(read(folder))) < 2 * MIB


def test_neither_do_the_last_steps_and_the_last_sign(folder: Path) -> None:
    assert peak_of(lambda: last_steps(in_order(read(folder)))) < 2 * MIB
    assert peak_of(lambda: last_sign(read(folder))) < 2 * MIB
