"""Filters and rankings mean in SQL what `query` says that they mean."""

import math
import signal
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.api.runs.rows import full_row
from mltrack.errors import UsageError
from mltrack.query.keys import Key, metric_key
from mltrack.query.naming import Order
from mltrack.query.where import parse
from mltrack.store import database
from mltrack.tracking.catalog import documents
from mltrack.tracking.catalog.answers import Answers
from mltrack.tracking.catalog.rows import Rows
from mltrack.tracking.catalog.schema import SCHEMA
from mltrack.tracking.catalog.wanted import Wanted
from mltrack.tracking.entities import MetricSummary, RunRecord, RunStatus
from tests.support.definition import filtered, in_order, ranked

NUMBERS = st.sampled_from([0, 1, -1, 0.5, 1e300, math.nan, math.inf, -math.inf, 2**53 + 1, -0.0])
VALUES = st.one_of(
    NUMBERS,
    st.booleans(),
    st.none(),
    st.sampled_from(["", "a", "B", "é", "a\0b", "1", "true", [1], {"a": 1}, 2**70, -(10**400)]),
)
STEP = datetime(2026, 1, 31, 12, tzinfo=UTC)


@st.composite
def runs(draw: st.DrawFn) -> list[RunRecord]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        last, low, high = draw(NUMBERS), draw(NUMBERS), draw(NUMBERS)
        summary = MetricSummary(last=last, last_step=1, min=low, max=high, count=2)
        values = st.dictionaries(st.sampled_from(["x", "y z"]), VALUES, max_size=2)
        found.append(
            RunRecord(
                id=f"20260131-1200{number:02}-abcdefg{'abcdefg'[number]}",
                name=draw(st.sampled_from(["a", "B", "é"])),
                experiment=draw(st.sampled_from(["default", "other"])),
                experiment_id="g6uo5qoodf",
                status=draw(st.sampled_from([RunStatus.FINISHED, RunStatus.FAILED])),
                started=STEP + timedelta(seconds=number),
                ended=draw(st.sampled_from([None, STEP])),
                user=draw(st.sampled_from([None, "ada"])),
                params=draw(values),
                tags=draw(values),
                metrics=draw(st.sampled_from([{}, {"acc": summary}])),
                inputs=draw(st.sampled_from([{}, {"train": {"rows": 3, "digest": "d"}}])),
            )
        )
    return found


KEYS = st.sampled_from(
    [
        *(
            "metrics.acc",
            "metrics.none",
            "max acc",
            "min acc",
            "last acc",
            "params.x",
            "tags.`y z`",
        ),
        *("inputs.train.rows", "inputs.train.digest", "name", "status", "experiment", "user"),
    ]
)
LITERALS = st.sampled_from(
    [
        *("1", "0.5", "-1", "9007199254740992", "1e999", "'a'", "'B'", "true", "''"),
        *("'1'", "'0.5'", "'True'", "'1.0'", f"'{2**70}'", "'1e+300'", "'01'", "'nan'"),
    ]
)
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
PATTERNS = st.sampled_from(
    ["like '%a%'", "not like '_'", "ilike 'B'", "matches '^[a1]'", "like '1%'", "like ''"]
)
TESTS = st.sampled_from(["", "is null", "is not null", "in [1, 'a']", "not in ('B', 0.5, true)"])
DATASETS = st.sampled_from(["datasets.name", "dataset.digest", "datasets.context"])
COMPARISONS = st.one_of(
    st.tuples(KEYS, SIGNS, LITERALS).map(" ".join),
    st.tuples(KEYS, st.one_of(PATTERNS, TESTS)).map(" ".join),
    st.tuples(
        DATASETS, st.sampled_from(["= 'd'", "!= 'train'", "not in ('d', 'train')", "like 't%'"])
    ).map(" ".join),
)
FILTERS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map("not ({})".format),
        inner.map("({})".format),
        inner.map("not {}".format),
    ),
    max_leaves=4,
)
BEST = st.sampled_from(["acc", "max acc", "min acc", "params.x", "tags.y z", "none"])


