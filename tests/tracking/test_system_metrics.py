"""How busy the machine is, as metrics: asked for, never in the way, gone with the run."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mltrack
from mltrack.errors import UsageError
from mltrack.tracking.gauges import Gauges, Share
from mltrack.tracking.system_metrics import Sampler, prefix_of
from tests.support.programs import Programs

ALWAYS = {
    *("system/memory_percent", "system/memory_used_bytes"),
    *("system/disk_percent", "system/disk_used_bytes"),
    *("system/network_sent_bytes", "system/network_received_bytes"),
    "system/process_memory_bytes",
}
SHARES = {"system/cpu_percent", "system/process_cpu_percent"}
"""Not told of the first tenth of a second, in which they would be noise."""
PATIENCE_SECONDS = 60
SAMPLE = "import mltrack\nwith mltrack.start_run(system_metrics=True): pass"


def sampled(run_id: str) -> set[str]:
    names = set(mltrack.get_run(run_id).metrics) - SHARES
    return {name for name in names if name.startswith("system/")}


def test_a_short_run_has_one_sample_of_everything() -> None:
    with mltrack.start_run(system_metrics=True) as run:
        pass
    read = mltrack.get_run(run.id)
    assert sampled(run.id) == ALWAYS
    assert {summary.count for summary in read.record.metrics.values()} == {1}
    assert 0 < read.metrics["system/memory_percent"] < 100
    assert 0 < read.metrics["system/disk_percent"] <= 100
    assert read.metrics["system/process_memory_bytes"] > 1_000_000


def test_nothing_is_sampled_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with mltrack.start_run() as run:
        pass
    assert sampled(run.id) == set()
    monkeypatch.setenv("MLTRACK_SYSTEM_METRICS", "true")
    with mltrack.start_run() as run:
        pass
    assert sampled(run.id) == ALWAYS
    with mltrack.start_run(system_metrics=False) as run:
        pass
    assert sampled(run.id) == set()


def test_a_run_that_a_log_call_began_samples_where_the_setting_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLTRACK_SYSTEM_METRICS", "1")
    mltrack.log_param("lr", 1)
    run = mltrack.active_run()
    assert run is not None
    run.finish()
    assert sampled(run.id) == ALWAYS


def test_samples_follow_each_other_while_the_run_goes_on(programs: Programs) -> None:
    done = programs.run(
        """
import mltrack, time
with mltrack.start_run(system_metrics=True) as run:
    until = time.monotonic() + 60
    while not mltrack.get_run(run.id).history("system/memory_percent") and time.monotonic() < until:
        time.sleep(0.05)
""",
        env={"MLTRACK_SYSTEM_METRICS_SECONDS": "1"},
    )
    assert done.err.count("mltrack:") == 1  # the store is made
    history = mltrack.get_run("1").history("system/memory_percent")
    assert [point.step for point in history][:2] == [0, 1]


def test_a_busy_process_is_seen_to_be_busy(programs: Programs) -> None:
    programs.run(
        """
import mltrack, time
with mltrack.start_run(system_metrics=True):
    until = time.process_time() + 0.3
    while time.process_time() < until:
        pass
"""
    )
    metrics = mltrack.get_run("1").metrics
    assert 0 < metrics["system/cpu_percent"] <= 100
    assert metrics["system/process_cpu_percent"] > 0


def test_listings_for_people_leave_them_out_and_programs_have_them() -> None:
    from mltrack.api.runs.rows import telling_table, whole_table

    with mltrack.start_run(system_metrics=True) as run:
        run.log_metric("loss", 1)
    records = [mltrack.get_run(run.id).record]
    shown = [name for name in telling_table(records).columns if name.startswith("metrics.")]
    assert shown == ["metrics.loss"]
    assert "metrics.system/memory_percent" in whole_table(records).columns


class Log:
    """Keeps readings, and tells when there are some."""

    def __init__(self) -> None:
        self.kept: list[dict[str, float]] = []
        self.came = threading.Event()

    def __call__(self, readings: dict[str, float]) -> None:
        self.kept.append(readings)
        self.came.set()


def counting() -> Callable[[], dict[str, float]]:
    numbers: Iterator[int] = iter(range(10**9))
    return lambda: {"n": next(numbers)}


def test_a_stopped_sampler_has_taken_a_last_reading_and_takes_no_more() -> None:
    log = Log()
    sampler = Sampler(counting(), log, 0.001)
    sampler.start()
    assert log.came.wait(PATIENCE_SECONDS)
    sampler.stop()
    kept = len(log.kept)
    assert kept >= 2
    sampler.stop()
    assert len(log.kept) == kept


def test_a_reading_that_waits_for_this_very_thread_is_not_waited_for() -> None:
    lock, reading, log = threading.RLock(), threading.Event(), Log()

    def stuck() -> dict[str, float]:
        reading.set()
        with lock:
            return {"n": 1}

    sampler = Sampler(stuck, log, 0.001)
    with lock:
        sampler.start()
        assert reading.wait(PATIENCE_SECONDS)
        sampler.stop()
        assert log.kept == []


@pytest.mark.parametrize("error", [UsageError("the run has ended"), RuntimeError("driver")])
def test_a_failure_ends_the_sampling_and_nothing_else(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: dict[str, float]) -> None:
        raise error

    sampler = Sampler(counting(), fail, 1000)
    sampler.stop()
    said = capsys.readouterr().err
    assert ("system metrics: nothing more is logged" in said) == isinstance(error, RuntimeError)


def test_a_forked_child_neither_samples_nor_ends_the_sampling(programs: Programs) -> None:
    programs.run(
        """
