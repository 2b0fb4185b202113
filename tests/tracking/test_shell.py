"""Runs that no process holds open: begun, logged to and ended by processes that come and go."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mltrack
from mltrack.api.runs.changes import rename_run, tag_run
from mltrack.api.tracking.shell import Logged, finish_detached, log_to, start_detached
from mltrack.store.store import Store
from mltrack.tracking import shell
from mltrack.tracking.ending import finish
from tests.support.programs import Programs
from tests.support.repository import Repository

STEPS = 10
LOGGER = """
import sys
from mltrack.api.tracking.shell import Logged, log_to
run, number = sys.argv[1], int(sys.argv[2])
for step in range(10):
    log_to(run, Logged(metrics={f"m{number}": step, "shared": number}))
    log_to(run, Logged(params={f"p{number}.{step}": step}))
open(f"file{number}.txt", "w").write(str(number))
log_to(run, Logged(artifacts=[(f"file{number}.txt", None)]))
"""


def writers(run_id: str) -> list[str]:
    return list(mltrack.get_run(run_id).record.writers)


def test_a_run_is_begun_logged_to_and_ended_by_four_processes(programs: Programs) -> None:
    shell = "from mltrack.api.tracking.shell import *; "
    programs.run(shell + "start_detached(name='n', params={'a': 1}, tags={'t': 'x'})")
    programs.run(shell + "log_to(None, Logged(metrics={'loss': 1.0}, step=5))")
    programs.run(shell + "log_to(None, Logged(metrics={'loss': 0.5}))")
    assert mltrack.get_run("1").status == "running"
    programs.run(shell + "finish_detached()")
    run = mltrack.get_run("1")
    assert [(p.step, p.value) for p in run.history("loss")] == [(5, 1.0), (6, 0.5)]
    assert (run.name, run.params, run.tags, run.status) == ("n", {"a": 1}, {"t": "x"}, "finished")


def test_eight_processes_that_log_at_once_lose_nothing(project: Repository) -> None:
    run = start_detached()
    processes = [
        subprocess.Popen([sys.executable, "-c", LOGGER, run.id, str(n)], cwd=project.path)
        for n in range(8)
    ]
    assert [process.wait() for process in processes] == [0] * 8
    read = mltrack.get_run(run.id)
    for number in range(8):
        assert [p.value for p in read.history(f"m{number}")] == list(range(STEPS))
    shared = read.history("shared")
    assert [p.step for p in shared] == list(range(8 * STEPS))
    assert sorted(p.value for p in shared) == sorted(list(range(8)) * STEPS)
    assert len(read.params) == 8 * STEPS
    assert [entry.path for entry in read.artifacts] == [f"file{n}.txt" for n in range(8)]
    finished = finish_detached(run.id)
    assert finished.to_json()["summaries"] == read.to_json()["summaries"]
    assert finished.params == read.params


def test_the_calls_share_one_writer(project: Repository) -> None:
    run = start_detached()
    for step in range(5):
        log_to(run.id, Logged(metrics={"loss": step}))
    assert len(writers(run.id)) == 2
    finish_detached(run.id)
    assert len(writers(run.id)) == 2


def test_calls_share_a_writer_with_a_run_that_a_process_holds(project: Repository) -> None:
    with mltrack.start_run() as run:
        for step in range(3):
            log_to(run.id, Logged(metrics={"from_shell": step}))
        run.log_metric("loss", 1.0)
    read = mltrack.get_run(run.id)
    assert [p.value for p in read.history("from_shell")] == [0, 1, 2]
    assert len(read.record.writers) == 2


def test_what_is_logged_after_the_end_is_a_new_writer_that_git_sees_at_once(
    project: Repository,
) -> None:
    run = start_detached()
    log_to(run.id, Logged(metrics={"loss": 1}))
    finish_detached(run.id)
    project.commit("Commit the run")
    log_to(run.id, Logged(metrics={"late": 2}))
    changes = project.git("status", "--porcelain", "-uall").splitlines()
    assert len(changes) == 1
    assert f"{run.id}+" in changes[0]
    read = mltrack.get_run(run.id)
    assert (read.metrics, read.status) == ({"loss": 1, "late": 2}, "finished")


def test_a_run_taken_up_again_does_not_append_to_what_was_sealed(project: Repository) -> None:
    run = start_detached()
    log_to(run.id, Logged(metrics={"loss": 1}))
    finish_detached(run.id)
    project.commit("Commit the run")
    with mltrack.start_run(resume=run.id):
        log_to(run.id, Logged(metrics={"loss": 2}))
    assert project.git("diff", "--name-only") == ""
    assert [p.value for p in mltrack.get_run(run.id).history("loss")] == [1, 2]


def test_a_name_that_was_left_behind_does_not_lead_to_what_was_sealed(
    project: Repository, store: Store
) -> None:
    run = start_detached()
    log_to(run.id, Logged(metrics={"loss": 1}))
    finish_detached(run.id)
    project.commit("Commit the run")
    with mltrack.start_run(resume=run.id):
        sealed = writers(run.id)[1]
        (store.layout.local(run.id) / "shared-writer").write_text(sealed)
        log_to(run.id, Logged(metrics={"loss": 2}))
    assert project.git("diff", "--name-only") == ""


def test_a_call_that_began_before_the_end_and_ends_after_it_is_not_lost(store: Store) -> None:
    run = start_detached()
    log_to(run.id, Logged(metrics={"loss": 1}))
    live = shell._sharing(store, run.id)
    shell._end_detached(store, mltrack.get_run(run.id).record, "finished")
    live.log_metric("loss", 2)
    assert list((store.root / "runs").rglob(".gitignore"))
    finish(live)
    read = mltrack.get_run(run.id)
    assert ([p.value for p in read.history("loss")], read.status) == ([1, 2], "finished")
    assert list((store.root / "runs").rglob(".gitignore")) == []


def test_a_detached_run_is_never_lost(project: Repository, store: Store) -> None:
    run = start_detached()
    with mltrack.start_run():
        pass
    assert mltrack.get_run(run.id).status == "running"
    assert run.id not in project.git("status", "--porcelain", "-uall")


@pytest.mark.parametrize("status", ["finished", "failed", "killed", "lost"])
def test_a_detached_run_ends_as_it_is_told(project: Repository, status: str) -> None:
    run = start_detached()
    assert finish_detached(run.id, as_=status).status == status
    assert run.id in project.git("status", "--porcelain", "-uall")


def test_a_status_that_nobody_knows_is_a_usage_error(project: Repository) -> None:
    run = start_detached()
    with pytest.raises(mltrack.UsageError, match="a run ends as"):
        finish_detached(run.id, as_="done")


def test_ending_an_ended_run_is_a_usage_error(project: Repository) -> None:
    run = start_detached()
    finish_detached(run.id)
    with pytest.raises(mltrack.UsageError, match="has ended: it is finished"):
        finish_detached(run.id)


def test_a_run_that_a_living_process_holds_cannot_be_ended_from_outside(
    project: Repository,
) -> None:
    with mltrack.start_run() as run, pytest.raises(mltrack.ConflictError, match=str(os.getpid())):
        finish_detached(run.id)
    assert mltrack.get_run(run.id).status == "finished"


def test_how_a_lost_run_ended_is_never_guessed(programs: Programs) -> None:
    programs.run("import os, mltrack; mltrack.log_metric('loss', 1); os._exit(0)")
    with pytest.raises(mltrack.UsageError, match="nobody knows how run"):
        finish_detached("1")
    assert finish_detached("1", as_="failed").status == "failed"
    assert list(Path(".mltrack/runs").rglob(".gitignore")) == []


def test_without_a_name_the_only_open_run_is_meant(store: Store) -> None:
    with pytest.raises(mltrack.UsageError, match="no run is open here"):
        log_to(None, Logged(metrics={"loss": 1}))
    one = start_detached()
    assert log_to(None, Logged(metrics={"loss": 1})).id == one.id
    start_detached()
    with pytest.raises(mltrack.UsageError, match="2 runs are open"):
        log_to(None, Logged(metrics={"loss": 1}))


def test_the_variable_comes_before_the_only_open_run(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = start_detached(), start_detached()
    monkeypatch.setenv("MLTRACK_RUN_ID", one.id)
    assert log_to(None, Logged(tags={"a": 1})).id == one.id


def test_ending_keeps_keys_that_this_version_does_not_know(store: Store) -> None:
    run = start_detached(params={"a": 1})
    path = store.layout.run_folder(run.id) / "run.yaml"
    path.write_text(path.read_text() + "sponsor: [x, y]\nnested:\n  deep: true\n")
    log_to(run.id, Logged(params={"b": 2}, tags={"t": 1}))
    finish_detached(run.id)
    text = path.read_text()
    assert 'sponsor: ["x", "y"]\nnested:\n  deep: true\n' in text
    assert text.count("format: 1") == 1
    assert mltrack.get_run(run.id).params == {"a": 1, "b": 2}


def test_a_record_of_a_newer_format_is_not_rewritten(store: Store) -> None:
    run = start_detached()
    path = store.layout.run_folder(run.id) / "run.yaml"
    path.write_text(path.read_text().replace("format: 1", "format: 2"))
    before = path.read_bytes()
    with pytest.raises(mltrack.ConflictError, match="newer than this mltrack writes"):
        finish_detached(run.id)
    assert path.read_bytes() == before
    assert mltrack.get_run(run.id).status == "running"


def test_ending_writes_nothing_that_was_only_said_of_the_run(store: Store) -> None:
    run = start_detached(name="first")
    tag_run(run.id, {"said": "later"})
    rename_run(run.id, "second")
    finish_detached(run.id)
    text = (store.layout.run_folder(run.id) / "run.yaml").read_text()
    assert 'name: "first"' in text
    assert "later" not in text
    read = mltrack.get_run(run.id)
    assert (read.name, read.tags) == ("second", {"said": "later"})


def test_of_four_that_end_a_run_at_once_one_does(project: Repository) -> None:
    run = start_detached()
    ending = f"from mltrack.api.tracking.shell import *; finish_detached({run.id!r})"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ending], cwd=project.path, stderr=subprocess.DEVNULL
        )
        for _ in range(4)
    ]
    assert sorted(process.wait() for process in processes) == [0, 1, 1, 1]
    journal = next(Path(".mltrack/runs").rglob("metrics.jsonl")).read_text()
    assert journal.count('"ended"') == 1


@pytest.mark.parametrize("left", [b"", b"\0" * 8, b"../../..", b"qrstuvwx"])
def test_a_power_cut_in_the_name_of_the_shared_writer_costs_a_further_writer(
    left: bytes, store: Store
) -> None:
    run = start_detached()
    log_to(run.id, Logged(metrics={"loss": 1}))
    (store.layout.local(run.id) / "shared-writer").write_bytes(left)
    log_to(run.id, Logged(metrics={"loss": 2}))
    assert [p.value for p in mltrack.get_run(run.id).history("loss")] == [1, 2]
    assert len(writers(run.id)) == 3