def expected(made: list[RunRecord], where: str | None, best: str | None, *, highest: bool) -> Any:
    rows: Any = [full_row(run) for run in reversed(made)]
    try:
        rows = filtered(rows, where) if where else rows
        rows = ranked(rows, best, highest=highest) if best else rows
    except UsageError as error:
        return str(error)
    return [row["id"] for row in rows]


def found_in_tables(made: list[RunRecord], wanted: Wanted) -> Any:
    with closing(database._connected(":memory:", SCHEMA)) as connection:
        rows, answers = Rows(connection), Answers(connection)
        for run in made:
            rows.put(run, documents.encode(run))
        answers.take_experiments({})
        try:
            return [answers.record(number).id for number in answers.numbers(wanted)]
        except UsageError as error:
            return str(error)


@settings(max_examples=200, deadline=None)
@given(runs(), FILTERS | st.none(), BEST | st.none(), st.booleans(), st.sampled_from([None, 1, 3]))
def test_a_search_finds_what_the_definition_finds(
    made: list[RunRecord], where: str | None, best: str | None, highest: bool, limit: int | None
) -> None:
    wanted = Wanted(
        where=where or "",
        condition=parse(where) if where else None,
        best=metric_key(best) if best else None,
        highest=highest,
        limit=limit,
    )
    wants = expected(made, where, best, highest=highest)
    assert found_in_tables(made, wanted) == (wants if isinstance(wants, str) else wants[:limit])


SORTED = st.sampled_from(
    [
        *(Key("metrics", "acc"), Key("metrics", "acc", "min"), Key("params", "x"), Key("", "name")),
        *(Key("tags", "y z"), Key("", "ended"), Key("", "user"), Key("params", "none")),
    ]
)


@settings(deadline=None)
@given(runs(), FILTERS | st.none(), SORTED, st.booleans(), st.sampled_from([None, 1, 3]))
def test_runs_are_sorted_as_the_definition_sorts_them(
    made: list[RunRecord], where: str | None, key: Key, descending: bool, limit: int | None
) -> None:
    rows: Any = [full_row(run) for run in reversed(made)]
    expected: Any
    wanted = Wanted(
        where=where or "",
        condition=parse(where) if where else None,
        order=Order(key, descending),
        limit=limit,
    )
    try:
        rows = in_order(filtered(rows, where) if where else rows, key, descending=descending)
        expected = [row["id"] for row in rows][:limit]
    except UsageError as error:
        expected = str(error)
    assert found_in_tables(made, wanted) == expected


@given(runs())
def test_what_is_taken_out_leaves_nothing_behind(made: list[RunRecord]) -> None:
    with closing(database._connected(":memory:", SCHEMA)) as connection:
        rows = Rows(connection)
        for run in made:
            rows.put(run, documents.encode(run))
        for run in made:
            rows.take_out(run.id)
        for table in ("run", "document", "metric", "value"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@given(runs())
def test_a_document_holds_all_of_a_record(made: list[RunRecord]) -> None:
    assert [repr(documents.decode(documents.encode(run))) for run in made] == list(map(repr, made))


def test_a_pattern_that_would_run_for_ever_can_be_interrupted() -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    run = RunRecord(
        id="20260131-120000-abcdefga",
        name="a" * 60 + "!",
        experiment="default",
        experiment_id="g6uo5qoodf",
        status=RunStatus.FINISHED,
        started=STEP,
    )
    where = "name matches '(a+)+$'"
    before = signal.signal(signal.SIGVTALRM, interrupted)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            found_in_tables([run], Wanted(where=where, condition=parse(where)))
    finally:
        signal.signal(signal.SIGVTALRM, before)


def test_a_list_may_be_as_long_as_a_filter() -> None:
    run = RunRecord(
        id="20260131-120000-abcdefga",
        name="a",
        experiment="default",
        experiment_id="g6uo5qoodf",
        status=RunStatus.FINISHED,
        started=STEP,
        params={"x": 3},
    )
    for where in (f"params.x in [{'1,' * 4900}3]", f"name in ({chr(34)}a{chr(34)}{',1' * 4900})"):
        assert found_in_tables([run], Wanted(where=where, condition=parse(where))) == [run.id]
