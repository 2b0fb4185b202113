"""Whatever a merge, a torn line or a stranger makes of journals, they fold, always the same way."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.store.journal import Row, encode_row
from mltrack.store.journal_reader import rows_of
from mltrack.tracking.copies import put_back
from mltrack.tracking.fold import Journal, fold, in_order, last_steps
from mltrack.tracking.history import histories_of, history_of

WRITERS = ["main", "aaaaaaaa", "bbbbbbbb", "cccccccc"]
names = st.sampled_from(["loss", "acc", "a/b"])
numbers = st.one_of(st.integers(-3, 3), st.floats(), st.sampled_from(["NaN", "Infinity", "x"]))
junk: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
seen = st.dictionaries(st.sampled_from(WRITERS), st.integers(0, 9), max_size=3)
logged_rows: st.SearchStrategy[Row] = st.one_of(
    st.fixed_dictionaries(
        {"step": st.integers(-2, 9), "metrics": st.dictionaries(names, numbers, max_size=2)},
        optional={"time": st.floats(0, 1e9)},
    ),
    st.fixed_dictionaries({"params": st.dictionaries(names, junk, max_size=2)}),
    st.fixed_dictionaries({"rewind": st.integers(-2, 9)}),
    st.fixed_dictionaries({"ended": st.sampled_from(["finished", "failed", "killed", "lost"])}),
)
heads: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {"seen": seen},
    optional={
        "opens": st.booleans(),
        "copies": st.dictionaries(st.sampled_from(WRITERS), st.integers(-1, 6), max_size=2),
    },
)
keys = st.sampled_from(
    ["step", "metrics", "time", "params", "tags", "rewind", "ended", "seen", "copies", "dropped"]
)
rows = st.one_of(logged_rows, heads, st.none(), st.dictionaries(keys, junk, max_size=4))
stores = st.dictionaries(st.sampled_from(WRITERS), st.lists(rows, max_size=7), max_size=4)


def read(written: dict[str, list[Row | None]]) -> list[Journal]:
    """Return journals as they are once they were on the disk."""
    on_disk = {
        writer: [encode_row(row) if row is not None else b"{torn\n" for row in rows]
        for writer, rows in written.items()
    }
    return [Journal(writer, list(rows_of(iter(lines)))) for writer, lines in on_disk.items()]


@settings(max_examples=300, deadline=None)
@given(stores)
def test_any_rows_fold_and_metrics_read_together_as_alone(
    written: dict[str, list[Row | None]],
) -> None:
    journals = put_back(read(written))
    fold(journals)
    last_steps(in_order(journals))
    for every in (False, True):
        together = histories_of(journals, ("loss", "acc", "a/b"), all=every)
        for name, history in together:
            assert repr(list(history)) == repr(list(history_of(journals, name, all=every)))


@settings(max_examples=200, deadline=None)
@given(stores, st.randoms(use_true_random=False))
def test_the_order_in_which_folders_are_listed_does_not_matter(
    written: dict[str, list[Row | None]], chance: random.Random
) -> None:
    journals = read(written)
    shuffled = list(journals)
    chance.shuffle(shuffled)
    one, other = put_back(journals), put_back(shuffled)
    assert repr(fold(one)._replace(metrics={})) == repr(fold(other)._replace(metrics={}))
    for name in ("loss", "acc", "a/b"):
        assert repr(list(history_of(one, name))) == repr(list(history_of(other, name)))


@settings(max_examples=200, deadline=None)
@given(st.lists(logged_rows, max_size=6), st.lists(logged_rows, max_size=6), st.integers(0, 9))
def test_a_journal_that_moved_reads_like_one_that_did_not(
    before: list[Row], after: list[Row], back: int
) -> None:
    old: list[Row | None] = [{"writer": "main", "opens": True, "seen": {}}, *before]
    count = len(old)
    head: Row = {"writer": "aaaaaaaa", "opens": True, "seen": {"main": count}}
    stayed = [Journal("main", old), Journal("aaaaaaaa", [head, *after])]
    moved = Journal("aaaaaaaa", [{**head, "copies": {"main": count}}, *old, *after])
    came_back = put_back([Journal("main", old[:back]), moved])
    for name in ("loss", "acc", "a/b"):
        expected = history_of(put_back(stayed), name, all=True)
        assert repr(list(history_of(came_back, name, all=True))) == repr(list(expected))
