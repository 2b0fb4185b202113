"""The points of a metric, step by step."""

import math
from collections.abc import Iterator

import pytest

from mltrack.tracking.fold import Journal
from mltrack.tracking.history import History, Point, histories_of, history_of
from mltrack.tracking.rows import Block, Blockwise, Rows, blocks


class Counted(Blockwise):
    """Rows that know how often they were read."""

    def __init__(self, rows: Rows) -> None:
        self._rows, self.times = rows, 0

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        self.times += 1
        return blocks(self._rows)


def journal(writer: str, seen: dict[str, int], *points: tuple[int, object]) -> Journal:
    """Return a journal of points of `loss`."""
    head = {"writer": writer, "seen": seen}
    rows = [{"step": s, "time": 10.0 + s, "metrics": {"loss": v}} for s, v in points]
    return Journal(writer, [head, *rows])


def test_points_come_in_the_order_of_their_steps() -> None:
    history = history_of([journal("main", {}, (3, 0.3), (1, 0.1), (2, "NaN"))], "loss")
    assert [p.step for p in history] == [1, 2, 3]
    assert history[0] == Point(1, 11.0, 0.1)
    assert math.isnan(history[1].value)


def test_a_step_that_was_logged_again_shows_its_last_row() -> None:
    journals = [journal("main", {}, (1, 0.1), (1, 0.9), (2, 0.2))]
    assert [p.value for p in history_of(journals, "loss")] == [0.9, 0.2]


def test_all_gives_every_row() -> None:
    journals = [journal("main", {}, (1, 0.1), (1, 0.9), (2, 0.2))]
    assert [p.value for p in history_of(journals, "loss", all=True)] == [0.1, 0.9, 0.2]


def test_a_resumer_replaces_the_step_that_it_had_seen() -> None:
    journals = [journal("main", {}, (1, 0.1)), journal("aaaaaaaa", {"main": 2}, (1, 0.5))]
    assert [p.value for p in history_of(journals, "loss")] == [0.5]


def test_concurrent_writers_each_keep_their_row_of_a_step() -> None:
    ranks = [journal(name, {"main": 1}, (1, value)) for name, value in (("a" * 8, 1), ("b" * 8, 2))]
    assert [p.value for p in history_of([journal("main", {}), *ranks], "loss")] == [1, 2]


def test_a_history_is_a_sequence_of_three_arrays() -> None:
    history = history_of([journal("main", {}, (0, 1.0), (1, 2.0), (2, 3.0))], "loss")
    assert (list(history.steps), list(history.values)) == ([0, 1, 2], [1.0, 2.0, 3.0])
    assert [p.step for p in history[1:]] == [1, 2]
    assert history[-1] == Point(2, 12.0, 3.0)
    assert repr(history) == "History(3 points)"


def test_a_history_cannot_be_changed() -> None:
    history = history_of([journal("main", {}, (0, 1.0))], "loss")
    with pytest.raises(TypeError):
        history.values[0] = 2.0  # type: ignore[call-overload]  # what must not work
    with pytest.raises(TypeError):
        history[0] = Point(0, 0.0, 0.0)  # type: ignore[index]  # what must not work


def test_a_metric_that_was_never_logged_has_an_empty_history() -> None:
    assert list(history_of([journal("main", {})], "acc")) == []
    assert len(History()) == 0


def test_the_histories_of_many_metrics_are_read_at_once() -> None:
    rows = [{"step": s, "time": s, "metrics": dict.fromkeys("cab", s)} for s in range(3)]
    one, many = Counted(rows), Counted(rows)
    alone = history_of([Journal("main", one)], "a")
    found = dict(histories_of([Journal("main", many)], ["b", "a", "none"]))
    assert list(found) == ["b", "a", "none"]
    assert list(found["a"]) == list(alone) == list(found["b"])
    assert list(found["none"]) == []
    assert many.times == one.times
