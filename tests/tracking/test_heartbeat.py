"""One quiet thread looks after all runs that a process holds open."""

import threading

import pytest

import mltrack
from mltrack.tracking.heartbeat import Heartbeat
from tests.support.programs import Programs


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "mltrack"]


def wait_for_its_end() -> None:
    for thread in threads():
        thread.join(30)


@pytest.fixture(autouse=True)
def alone() -> None:
    wait_for_its_end()


def test_one_thread_looks_after_all_runs_and_ends_after_the_last() -> None:
    for _ in range(2):
        runs = [mltrack.start_run() for _ in range(3)]
        assert len(threads()) == 1
        for run in runs:
            run.finish()
        wait_for_its_end()
        assert threads() == []


class Patient:
    """What a heartbeat looks after."""

    def __init__(self, *, fails: bool = False, waits: bool = False) -> None:
        self.fails = fails
        self.waits = waits
        self.seen = threading.Event()
        self.goes_on = threading.Event()

    def look_after(self) -> None:
        if self.waits:
            self.goes_on.wait(60)
        if self.fails:
            raise ZeroDivisionError
        self.seen.set()

    def beat(self) -> None:
        pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_in_the_care_for_one_run_is_none_for_another() -> None:
    patient = Patient()
    beats = [Heartbeat(Patient(fails=True), "store"), Heartbeat(patient, "store")]
    for beat in beats:
        beat.start()
    assert patient.seen.wait(30)
    for beat in beats:
        beat.stop()
    wait_for_its_end()
    assert threads() == []


def test_a_store_that_does_not_answer_holds_up_no_other() -> None:
    waiting, patient = Patient(waits=True), Patient()
    beats = [Heartbeat(waiting, "slow"), Heartbeat(patient, "quick")]
    for beat in beats:
        beat.start()
    assert patient.seen.wait(30)
    waiting.goes_on.set()
    for beat in beats:
        beat.stop()
    wait_for_its_end()
    assert threads() == []


def test_a_forked_child_has_a_thread_of_its_own_for_its_own_run(programs: Programs) -> None:
    done = programs.run("""
import os, threading, mltrack
outer = mltrack.start_run()
if not os.fork():
    alone = threading.active_count()
    inner = mltrack.start_run()
    print(alone, threading.active_count(), flush=True)
    inner.finish()
    os._exit(0)
os.wait()
outer.finish()
""")
    assert done.out.split() == ["1", "2"]
