"""The rows of a long journal, which stay on the disk until they are asked for."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.store.journal import Row, encode_row
from mltrack.store.journal_reader import BLOCK_BYTES, read_rows
from mltrack.tracking.copies import put_back
from mltrack.tracking.fold import Journal, fold, in_order, last_sign, last_steps
from mltrack.tracking.history import history_of
from mltrack.tracking.rows import Blockwise, Columns, blocks, part
from mltrack.tracking.stored_rows import open_rows
from tests.tracking.test_fold_properties import WRITERS, heads, rows

HEAD: Row = {"writer": "main", "opens": True, "seen": {}, "time": 1.0}
PADDING = encode_row({"pad": "x" * (1024 - len(b'{"pad":""}\n'))}) * (BLOCK_BYTES // 1024 - 1)
points = st.builds(
    lambda step, value: {"step": step, "time": 1.5, "metrics": {"loss": value}},
    st.integers(-2, 9),
    st.floats(-3, 3),
)
journals = st.dictionaries(
    st.sampled_from(WRITERS),
    st.tuples(heads, st.one_of(st.lists(points, max_size=9), st.lists(rows, max_size=7))),
    max_size=3,
)


def padded(head: Row) -> bytes:
    """Return a first block of rows, so that what follows is a block of its own."""
    line = encode_row(head)
    return line[:-2] + b" " * (1024 - len(line)) + b"}\n" + PADDING


def points_of(count: int) -> list[Row]:
    """Return rows such as a long training logs."""
    return [{"step": n, "time": 1.5 + n, "metrics": {"loss": 1 / (n + 1)}} for n in range(count)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(padded(HEAD) + b"".join(map(encode_row, points_of(3000))))
    return path


def test_a_long_journal_has_the_rows_that_are_read_one_by_one(path: Path) -> None:
    rows = open_rows(path)
    assert isinstance(rows, Blockwise)
    assert any(isinstance(block, Columns) for block in blocks(rows))
    for _ in range(2):
        assert [*rows] == [*read_rows(path)]
    assert len(rows) == len([*read_rows(path)])


def test_a_part_of_it_is_a_slice(path: Path) -> None:
    rows, listed = open_rows(path), [*read_rows(path)]
    chance = random.Random(7)
    for _ in range(30):
        start, stop = chance.randrange(len(listed) + 9), chance.randrange(len(listed) + 9)
        some = part(rows, start, stop)
        assert ([*some], len(some)) == (listed[start:stop], len(listed[start:stop]))


def test_what_is_logged_later_is_not_seen(path: Path) -> None:
    rows, before = open_rows(path), [*read_rows(path)]
    with path.open("ab") as file:
        file.write(encode_row({"params": {"lr": 1}}))
    assert ([*rows], len(rows)) == (before, len(before))


def test_rows_are_there_when_the_journal_is_taken_away(path: Path) -> None:
    rows, before = open_rows(path), [*read_rows(path)]
    other = path.with_name("other")
    other.write_bytes(b"{}\n")
    other.replace(path)
    assert [*rows] == before
    path.unlink()
    assert [*rows] == before


def test_journals_that_are_not_kept_open_are_read_where_they_lie(path: Path) -> None:
    before = _open_files()
    some = [open_rows(path, keep_open=False) for _ in range(9)]
    assert _open_files() == before
    assert [*some[0]] == [*read_rows(path)]
    path.unlink()
    assert [*some[0]] == []
    path.mkdir()
    assert [*some[0]] == [None]


def test_what_was_kept_open_is_let_go_of(path: Path) -> None:
    before = _open_files()
    rows = open_rows(path)
    assert _open_files() == before + 1
    del rows
    assert _open_files() == before


def test_a_rewind_hides_what_came_before_it_and_nothing_else(path: Path) -> None:
    with path.open("ab") as file:
        file.write(encode_row({"rewind": 2500}) + b"".join(map(encode_row, points_of(2600)[2400:])))
    summary = fold([Journal("main", open_rows(path))]).metrics["loss"]
    assert (summary.count, summary.last_step) == (2500 + 200, 2599)
    seen = {"main": BLOCK_BYTES // 1024 + 2000}
    later = Journal("aaaaaaaa", [{"writer": "aaaaaaaa", "seen": seen}, {"rewind": 1000}])
    assert fold([Journal("main", open_rows(path)), later]).metrics["loss"].count == 2700 - 1000
    history = history_of([Journal("main", open_rows(path)), later], "loss")
    assert [*history.steps] == [*range(1000), *range(2000, 2600)]


@settings(max_examples=150, deadline=None)
@given(journals)
def test_rows_on_the_disk_say_what_rows_in_memory_say(
    written: dict[str, tuple[Row, list[Row | None]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stored, listed = [], []
        for writer, (head, rows) in written.items():
            path = Path(folder) / writer
            lines = [encode_row(row) if row is not None else b"{torn\n" for row in rows]
            path.write_bytes(padded(head) + b"".join(lines))
            stored.append(Journal(writer, open_rows(path)))
            listed.append(Journal(writer, [*read_rows(path)]))
        assert _said(put_back(stored)) == _said(put_back(listed))


def _said(journals: list[Journal]) -> str:
    folded = fold(journals)
    metrics = {
        name: (summary.last, summary.last_step, summary.min, summary.max, summary.count)
        for name, summary in sorted(folded.metrics.items())
    }
    ordered = in_order(journals)
    histories = [[*history_of(journals, "loss", all=every)] for every in (False, True)]
    names = [journal.writer for journal in ordered]
    return repr(
        (folded._replace(metrics={}), metrics, names, last_steps(ordered), histories)
    ) + repr(last_sign(journals))


def _open_files() -> int:
    return len([*Path("/dev/fd").iterdir()])
