"""Rows that a writer copied from a journal that was taken away stand where they belong."""

from mltrack.store.journal import Row
from mltrack.tracking.copies import put_back
from mltrack.tracking.fold import Journal, fold
from mltrack.tracking.history import history_of

MAIN: list[Row | None] = [
    {"writer": "main", "opens": True, "seen": {}},
    {"params": {"lr": 1}},
    {"step": 0, "time": 1.0, "metrics": {"loss": 1.0}},
    {"step": 1, "time": 2.0, "metrics": {"loss": 0.5}},
]


def head(writer: str, of: str, rows: int) -> Row:
    """Return the first row of a writer that goes on for another."""
    return {"writer": writer, "opens": True, "seen": {of: rows}, "copies": {of: rows}}


NEXT: Row = {"step": 2, "time": 3.0, "metrics": {"loss": 0.25}}
MOVED = Journal("aaaaaaaa", [head("aaaaaaaa", "main", 4), *MAIN, NEXT])


def test_rows_are_read_from_the_copy_when_the_journal_is_gone() -> None:
    journals = put_back([Journal("main", []), MOVED])
    assert [p.value for p in history_of(journals, "loss")] == [1.0, 0.5, 0.25]


def test_rows_do_not_count_twice_when_the_journal_comes_back() -> None:
    folded = fold(put_back([MOVED, Journal("main", MAIN)]))
    assert (folded.metrics["loss"].count, folded.seen) == (3, {"main": 4, "aaaaaaaa": 6})


def test_a_journal_that_comes_back_older_hides_no_row() -> None:
    folded = fold(put_back([Journal("main", MAIN[:2]), MOVED]))
    assert folded.metrics["loss"].count == 3


def test_a_writer_that_moved_twice_leads_back_to_every_row() -> None:
    last: Row = {"step": 3, "time": 4.0, "metrics": {"loss": 0.1}}
    again = Journal("bbbbbbbb", [head("bbbbbbbb", "aaaaaaaa", 6), *MOVED.rows, last])
    for here in ([again], [again, MOVED], [Journal("main", MAIN), again]):
        folded = fold(put_back(here))
        assert (folded.metrics["loss"].count, folded.metrics["loss"].last) == (4, 0.1)


def test_copied_rows_keep_their_place_in_the_order_of_writers() -> None:
    between = Journal(
        "cccccccc", [{"writer": "cccccccc", "seen": {"main": 2}}, {"params": {"lr": 2}}]
    )
    assert fold(put_back([MOVED, between])).params == {"lr": 2}


def test_a_claim_that_cannot_hold_is_an_ordinary_row() -> None:
    for claim in ({"main": 99}, {"main": 0}, {"main": "4"}, {"../x": 1}, {}, {"a": 1, "b": 1}, 7):
        rows: list[Row | None] = [{"writer": "aaaaaaaa", "copies": claim}, NEXT]
        assert put_back([Journal("aaaaaaaa", rows)]) == [Journal("aaaaaaaa", rows)]
