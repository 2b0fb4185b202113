"""Whether the process that writes a run still lives."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mltrack.errors import StoreWriteError
from mltrack.store import liveness
from mltrack.store.liveness import Life, life_of, mark_of_this_process

linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
RUN_ID = "20260131-120000-abcdefgh"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".mltrack" / "local" / RUN_ID


def mark_of_other(pid: int) -> dict[str, Any]:
    return {**mark_of_this_process(), "pid": pid, "started": liveness.process_start(pid)}


def test_this_process_lives() -> None:
    assert life_of(mark_of_this_process()) is Life.ALIVE


def test_a_process_that_was_killed_is_gone_even_before_it_is_waited_for() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = mark_of_other(process.pid)
    assert life_of(mark) is Life.ALIVE
    process.kill()
    deadline = time.monotonic() + 10
    while life_of(mark) is not Life.GONE:
        assert time.monotonic() < deadline
    process.communicate()
    assert life_of(mark) is Life.GONE


@linux_only
def test_another_process_of_the_same_number_is_not_the_writer() -> None:
    assert life_of({**mark_of_this_process(), "started": "1"}) is Life.GONE


@linux_only
def test_after_a_restart_of_the_machine_the_writer_is_gone() -> None:
    assert life_of({**mark_of_this_process(), "boot": "another"}) is Life.GONE


@pytest.mark.parametrize(
    "change",
    [{"host": "elsewhere"}, {"namespace": "pid:[1]"}, {"pid": "x"}, {"pid": 0}, {"pid": 2**40}],
)
def test_what_cannot_be_known_is_never_guessed(change: dict[str, Any]) -> None:
    assert life_of({**mark_of_this_process(), **change}) is Life.UNKNOWN


def test_a_mark_without_bytes_is_what_a_power_cut_left() -> None:
    assert life_of({}) is Life.GONE


def test_a_mark_that_cannot_be_read_tells_nothing(folder: Path) -> None:
    (folder / "main.writer").mkdir(parents=True)
    assert life_of(liveness.marks_in(folder)["main"]) is Life.UNKNOWN


def test_a_run_that_no_process_holds_open_lives() -> None:
    mark = mark_of_this_process(process=False)
    assert "pid" not in mark
    assert life_of({**mark, "boot": "another"}) is Life.ALIVE


def test_marks_are_read_back_and_removed(folder: Path) -> None:
    liveness.write_mark(folder, "main", {"pid": 1})
    liveness.write_mark(folder, "qrstuvwx", {"pid": 2})
    assert liveness.marks_in(folder) == {"main": {"pid": 1}, "qrstuvwx": {"pid": 2}}
    assert liveness.open_runs(folder.parent) == [RUN_ID]
    liveness.remove_mark(folder, "main")
    assert liveness.marks_in(folder) == {"qrstuvwx": {"pid": 2}}


def test_a_run_is_forgotten_only_when_no_mark_is_left(folder: Path) -> None:
    liveness.write_mark(folder, "main", {"pid": 1})
    liveness.forget_open(folder.parent, RUN_ID)
    assert liveness.open_runs(folder.parent) == [RUN_ID]
    liveness.remove_mark(folder, "main")
    liveness.forget_open(folder.parent, RUN_ID)
    assert liveness.open_runs(folder.parent) == []


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_a_damaged_mark_says_nothing(folder: Path, data: bytes) -> None:
    liveness.write_mark(folder, "main", {})
    (folder / "main.writer").write_bytes(data)
    assert liveness.marks_in(folder) == {"main": {}}


def test_no_marks_is_no_error(folder: Path) -> None:
    assert liveness.marks_in(folder) == {}
    assert liveness.open_runs(folder.parent) == []
    liveness.remove_mark(folder, "main")
    liveness.forget_open(folder.parent, RUN_ID)


def test_a_disk_that_refuses_a_mark_is_an_error_that_names_it(folder: Path) -> None:
    folder.parent.parent.mkdir(parents=True)
    folder.parent.write_bytes(b"a file where a folder must be")
    with pytest.raises(StoreWriteError, match="could not write"):
        liveness.write_mark(folder, "main", {})


def test_the_process_start_of_nobody_is_empty() -> None:
    assert liveness.process_start(os.getpid()) == mark_of_this_process()["started"]
    assert liveness.process_start(2**22 + 1) == ""
