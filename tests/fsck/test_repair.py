"""A repair brings back what it can, sets aside what it cannot, and deletes nothing."""

import hashlib
from pathlib import Path

import pytest

import mltrack
from mltrack.errors import ConflictError
from mltrack.fsck.kinds import Kind
from mltrack.tracking.catalog.search import list_runs
from tests.fsck.ruin import MODEL, Ruin, write


def content(root: Path) -> dict[str, bytes]:
    """Return every file of a store but those of this machine, by path."""
    others = ("tmp", "locks", "cache", "local", "quarantine")
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in files
        if path.relative_to(root).parts[0] not in others
    }


def damaged_all_over(ruin: Ruin) -> None:
    write(ruin.record, "")
    write(ruin.plot, "a blot\n")
    write(ruin.manifest, "files: 7\n")
    write(ruin.journal, ruin.journal.read_bytes()[:100])
    write(ruin.annotation, ruin.annotation.read_bytes()[:100])
    write(ruin.first / "environment.txt", "")
    write(ruin.second / "artifacts.yaml", "<<<<<<< a\n=======\n>>>>>>> b\n")


def test_what_git_has_is_as_it_was_byte_for_byte(ruin: Ruin) -> None:
    before = content(ruin.root)
    damaged_all_over(ruin)
    done = ruin.repair()
    assert all(action.done for action in done.actions)
    assert done.left.findings == ()
    assert content(ruin.root) == before
    assert ruin.repo.git("status", "--porcelain") == ""


def test_what_was_broken_lies_in_quarantine_with_its_path(ruin: Ruin) -> None:
    write(ruin.plot, "a blot\n")
    ruin.repair()
    assert ruin.quarantined()[ruin.path(ruin.plot)] == b"a blot\n"


def test_a_dry_run_writes_nothing_and_says_what_a_repair_does(ruin: Ruin) -> None:
    write(ruin.record, "")
    write(ruin.plot, "a blot\n")
    (ruin.first / "artifacts" / "link").symlink_to("/etc/hostname")
    before = content(ruin.root)
    said = [(a.finding.kind, a.done) for a in ruin.repair(dry_run=True).actions]
    assert content(ruin.root) == before
    assert ruin.quarantined() == {}
    assert said == [(a.finding.kind, a.done) for a in ruin.repair().actions]


def test_a_second_repair_has_nothing_to_do(ruin: Ruin) -> None:
    damaged_all_over(ruin)
    ruin.repair()
    after = content(ruin.root)
    assert ruin.repair().actions == ()
    assert content(ruin.root) == after


def test_without_git_an_emptied_record_is_made_anew_from_the_journals(ruin: Ruin) -> None:
    ruin.forget_git()
    before = mltrack.get_run(ruin.runs[0]).record
    write(ruin.record, "")
    done = ruin.repair()
    after = mltrack.get_run(ruin.runs[0]).record
    assert [action.done for action in done.actions] == [True]
    assert after.metrics == before.metrics
    assert after.params == before.params
    assert (after.status, after.ended) == (before.status, before.ended)
    assert after.artifacts == before.artifacts
    assert "rebuilt:" in ruin.record.read_text()


def test_without_git_a_record_keeps_what_is_left_whole_of_it(ruin: Ruin) -> None:
    ruin.forget_git()
    before = mltrack.get_run(ruin.runs[0]).record
    text = ruin.record.read_text()
    write(ruin.record, text[: text.index("\nproject:")])
    ruin.repair()
    after = mltrack.get_run(ruin.runs[0]).record
    assert (after.name, after.experiment, after.started) == ("first", "wider", before.started)
    assert after.code == before.code
    assert 'rebuilt: ["environment", "project"]' in ruin.record.read_text()


def test_without_git_a_record_in_conflict_keeps_one_side(ruin: Ruin) -> None:
    ruin.forget_git()
    before = mltrack.get_run(ruin.runs[0]).record
    text = ruin.record.read_text()
    other = text.replace('name: "first"', 'name: "1st"')
    write(ruin.record, f"<<<<<<< a\n{text}=======\n{other}>>>>>>> b\n")
    assert ruin.repair().left.is_clean
    assert mltrack.get_run(ruin.runs[0]).record == before


def test_without_git_an_emptied_manifest_lists_the_files_that_are_here(ruin: Ruin) -> None:
    ruin.forget_git()
    text = ruin.manifest.read_text()
    before = mltrack.get_run(ruin.runs[0]).artifacts
    write(ruin.manifest, text.replace("format: 1", "format: ["))
    assert ruin.repair().left.is_clean
    assert mltrack.get_run(ruin.runs[0]).artifacts == before
    write(ruin.manifest, "")
    assert ruin.repair().left.is_clean
    assert [e.path for e in mltrack.get_run(ruin.runs[0]).artifacts] == ["plots/plot.svg"]


