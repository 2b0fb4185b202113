"""Notes on runs: who, when, what, and never a secret."""

import pytest

import mltrack
from mltrack.store.store import Store
from tests.support.repository import Repository


@pytest.fixture
def run_id(project: Repository) -> str:
    """Return a finished run that is committed on main."""
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
    project.commit("Record a run")
    return run.id


def texts(run_id: str) -> list[str]:
    return [note.text for note in mltrack.get_run(run_id).record.notes]


def test_a_note_says_who_and_when(run_id: str) -> None:
    mltrack.note_run(run_id, "the good one\nby far\n")
    (note,) = mltrack.get_run(run_id).to_json()["notes"]
    assert (note["text"], note["by"]) == ("the good one\nby far", "ada@example.org")
    assert note["time"].endswith("Z")


def test_notes_stand_in_their_order(run_id: str) -> None:
    for text in ("one", "two", "three"):
        mltrack.note_run(run_id, text)
    assert texts(run_id) == ["one", "two", "three"]


def test_a_live_run_can_be_noted() -> None:
    with mltrack.start_run() as run:
        mltrack.note_run(run.id, "looks good so far")
    assert texts(run.id) == ["looks good so far"]


def test_a_secret_in_a_note_is_masked_and_said(
    run_id: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    mltrack.note_run(run_id, "use password=hunter2-hunter2")
    assert texts(run_id) == ["use password=****"]
    assert "the note holds what looks like a secret" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", " \n ", "x" * 65_537])
def test_a_note_that_says_nothing_or_too_much_is_refused(run_id: str, text: str) -> None:
    with pytest.raises(mltrack.BadValueError, match="the note is"):
        mltrack.note_run(run_id, text)
    assert texts(run_id) == []


def test_a_note_that_a_removal_had_not_seen_keeps_the_run(run_id: str, project: Repository) -> None:
    project.branch("ours")
    mltrack.remove_runs([run_id])
    project.commit("Remove it")
    project.checkout("main")
    mltrack.note_run(run_id, "precious")
    project.commit("Note it")
    project.merge("ours")
    assert [run.id for run in mltrack.search_runs()] == [run_id]
