"""What a writer counts while it writes is what reading its journal again would tell."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mltrack.store.journal_reader import text_digest
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_file
from mltrack.tracking import tally
from mltrack.tracking.codec import summary_fields
from mltrack.tracking.experiments import find
from mltrack.tracking.fold import Folded, fold
from mltrack.tracking.journals import read_journals
from mltrack.tracking.live import LiveRun
from mltrack.tracking.starting import RunSpec
from tests.support.programs import Programs

Act = Callable[[LiveRun], object]

names = st.sampled_from(["loss", "acc", "größe", 'with "quotes"'])
numbers = st.one_of(st.floats(), st.integers(-(2**70), 2**70), st.booleans())
steps = st.one_of(st.none(), st.integers(-3, 5), st.sampled_from([-(2**63), 2**63 - 1]))
texts = st.text(st.characters(exclude_categories=()), max_size=4)
values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(lambda n, v, s: lambda run: run.log_metric(n, v, s), names, numbers, steps),
    st.builds(
        lambda m, s: lambda run: run.log_metrics(m, s),
        st.dictionaries(names, numbers, max_size=4),
        steps,
    ),
    st.builds(lambda p: lambda run: run.log_params(p), st.dictionaries(names, values, max_size=2)),
    st.builds(lambda t: lambda run: run.set_tags(t), st.dictionaries(names, values, max_size=2)),
    st.builds(lambda name: lambda run: run.rename(name), st.sampled_from(["one", "two"])),
    st.builds(lambda step: lambda run: run.go_on_at(step), st.integers(-3, 5)),
    st.just(lambda run: run.append_row({"inputs": {"data": {"digest": "x"}}})),
)


@pytest.fixture
def begun(store: Store) -> Callable[[], LiveRun]:
    return lambda: LiveRun.start(store, RunSpec("run", find(store, "default"), held=False))


def as_compared(folded: Folded) -> dict[str, Any]:
    """Return a fold as texts, in which NaN equals itself and 1 differs from 1.0."""
    metrics = {name: repr(summary_fields(s)) for name, s in sorted(folded.metrics.items())}
    return {**{k: repr(v) for k, v in folded._asdict().items()}, "metrics": metrics}


def counted(run: LiveRun) -> Folded | None:
    return run.tally.folded(text_digest(run.writer.folder / "metrics.jsonl").lines)


def read_again(run: LiveRun) -> Folded:
    return fold(read_journals(run.store, run.id))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(acts, max_size=12))
def test_whatever_is_logged_is_counted_as_it_is_read(
    begun: Callable[[], LiveRun], done: list[Act]
) -> None:
    run = begun()
    for act in done:
        act(run)
    run.end("finished")
    found = counted(run)
    past_the_last = any(s.last_step >= 2**63 for s in run.tally.series.values())
    assert (found is None) == past_the_last
    assert found is None or as_compared(found) == as_compared(read_again(run))


def test_a_rewind_is_left_to_the_fold(begun: Callable[[], LiveRun]) -> None:
    run = begun()
    run.log_metrics({"loss": 1.0}, 7)
    run.rewind(3)
    assert counted(run) is None
    assert read_again(run).metrics == {}


def test_a_row_that_the_disk_refused_is_left_to_the_fold(begun: Callable[[], LiveRun]) -> None:
    run = begun()
    run.log_metric("loss", 1.0)
    journal = run.writer.journal
    assert journal
    refusing = os.open(os.devnull, os.O_RDONLY)
    kept = os.dup(journal.descriptor)
    os.dup2(refusing, journal.descriptor)
    run.log_metric("loss", 2.0)
    os.dup2(kept, journal.descriptor)
    run.log_metric("loss", 3.0)
    assert counted(run) is None
    assert run.drops.total == 1
    assert read_again(run).metrics["loss"].count == 2


def test_a_row_that_somebody_else_wrote_is_left_to_the_fold(begun: Callable[[], LiveRun]) -> None:
    run = begun()
    with (run.writer.folder / "metrics.jsonl").open("a") as journal:
        journal.write('{"step": 0, "metrics": {"loss": 5}}\n')
    assert counted(run) is None


def test_who_logs_very_many_parameters_does_not_hold_them(
    begun: Callable[[], LiveRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "MAX_KEPT_BYTES", 100)
    run = begun()
    for number in range(5):
        run.log_params({f"p{number}": number})
    assert counted(run) is None


PROGRAM = """
import mltrack, signal, sys
run = mltrack.start_run()
for step in range(300):
    run.log_metric("loss", 1.0 / (step + 1))
{act}
run.finish()
print(run.id)
"""
ACTS = {
    "alone": "",
    "with a child": """
import os
child = os.fork()
if not child:
    run.log_metric("loss", 7.0)
    run.finish()
    os._exit(0)
os.waitpid(child, 0)
""",
    "interrupted in between": """
def interrupt(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, interrupt)
for turn in range(200):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0005)
        while True:
            run.log_metric("loss", 8.0 + turn)
    except KeyboardInterrupt:
        pass
""",
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_the_record_says_what_the_journals_say(programs: Programs, store: Store, act: str) -> None:
    run_id = programs.run(PROGRAM.format(act=act)).out.split()[-1]
    said = _record(store, run_id)
    read = fold(read_journals(store, run_id))
    assert said == {n: summary_fields(s) for n, s in read.metrics.items()}


def _record(store: Store, run_id: str) -> Mapping[str, Any]:
    fields = read_file(store.layout.run_folder(run_id) / "run.yaml")
    assert fields["status"] == "finished"
    metrics: dict[str, Any] = fields["metrics"]
    return metrics
