"""What waits for the disk, and when, is what the setting says."""

import pytest

from tests.support.programs import Programs

COUNTING = """
import sys
counts = [0]
def profile(frame, event, function):
    counts[0] += event == "c_call" and function.__name__ == "fsync"
import mltrack
mltrack.start_run().finish()
def syncs(call):
    counts[0] = 0
    sys.setprofile(profile)
    call()
    sys.setprofile(None)
    return counts[0]
run = None
def start():
    global run
    run = mltrack.start_run()
def log():
    for step in range(3):
        run.log_metric("loss", 1.0)
print(syncs(start) > 0, syncs(log), syncs(lambda: run.finish()) > 0)
"""


@pytest.mark.parametrize(
    ("durability", "said"),
    [("none", "False 0 False"), ("normal", "True 0 True"), ("full", "True 3 True")],
)
def test_rows_wait_for_the_disk_only_where_that_is_asked_for(
    programs: Programs, durability: str, said: str
) -> None:
    done = programs.run(COUNTING, env={"MLTRACK_DURABILITY": durability})
    assert done.out.strip() == said


def test_rows_reach_the_disk_within_a_second(programs: Programs) -> None:
    program = """
import sys, threading, mltrack
synced = threading.Event()
def profile(frame, event, function):
    if event == "c_call" and function.__name__ == "fsync":
        synced.set()
threading.setprofile(profile)
run = mltrack.start_run()
run.log_metric("loss", 1.0)
print(synced.wait(10))
"""
    done = programs.run(program, env={"MLTRACK_DURABILITY": "normal"})
    assert done.out.strip() == "True"
