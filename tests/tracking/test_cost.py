"""What a run and a log call cost, in what does not depend on the machine: calls, files, bytes."""

from pathlib import Path

import pytest

from mltrack.store.store import Store
from tests.support.programs import Programs
from tests.support.repository import Repository

RUN = """
import mltrack
def one():
    run = mltrack.start_run()
    for n in range(10):
        run.log_param(f"param{n}", n * 0.1 if n % 2 else f"value{n}")
    for n in range(5):
        run.log_metric(f"metric{n}", 0.5 * n)
    for n in range(3):
        run.set_tag(f"tag{n}", f"text{n}")
    run.finish()
    return run.id
"""
COUNTING = """
import collections, sys
def counted(call):
    counts = collections.Counter()
    def profile(frame, event, function):
        if event == "c_call" and function.__module__ == "posix":
            counts[function.__name__] += 1
    sys.setprofile(profile)
    call()
    sys.setprofile(None)
    return counts
"""


@pytest.fixture(autouse=True)
def capturing(monkeypatch: pytest.MonkeyPatch, project: Repository) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "true")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "true")
    project.write("train.py", "print()\n")
    project.commit("Add a program")


def test_a_run_waits_for_the_disk_six_times(programs: Programs) -> None:
    program = f"{RUN}{COUNTING}one()\nprint(counted(one)['fsync'])"
    said = programs.run(program, env={"MLTRACK_DURABILITY": "normal"}).out
    assert int(said) == 6


def test_a_run_that_is_clean_starts_no_process_once_its_code_is_known(
    programs: Programs,
) -> None:
    still = "from mltrack.tracking import worktree\nworktree.STILL_SECONDS = -9.0\n"
    program = f"{RUN}{still}one(); one()\nimport os\nos.environ['PATH'] = ''\nprint(one())"
    run_id = programs.run(program).out.strip()
    assert '"error"' not in _record(programs.folder, run_id)
    assert "commit:" in _record(programs.folder, run_id)


def _record(project: Path, run_id: str) -> str:
    return (Store(project / ".mltrack").layout.run_folder(run_id) / "run.yaml").read_text()


def test_a_run_is_three_files_and_little_beside_its_packages(
    programs: Programs, project: Repository
) -> None:
    run_id = programs.run(f"{RUN}print(one())").out.strip()
    folder = Store(project.path / ".mltrack").layout.run_folder(run_id)
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert sizes.keys() == {"run.yaml", "metrics.jsonl", "environment.txt"}
    assert sizes["run.yaml"] + sizes["metrics.jsonl"] <= 2_700


@pytest.mark.parametrize(
    ("call", "bytes_each"),
    [
        ("run.log_metric('loss', 0.1 * turn)", 75),
        ("run.log_metrics({f'm{n}': 0.1 * n for n in range(20)})", 20 * 32),
        ("run.log_param('lr', turn)", 60),
    ],
)
def test_a_log_call_is_one_call_of_the_system(
    programs: Programs, project: Repository, call: str, bytes_each: int
) -> None:
    program = f"""{COUNTING}
import mltrack
run = mltrack.start_run()
def log():
    for turn in range(100):
        {call}
log()
print(dict(counted(log)), run.id)
run.finish()
"""
    said, _, run_id = programs.run(program).out.strip().rpartition(" ")
    assert said == "{'write': 100}"
    folder = Store(project.path / ".mltrack").layout.run_folder(run_id)
    assert (folder / "metrics.jsonl").stat().st_size <= 200 * bytes_each + 400
