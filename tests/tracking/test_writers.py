"""Threads, forks, spawned workers and joining processes write one run between them."""

import os
import platform
import sys
import threading
from collections.abc import Iterator

import pytest

import mltrack
from mltrack.store.journal_reader import read_rows
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.support.programs import Programs

FORK = """
import os, mltrack
run = mltrack.start_run()
run.log_metric("loss", 1.0, step=0)
run.log_param("lr", 1)
child = os.fork()
if not child:
    mltrack.log_metric("loss", 2.0)
    mltrack.log_param("lr", 2)
    open("of_child.txt", "w").write("child")
    mltrack.log_artifact("of_child.txt")
    os._exit(0)
os.waitpid(child, 0)
run.log_metric("loss", 3.0)
open("of_parent.txt", "w").write("parent")
run.log_artifact("of_parent.txt")
run.finish()
"""


def test_a_forked_child_writes_to_the_same_run_as_a_writer_of_its_own(programs: Programs) -> None:
    programs.run(FORK)
    run = mltrack.get_run("1")
    assert sorted(p.value for p in run.history("loss")) == [1.0, 2.0, 3.0]
    assert run.params == {"lr": 2}
    assert [entry.path for entry in run.artifacts] == ["of_child.txt", "of_parent.txt"]
    assert run.artifact_path("of_child.txt").read_text() == "child"
    assert (run.status, len(run.record.writers)) == ("finished", 2)


def test_a_child_that_logs_on_after_the_end_loses_nothing(programs: Programs) -> None:
    programs.run("""
import os, mltrack
run = mltrack.start_run()
ready, wrote = os.pipe()
ended, end = os.pipe()
child = os.fork()
if not child:
    mltrack.log_metric("loss", 1.0)
    os.write(wrote, b"x")
    os.read(ended, 1)
    mltrack.log_metric("loss", 2.0)
    mltrack.log_metric("late", 3.0)
    os._exit(0)
os.read(ready, 1)
run.finish()
os.write(end, b"x")
os.waitpid(child, 0)
""")
    run = mltrack.get_run("1")
    assert (run.metrics, run.status) == ({"loss": 2.0, "late": 3.0}, "finished")


def test_a_child_may_fork_again_and_leave_without_a_word(programs: Programs) -> None:
    programs.run("""
import os, mltrack
with mltrack.start_run() as run:
    for depth in range(3):
        if os.fork():
            os.wait()
            break
        mltrack.log_metric("depth", depth, step=depth)
    if depth:
        os._exit(0)
    run.log_metric("done", 1)
""")
    run = mltrack.get_run("1")
    assert [p.value for p in run.history("depth")] == [0, 1, 2]
    assert (run.metrics["done"], run.status) == (1, "finished")


def test_a_child_that_leaves_the_with_block_does_not_end_the_run(programs: Programs) -> None:
    programs.run("""
import os, sys, mltrack
with mltrack.start_run() as run:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        assert mltrack.get_run(run.id).status == "running"
        run.log_metric("after", 1)
""")
    assert mltrack.get_run("1").metrics == {"after": 1}


def test_a_fork_while_another_thread_logs_does_not_hang(programs: Programs) -> None:
    programs.run("""
import os, threading, mltrack
inside, forked = threading.Event(), threading.Event()
class Slow:
    def __index__(self):
        inside.set()
        forked.wait()
        return 7
run = mltrack.start_run()
thread = threading.Thread(target=run.log_metric, args=("slow", 1.0, Slow()))
thread.start()
inside.wait()
child = os.fork()
if not child:
    mltrack.log_metric("child", 2.0)
    os._exit(0)
os.waitpid(child, 0)
forked.set()
thread.join()
run.finish()
""")
    run = mltrack.get_run("1")
    assert (run.metrics, run.status) == ({"slow": 1.0, "child": 2.0}, "finished")


def test_workers_of_a_run_die_of_sigterm_like_any_other(programs: Programs) -> None:
    programs.run("""
import multiprocessing, os, signal, mltrack
run = mltrack.start_run()
assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
if not os.fork():
    run.log_metric("loss", 1)
    os._exit(signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL)
assert os.wait()[1] == 0
for _ in range(40):
    with multiprocessing.get_context("fork").Pool(3) as pool:
        pool.map(abs, [1])
run.finish()
""")
    assert mltrack.get_run("1").status == "finished"


def test_a_child_of_a_run_that_has_ended_cannot_log_to_it(programs: Programs) -> None:
    done = programs.run("""
import os, mltrack
run = mltrack.start_run()
run.finish()
if not os.fork():
    try:
        run.log_metric("loss", 1)
    except mltrack.UsageError as error:
        print(error, flush=True)
    os._exit(0)
os.wait()
""")
    assert "has ended" in done.out


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_share_one_run_and_take_different_steps(restless: None) -> None:
    def work() -> None:
        for _ in range(200):
            mltrack.log_metric("loss", 1.0)

    with mltrack.start_run() as run:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [p.step for p in mltrack.get_run(run.id).history("loss")] == list(range(800))


