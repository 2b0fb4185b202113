"""Taking the journal away under a live run loses no row, and bringing it back doubles none."""

import shutil
from pathlib import Path
from threading import Event

import pytest

import mltrack
from mltrack.api.tracking.active import ActiveRun
from mltrack.store.store import Store
from mltrack.tracking import open_runs
from tests.support.repository import Repository


@pytest.fixture
def run() -> ActiveRun:
    """Return a live run with three rows, whose folder is there."""
    run = mltrack.start_run(name="moving", tags={"kept": True})
    for step in range(3):
        run.log_metric("loss", float(step))
    run.log_param("lr", 0.1)
    return run


def look_after() -> None:
    """Do what the run's own thread does every second."""
    live = open_runs.active()
    assert live is not None
    live.look_after()


def folder_of(store: Store, run_id: str) -> Path:
    return store.layout.run_folder(run_id)


def assert_whole(run_id: str, steps: int) -> None:
    """Every row is there, once; the run has all that it began with."""
    read = mltrack.get_run(run_id)
    assert [(p.step, p.value) for p in read.history("loss", all=True)] == [
        (step, float(step)) for step in range(steps)
    ]
    assert read.record.metrics["loss"].count == steps
    assert (read.name, read.params, read.tags) == ("moving", {"lr": 0.1}, {"kept": True})


def test_a_folder_that_was_removed_is_made_again(store: Store, run: ActiveRun) -> None:
    shutil.rmtree(folder_of(store, run.id))
    run.log_metric("loss", 3.0)
    look_after()
    run.log_metric("loss", 4.0)
    assert_whole(run.id, 5)
    assert mltrack.get_run(run.id).status == "running"
    run.finish()
    assert_whole(run.id, 5)
    assert mltrack.get_run(run.id).status == "finished"


def test_the_end_of_a_run_looks_after_it_too(store: Store, run: ActiveRun) -> None:
    shutil.rmtree(folder_of(store, run.id))
    run.log_metric("loss", 3.0)
    run.finish("failed")
    assert_whole(run.id, 4)
    assert mltrack.get_run(run.id).status == "failed"


def test_what_was_captured_at_the_start_is_written_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, project: Repository
) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "true")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "true")
    project.write("new.py", "print()\n")
    run = mltrack.start_run()
    before = {p.name: p.read_bytes() for p in folder_of(store, run.id).iterdir()}
    shutil.rmtree(folder_of(store, run.id))
    look_after()
    after = {p.name: p.read_bytes() for p in folder_of(store, run.id).iterdir()}
    run.finish()
    assert {"environment.txt", "code.patch.gz", "run.yaml"} <= before.keys()
    assert after == {k: v for k, v in before.items() if k != "metrics.jsonl"}


def test_a_journal_alone_that_was_removed_loses_nothing(store: Store, run: ActiveRun) -> None:
    (folder_of(store, run.id) / "metrics.jsonl").unlink()
    run.log_metric("loss", 3.0)
    look_after()
    run.log_metric("loss", 4.0)
    run.finish()
    assert_whole(run.id, 5)


@pytest.mark.parametrize("after_end", [True, False])
def test_a_folder_that_comes_back_doubles_nothing(
    store: Store, run: ActiveRun, tmp_path: Path, after_end: bool
) -> None:
    folder = folder_of(store, run.id)
    shutil.move(folder, tmp_path / "away")
    run.log_metric("loss", 3.0)
    look_after()
    run.log_metric("loss", 4.0)
    if after_end:
        run.finish()
    shutil.rmtree(folder)
    shutil.move(tmp_path / "away", folder)
    assert_whole(run.id, 5)
    run.finish()
    assert_whole(run.id, 5)


def test_a_journal_replaced_by_an_older_one_loses_nothing(store: Store, run: ActiveRun) -> None:
    journal = folder_of(store, run.id) / "metrics.jsonl"
    older = b"".join(journal.read_bytes().splitlines(keepends=True)[:2])
    journal.unlink()
    journal.write_bytes(older)
    run.log_metric("loss", 3.0)
    look_after()
    assert_whole(run.id, 4)
    run.finish()
    assert_whole(run.id, 4)
    assert journal.read_bytes() == older


