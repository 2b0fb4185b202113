"""What logging asks of the system and leaves on the disk: counts that no machine changes."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

import mltrack
from mltrack.api.tracking.active import ActiveRun
from tests.benchmarks.place import Place
from tests.benchmarks.races import MLTRACK, raced
from tests.support.repository import Repository

POINTS = 200
SYSTEM = {"posix", "fcntl", "io", "_io", "mmap", "select", "_socket", "_posixsubprocess"}
"""The modules through which Python asks the system for anything."""


@pytest.fixture
def project(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository in which the test stands."""
    monkeypatch.chdir(repo.path)
    return repo.path


def _calls(act: Callable[[int], object]) -> Counter[str]:
    """Return which calls of the system an act makes, done so often."""
    found: Counter[str] = Counter()

    def hear(_: FrameType, event: str, called: object) -> None:
        if event == "c_call" and _module_of(called) in SYSTEM:
            found[getattr(called, "__name__", "")] += 1

    for step in range(3):  # what is done once a run, or once a name, is not of a point
        act(step)
    sys.setprofile(hear)
    try:
        for step in range(3, 3 + POINTS):
            act(step)
    finally:
        sys.setprofile(None)
    return found


def _module_of(called: object) -> str:
    owner = type(getattr(called, "__self__", None)).__module__
    return str(getattr(called, "__module__", None) or owner)


def _run_that(act: Callable[[ActiveRun, int], object]) -> Counter[str]:
    with mltrack.start_run() as run:
        return _calls(lambda step: act(run, step))


ONE_WRITE: dict[str, Callable[[ActiveRun, int], object]] = {
    "a metric": lambda run, step: run.log_metric("loss", step * 0.37, step=step),
    "a metric without a step": lambda run, step: run.log_metric("loss", step * 0.37),
    "20 metrics": lambda run, step: run.log_metrics({f"m{n}": step * 0.37 for n in range(20)}),
    "a parameter": lambda run, step: run.log_param(f"param_{step}", step),
    "20 parameters": lambda run, step: run.log_params({f"{step}_{n}": n for n in range(20)}),
    "a tag": lambda run, step: run.set_tag("kind", f"{step}"),
}


@pytest.mark.parametrize("what", ONE_WRITE)
def test_a_logged_thing_is_one_write_and_no_other_call(project: Path, what: str) -> None:
    assert _run_that(ONE_WRITE[what]) == {"write": POINTS}


def test_the_count_sees_every_way_to_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "file"

    def act(_: int) -> None:
        file.write_bytes(b"x")
        os.stat(file)  # noqa: PTH116 - this is what is counted
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    found = _calls(act)
    wanted = {"open": 2 * POINTS, "write": POINTS}
    wanted |= dict.fromkeys(("stat", "fsync", "close"), POINTS)
    assert found | wanted == found
    assert {name: found[name] for name in ("fsync", "close", "stat")} == dict.fromkeys(
        ("fsync", "close", "stat"), POINTS
    )


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux counts bytes")
def test_the_system_is_given_the_bytes_of_the_row_and_nothing_more(project: Path) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 0.5, step=0)
        journal = next(project.glob(".mltrack/runs/*/*/*/metrics.jsonl"))
        before, size = _written(), journal.stat().st_size
        for step in range(POINTS):
            run.log_metric("loss", 0.5, step=step)
        after, grown = _written(), journal.stat().st_size - size
    assert after["wchar"] - before["wchar"] == grown
    assert after["syscw"] - before["syscw"] == POINTS


def _written() -> dict[str, int]:
    """Return how often, and how much, this process has written."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return {name: int(count) for name, count in (line.split(": ") for line in lines)}


def test_a_row_holds_its_step_time_name_and_value_and_little_else(project: Path) -> None:
    with mltrack.start_run() as run:
        journal = next(project.glob(".mltrack/runs/*/*/*/metrics.jsonl"))
        size = journal.stat().st_size
        run.log_metric("loss", 0.5, step=1)
        run.log_metrics({f"m{n:02d}": 0.5 for n in range(20)}, step=2)
        one, many = journal.read_bytes()[size:].splitlines(keepends=True)
    facts = len("1" + "1795836770.849" + '"loss"' + "0.5")
    assert len(one) - facts <= 32
    assert len(many) <= 50 + 20 * len('"m00":0.5,')


@pytest.mark.parametrize(("patch", "files"), [(False, 3), (True, 4)])
def test_a_run_leaves_few_files(repo: Repository, tmp_path: Path, patch: bool, files: int) -> None:
    place = Place(tmp_path, tmp_path / "scratch")
    repo.write("README.md", "# Changed\n" if patch else "# A project\n")
    counts = []
    for _ in range(2):
        raced(place, MLTRACK, repo.path, runs=4)
        counts.append(sum(path.is_file() for path in repo.path.glob(".mltrack/**/*")))
    assert (counts[1] - counts[0]) / 7 == files