def test_threads_that_log_without_a_run_begin_one_between_them(store: Store) -> None:
    barrier = threading.Barrier(8)

    def work(number: int) -> None:
        barrier.wait()
        mltrack.log_param(f"p{number}", number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (record,) = list_runs(store).runs
    assert len(record.params) == 8


def test_a_spawned_worker_writes_to_the_run_that_it_is_handed(programs: Programs) -> None:
    path = programs.write("""
import multiprocessing, sys, mltrack
def work(run, number):
    run.log_metric("loss", number, step=number)
    mltrack.log_param(f"p{number}", number)
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with mltrack.start_run() as run:
        workers = [context.Process(target=work, args=(run, n)) for n in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
            assert worker.exitcode == 0
""")
    programs.run(f"import runpy; runpy.run_path({str(path)!r}, run_name='__main__')")
    run = mltrack.get_run("1")
    assert [p.value for p in run.history("loss")] == [0, 1]
    assert (run.params, run.status) == ({"p0": 0, "p1": 1}, "finished")


def test_a_log_call_without_a_run_starts_one(programs: Programs) -> None:
    done = programs.run("import mltrack; mltrack.log_metric('loss', 0.5)")
    run = mltrack.get_run("1")
    assert (run.metrics, run.status, run.name) == ({"loss": 0.5}, "finished", "run")
    assert done.err.count("\n") == 1
    assert "the store is made at" in done.err


def test_a_run_is_called_after_its_script(programs: Programs) -> None:
    path = programs.write("import mltrack; mltrack.log_param('a', 1)", "fit_model.py")
    programs.run(f"import runpy, sys; sys.argv = [{str(path)!r}]; runpy.run_path({str(path)!r})")
    assert mltrack.get_run("1").name == "fit_model"


def test_the_first_start_run_joins_the_given_run_and_the_second_makes_its_own(
    programs: Programs,
) -> None:
    with mltrack.start_run(name="outer") as outer:
        programs.run(
            """
import mltrack
with mltrack.start_run(params={"a": 1}) as first:
    first.log_metric("loss", 1)
with mltrack.start_run(name="inner") as second:
    second.log_metric("loss", 2)
""",
            env={"MLTRACK_RUN_ID": outer.id},
        )
        assert mltrack.get_run(outer.id).status == "running"
    assert mltrack.get_run(outer.id).params == {"a": 1}
    assert mltrack.get_run(outer.id).metrics == {"loss": 1}
    inner = mltrack.search_runs(where='name = "inner"')[0]
    assert (inner.metrics, inner.status) == ({"loss": 2}, "finished")


def test_a_log_call_joins_the_given_run(programs: Programs) -> None:
    with mltrack.start_run() as outer:
        programs.run("import mltrack; mltrack.log_param('a', 1)", env={"MLTRACK_RUN_ID": outer.id})
    assert mltrack.get_run(outer.id).params == {"a": 1}


@pytest.mark.parametrize("given", ["20260101-000000-aaaaaaaa", "nonsense", "../../etc"])
def test_a_given_run_that_is_not_here_is_a_usage_error(programs: Programs, given: str) -> None:
    done = programs.run(
        "import mltrack; mltrack.log_param('a', 1)", env={"MLTRACK_RUN_ID": given}, ok=False
    )
    assert done.code == 1
    assert f"MLTRACK_RUN_ID names the run {given!r}, which is not in" in done.err
    assert "unset MLTRACK_RUN_ID" in done.err


def test_a_writer_that_joins_does_not_take_the_step_of_another(programs: Programs) -> None:
    with mltrack.start_run() as outer:
        outer.log_metric("loss", 1.0, step=10)
        programs.run(
            "import mltrack; mltrack.log_metric('loss', 2)", env={"MLTRACK_RUN_ID": outer.id}
        )
    assert [p.step for p in mltrack.get_run(outer.id).history("loss")] == [10, 11]


def test_processes_that_begin_and_end_runs_at_once_do_not_disturb_each_other(
    programs: Programs, store: Store
) -> None:
    source = """
import sys, mltrack
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    with mltrack.start_run() as run:
        run.log_metric("loss", number)
"""
    processes = [programs.start(source) for _ in range(6)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    listing = list_runs(store)
    assert [run.status for run in listing.runs] == ["finished"] * 60
    assert {(run.dropped, run.metrics["loss"].count) for run in listing.runs} == {(0, 1)}
    assert listing.warnings == []
    assert list((store.root / "runs").rglob(".gitignore")) == []


def test_the_first_row_of_a_process_says_who_writes_and_what_it_saw(
    programs: Programs, store: Store
) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        programs.run("import mltrack; mltrack.log_param('a', 1)", env={"MLTRACK_RUN_ID": run.id})
        (creator,), (joined,) = (
            [next(read_rows(path)) for path in (store.root / "runs").glob(f"*/*/{name}/*.jsonl")]
            for name in (run.id, f"{run.id}+*")
        )
    assert creator is not None
    assert joined is not None
    assert {k: v for k, v in creator.items() if k != "time"} == {
        "writer": "main", "host": platform.node(), "pid": os.getpid(), "opens": True, "seen": {},
    }  # fmt: skip
    assert list(joined) == ["writer", "host", "pid", "seen", "time"]
    assert joined["seen"] == {"main": 2}


def test_no_folder_of_a_writer_stays_hidden_after_the_end(programs: Programs, store: Store) -> None:
    programs.run(FORK)
    assert list((store.root / "runs").rglob(".gitignore")) == []
    left = sorted(path.name for path in (store.root / "local").rglob("*"))
    assert left == [".gitignore", "open"]