def test_a_run_may_be_moved_again_and_again(store: Store, run: ActiveRun) -> None:
    for step in range(3, 8):
        for folder in (store.root / "runs").glob("*/*/*"):
            shutil.rmtree(folder)
        run.log_metric("loss", float(step))
        look_after()
    assert_whole(run.id, 8)
    run.finish()
    assert_whole(run.id, 8)


def test_the_old_folders_may_all_come_back(store: Store, run: ActiveRun, tmp_path: Path) -> None:
    for step in range(3, 6):
        for folder in (store.root / "runs").glob("*/*/*"):
            shutil.copytree(folder, tmp_path / "kept" / folder.name, dirs_exist_ok=True)
            shutil.rmtree(folder)
        run.log_metric("loss", float(step))
        look_after()
    run.finish()
    for folder in (tmp_path / "kept").iterdir():
        target = folder_of(store, run.id).parent / folder.name
        if not target.exists():
            shutil.copytree(folder, target)
    assert_whole(run.id, 6)
    assert mltrack.get_run(run.id).status == "finished"


def test_git_may_take_away_and_bring_back_a_run_that_was_added_by_force(
    store: Store, run: ActiveRun, project: Repository
) -> None:
    project.git("add", "--all")
    project.git("add", "--force", str(folder_of(store, run.id)))
    project.git("commit", "-qm", "What one should not do")
    run.log_metric("loss", 3.0)
    project.git("stash", "--quiet")
    look_after()
    run.log_metric("loss", 4.0)
    project.git("checkout", "--quiet", "HEAD~1")
    look_after()
    run.log_metric("loss", 5.0)
    project.git("checkout", "--quiet", "--force", "main")
    look_after()
    run.log_metric("loss", 6.0)
    run.finish()
    project.git("checkout", "--quiet", "--", ".")
    assert_whole(run.id, 7)


def test_clean_with_the_option_that_takes_everything_loses_no_row(
    store: Store, run: ActiveRun, project: Repository
) -> None:
    project.git("clean", "-fdxq")
    run.log_metric("loss", 3.0)
    look_after()
    assert mltrack.get_run(run.id).status == "running"
    assert run.id not in project.git("status", "--porcelain", "-uall")
    run.finish()
    assert_whole(run.id, 4)
    assert run.id in project.git("status", "--porcelain", "-uall")


def test_a_resumer_whose_folder_was_removed_goes_on(store: Store, run: ActiveRun) -> None:
    run.finish()
    with mltrack.start_run(resume=run.id) as again:
        again.log_metric("loss", 3.0)
        (folder,) = folder_of(store, run.id).parent.glob(f"{run.id}+*")
        shutil.rmtree(folder)
        look_after()
        again.log_metric("loss", 4.0)
    assert_whole(run.id, 5)
    assert mltrack.get_run(run.id).status == "finished"


def test_files_that_are_logged_after_the_move_are_there(
    store: Store, run: ActiveRun, tmp_path: Path
) -> None:
    file = tmp_path / "late.txt"
    file.write_text("late")
    shutil.rmtree(folder_of(store, run.id))
    look_after()
    run.log_artifact(file)
    run.finish()
    assert mltrack.get_run(run.id).artifact_path("late.txt").read_text() == "late"


def test_a_move_that_the_disk_refuses_is_tried_again(
    store: Store, run: ActiveRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = folder_of(store, run.id).parent
    shutil.move(day, tmp_path / "day")
    day.write_text("in the way")
    run.log_metric("loss", 3.0)
    look_after()
    look_after()
    assert capsys.readouterr().err.count("not safe yet") == 1
    day.unlink()
    look_after()
    run.finish()
    assert_whole(run.id, 4)


def test_the_runs_own_thread_notices_within_a_second_or_two(store: Store, run: ActiveRun) -> None:
    shutil.rmtree(folder_of(store, run.id))
    waiting = Event()
    for _ in range(100):
        if list(folder_of(store, run.id).parent.glob(f"{run.id}+*")):
            break
        waiting.wait(0.1)
    assert_whole(run.id, 3)