def test_without_git_an_object_of_the_same_bytes_brings_a_file_back(ruin: Ruin) -> None:
    ruin.forget_git()
    data = ruin.plot.read_bytes()
    write(ruin.store.layout.object(hashlib.sha256(data).hexdigest()), data)
    write(ruin.plot, "a blot\n")
    assert ruin.repair().left.is_clean
    assert ruin.plot.read_bytes() == data


@pytest.mark.parametrize(
    ("fixed", "fixer"),
    [
        (b"<svg>a plot</svg>", "end-of-file-fixer"),
        (b"<svg>a plot</svg>\n\n\n", "end-of-file-fixer"),
        (b"<svg>a plot</svg>\r\n", "autocrlf"),
    ],
)
def test_without_git_what_a_fixer_did_is_undone(fixed: bytes, fixer: str, ruin: Ruin) -> None:
    ruin.forget_git()
    data = ruin.plot.read_bytes()
    write(ruin.plot, fixed)
    assert ruin.repair().left.is_clean
    assert ruin.plot.read_bytes() == data


def test_without_git_a_changed_file_is_set_aside_and_stays_damage(ruin: Ruin) -> None:
    ruin.forget_git()
    write(ruin.plot, "a blot\n")
    done = ruin.repair()
    assert ruin.quarantined()[ruin.path(ruin.plot)] == b"a blot\n"
    assert [finding.kind for finding in done.left.findings] == [Kind.ARTIFACT_MISSING]
    assert [action.done for action in ruin.repair().actions] == [False]


def test_without_git_a_tampered_event_is_set_aside_and_never_believed(ruin: Ruin) -> None:
    ruin.forget_git()
    event = next(path for path in ruin.events if 'kind: "promoted"' in path.read_text())
    text = event.read_text()
    write(event, text.replace('reason: "the best"', 'reason: "the worst"'))
    ruin.repair()
    assert ruin.path(event) in ruin.quarantined()
    assert mltrack.get_model(MODEL).holders == {}


def test_a_link_is_moved_itself_and_what_it_leads_to_stays(ruin: Ruin, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    target.write_text("precious")
    (ruin.first / "artifacts" / "link").symlink_to(target)
    ruin.repair()
    assert target.read_text() == "precious"
    assert [Path(name).name for name in ruin.quarantined()] == ["link"]


def test_nothing_is_mended_of_a_run_that_is_written(ruin: Ruin) -> None:
    with mltrack.start_run() as run:
        folder = ruin.store.layout.run_folder(run.id)
        (folder / "run.yaml").write_bytes(b"")
        [action] = ruin.repair().actions
        assert not action.done
        assert (folder / ".gitignore").exists()
    assert ruin.check().is_clean


def test_a_live_run_is_no_finding(ruin: Ruin) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
        run.log_artifact(ruin.plot, to="x")
        assert ruin.check().findings == ()


def test_a_lost_run_is_marked_lost(ruin: Ruin) -> None:
    from tests.fsck.damages import run_lost

    run_id = run_lost(ruin).name
    ruin.repair()
    assert mltrack.get_run(run_id).status == "lost"
    assert not list((ruin.root / "local" / "open").iterdir())
    assert "lost" in {str(run.status) for run in list_runs(ruin.store).runs}


def test_a_store_of_a_newer_format_is_never_mended(ruin: Ruin) -> None:
    write(ruin.root / "config.yaml", "format: 2\n")
    write(ruin.record, "")
    with pytest.raises(ConflictError):
        ruin.repair()
    assert ruin.record.read_bytes() == b""


def test_what_is_not_a_store_s_is_told_of_and_stays(ruin: Ruin) -> None:
    path = ruin.first / "notes.txt"
    write(path, "mine")
    assert ruin.repair().actions == ()
    assert path.read_text() == "mine"


def test_a_record_that_misses_rows_of_its_journals_is_summed_up_anew(ruin: Ruin) -> None:
    before = mltrack.get_run(ruin.runs[0]).record
    with ruin.journal.open("ab") as journal:
        journal.write(b'{"step":3,"time":1.0,"metrics":{"loss":0.125}}\n')
    assert Kind.SUMMARY_DIFFERS in ruin.kinds()
    assert ruin.repair().left.is_clean
    after = mltrack.get_run(ruin.runs[0]).record
    assert (after.metrics["loss"].last, after.metrics["loss"].count) == (0.125, 4)
    assert (after.params, after.status, after.started) == (
        before.params,
        before.status,
        before.started,
    )
