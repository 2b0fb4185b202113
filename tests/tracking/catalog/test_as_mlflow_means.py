"""What MLflow's filters accept means the same here: the same runs are found."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LifecycleStage,
    Metric,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunTag,
)
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT
from mlflow.utils.search_utils import SearchUtils

from mltrack.errors import UsageError
from mltrack.query.where import parse
from mltrack.store import database
from mltrack.tracking.catalog import documents
from mltrack.tracking.catalog.answers import Answers
from mltrack.tracking.catalog.rows import Rows
from mltrack.tracking.catalog.schema import SCHEMA
from mltrack.tracking.catalog.wanted import Wanted
from mltrack.tracking.entities import MetricSummary, RunRecord, RunStatus

BEGAN = datetime(2026, 1, 31, 12, tzinfo=UTC)
BEGAN_MS = int(BEGAN.timestamp() * 1000)
NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -1.5, 0.1, 1e-7, 3e20, float("nan"), float("-inf")])
PLAIN = st.sampled_from(
    ["", "a", "A", "a%b", "x_y", "0.1", "1", "True", 0.1, 1, 1.0, True, 1e-7, "it's", 'q"q', "é"]
)
TEXTS = st.sampled_from(
    [
        *("", "a", "A", "ab", "x_y", "0.1", "1", "1.0", "True", "1e-07", "FINISHED"),
        "it's",
        'q"q',
        "É",
    ]
)
PATTERNS = st.sampled_from(["%", "a", "A%", "%b", "_", "x_y", "0.%", "%1%", "FIN%", "t_ue", "d%"])
STATUSES = [RunStatus.FINISHED, RunStatus.FAILED, RunStatus.RUNNING, RunStatus.KILLED]


@st.composite
def records(draw: st.DrawFn) -> RunRecord:
    last = draw(NUMBERS)
    facts = {"digest": draw(st.sampled_from(["d1", "d2"]))}
    context = draw(st.sampled_from([{}, {"context": "train"}, {"context": "eval"}]))
    values = st.dictionaries(
        st.sampled_from(["lr", "a b", "m/x.y", "and", 'a"b']), PLAIN, max_size=5
    )
    return RunRecord(
        id="",
        name=draw(st.sampled_from(["a", "A", "ab", "0.1"])),
        experiment="default",
        experiment_id="g6uo5qoodf",
        status=draw(st.sampled_from(STATUSES)),
        started=BEGAN,
        ended=draw(st.sampled_from([None, BEGAN + timedelta(seconds=1)])),
        user=draw(st.sampled_from(["ada", "x_y"])),
        params=draw(values),
        tags={key: str(value) for key, value in draw(values).items()},
        metrics=draw(st.sampled_from([{}, {"acc": MetricSummary(last, 1, last, last, 1)}])),
        inputs=draw(st.sampled_from([{}, {"a": {**facts, **context}, "ab": facts}])),
    )


RUNS = st.lists(records(), min_size=1, max_size=5).map(
    lambda made: [
        record._replace(
            id=f"20260131-12000{n}-abcdefg{'abcdef'[n]}", started=BEGAN + timedelta(seconds=n)
        )
        for n, record in enumerate(made)
    ]
)


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def as_mlflow_has_it(record: RunRecord) -> Run:
    info = RunInfo(
        run_id=record.id,
        experiment_id="0",
        user_id=record.user or "",
        status=str(record.status).upper(),
        start_time=milliseconds(record.started),
        end_time=milliseconds(record.ended) if record.ended else None,
        lifecycle_stage=LifecycleStage.ACTIVE,
        run_name=record.name,
    )
    data = RunData(
        metrics=[Metric(n, s.last, 0, 1) for n, s in record.metrics.items()],
        params=[Param(name, str(value)) for name, value in record.params.items()],
        tags=[RunTag(name, str(value)) for name, value in record.tags.items()],
    )
    inputs = [
        DatasetInput(
            Dataset(name, facts["digest"], "local", "{}"),
            [InputTag(MLFLOW_DATASET_CONTEXT, facts["context"])] if "context" in facts else [],
        )
        for name, facts in record.inputs.items()
    ]
    return Run(info, data, RunInputs(dataset_inputs=inputs))


def quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def said(key: st.SearchStrategy[str], *, null: bool) -> st.SearchStrategy[str]:
    listed = st.lists(TEXTS.map(quoted), min_size=1, max_size=3).map(", ".join)
    listed = st.one_of(listed.map("({})".format), listed.map("({},)".format))
    return st.one_of(
        st.tuples(key, st.sampled_from(["=", "!="]), TEXTS.map(quoted)),
        st.tuples(key, st.sampled_from(["LIKE", "ilike", "ILIKE"]), PATTERNS.map(quoted)),
        st.tuples(key, st.sampled_from(["IS NULL", "is not null"] if null else ["= 'a'"])),
        st.tuples(key, st.sampled_from(["IN", "not in", "NOT IN"]), listed),
    ).map(" ".join)


OF_VALUES = st.sampled_from(
    [
        *("params.lr", "param.lr", "parameters.`lr`", "parameter.`a b`", 'params."a b"'),
        *("tags.lr", "tag.`a b`", "params.m/x.y", "tags.`m/x.y`", "`params`.lr", "params.none"),
        *("params.'a b'", "tags.'and'", "param.`and`", 'tag.`a"b`', "`tags`.'lr'"),
    ]
)
OF_RUN = st.sampled_from(
    [
        *("run_name", "attributes.run_name", "attr.status", "status", "run.user_id", "user_id"),
        *("attribute.`Run name`", "run_id", "attributes.run_id", '"run_name"', "attr.'status'"),
    ]
)
OF_DATA = st.sampled_from(
    ["dataset.name", "datasets.digest", "datasets.context", "dataset.`name`", "`datasets`.'digest'"]
)
NUMBERED = st.one_of(
    st.tuples(
        st.sampled_from(
            ["metrics.acc", "metric.acc", "metrics.`acc`", "metrics.none", "metric.'acc'"]
        ),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        st.sampled_from(["0", "1", "-1.5", "0.1", "1e-7", "3e20", ".1", "1."]),
    ),
    st.tuples(
        st.sampled_from(["start_time", "attributes.end_time", "attr.created", "Created"]),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        st.one_of(
            st.integers(BEGAN_MS - 1, BEGAN_MS + 2001).map(str),
            st.sampled_from(
                [f"{BEGAN_MS}.5", f"{BEGAN_MS + 999}.5", "-1", "-9e99", "9" * 20, "9e99"]
            ),
        ),
    ),
).map(" ".join)
RUN_IDS = st.sampled_from(["run_id in ('20260131-120000-abcdefga', 'x')", "run_id NOT IN ('x')"])
ONE = st.one_of(
    said(OF_VALUES, null=True),
    said(OF_RUN, null=False),
    said(OF_DATA, null=False),
    NUMBERED,
    RUN_IDS,
)
FILTERS = st.lists(ONE, min_size=1, max_size=3).map(" and ".join)


def found_here(made: list[RunRecord], where: str) -> list[str]:
    """Return the ids of the runs that are found; none where it is said that none can be."""
    with closing(database._connected(":memory:", SCHEMA)) as connection:
        rows, answers = Rows(connection), Answers(connection)
        for run in made:
            rows.put(run, documents.encode(run))
        answers.take_experiments({})
        wanted = Wanted(where=where, condition=parse(where))
        try:
            return sorted(answers.record(number).id for number in answers.numbers(wanted))
        except UsageError as error:
            return [] if "no run has" in str(error) else [str(error)]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RUNS, FILTERS)
def test_a_filter_that_mlflow_accepts_finds_the_same_runs(
    made: list[RunRecord], where: str
) -> None:
    runs: list[Any] = [as_mlflow_has_it(record) for record in made]
    try:
        expected = sorted(run.info.run_id for run in SearchUtils.filter(runs, where))  # type: ignore[no-untyped-call]  # MLflow's
    except MlflowException:
        return
    assert found_here(made, where) == expected