import mltrack, os
with mltrack.start_run(system_metrics=True) as run:
    if not os.fork():
        run.log_metric("child", 1)
        run.finish()
        os._exit(0)
    os.wait()
"""
    )
    run = mltrack.get_run("1")
    assert len(run.record.writers) == 2
    assert run.metrics["child"] == 1
    assert run.record.metrics["system/memory_percent"].count == 1


def test_a_sampler_that_a_child_inherited_does_nothing_there(programs: Programs) -> None:
    done = programs.run(
        """
import os
from mltrack.tracking.system_metrics import Sampler
kept = []
sampler = Sampler(lambda: {"n": 1}, kept.append, 1000)
if not os.fork():
    sampler.stop()
    os._exit(len(kept))
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""
    )
    assert done.out == "0\n"


def test_the_thread_does_not_keep_a_program_alive(programs: Programs) -> None:
    programs.run("import mltrack; mltrack.start_run(system_metrics=True)")
    run = mltrack.get_run("1")
    assert (run.status, sampled(run.id)) == ("finished", ALWAYS)


def test_a_run_that_a_signal_ends_has_its_last_sample(programs: Programs) -> None:
    process = programs.start(
        "import mltrack, time; mltrack.start_run(system_metrics=True); print('on', flush=True)\n"
        "while True: time.sleep(0.01)"
    )
    process.terminate()
    process.communicate(timeout=PATIENCE_SECONDS)
    run = mltrack.get_run("1")
    assert (run.status, sampled(run.id)) == ("killed", ALWAYS)


WITHOUT = "import sys; sys.modules['psutil'] = None\n"


def test_without_psutil_asking_in_code_raises_before_a_run_begins(programs: Programs) -> None:
    done = programs.run(
        WITHOUT + "import mltrack; mltrack.start_run(system_metrics=True)", ok=False
    )
    assert "pip install 'mltrack-local[system]'" in done.err
    assert not Path(".mltrack").exists()


def test_without_psutil_a_setting_costs_a_notice(programs: Programs) -> None:
    done = programs.run(
        WITHOUT + "import mltrack\nfor _ in range(2): mltrack.start_run().finish()",
        env={"MLTRACK_SYSTEM_METRICS": "true"},
    )
    assert done.err.count("pip install 'mltrack-local[system]'") == 1
    assert [run.status for run in mltrack.search_runs()] == ["finished", "finished"]


def test_a_disk_that_refuses_a_sample_costs_drops_and_no_training(programs: Programs) -> None:
    (programs.folder / ".mltrack").write_text("a file where the store would be")
    done = programs.run(
        "import mltrack\nwith mltrack.start_run(system_metrics=True): pass\nprint('trained')"
    )
    assert done.out == "trained\n"
    assert "system" not in done.err
    assert "lost" not in done.err


def test_a_gauge_that_broke_is_not_read_again(tmp_path: Path) -> None:
    calls = []

    def broken() -> dict[str, float]:
        calls.append(1)
        raise OSError("no such counter")

    gauges = Gauges(tmp_path)
    gauges._parts.append(broken)
    assert gauges.read().keys() >= {"memory_percent"}
    gauges.read()
    assert calls == [1]


def test_every_rank_but_the_first_names_its_metrics_its_own_way() -> None:
    ranks = [prefix_of({"RANK": str(n), "WORLD_SIZE": "2"}) for n in range(2)]
    assert ranks == ["system/", "system/rank1/"]
    assert prefix_of({}) == "system/"


@pytest.mark.parametrize(("ranks", "begins"), [("join", "system/rank1/"), ("separate", "system/")])
def test_a_rank_with_a_run_of_its_own_names_its_metrics_plainly(
    programs: Programs, ranks: str, begins: str
) -> None:
    programs.run(SAMPLE, env={"RANK": "1", "WORLD_SIZE": "2", "MLTRACK_RANKS": ranks})
    assert f"{begins}memory_percent" in mltrack.get_run("1").metrics


def test_a_share_is_of_the_time_since_the_look_before() -> None:
    share = Share()
    share.since(10, 100, "busy")
    share._at -= 1  # a second ago
    assert share.since(13, 104, "busy") == {"busy": 75}
    assert share.since(14, 105, "busy") == {}  # too soon
