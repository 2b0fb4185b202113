"""Importing is a union by id: the new comes, the grown grows, what differs is kept twice."""

import os
import shutil
from pathlib import Path

import pytest

import mltrack
from mltrack.importers.entities import Twin
from mltrack.importers.staging import digest_of, staged
from mltrack.store.blobs import sha256_of
from mltrack.store.events import read_folder
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.manifest import encode_manifest, load_manifest
from mltrack.store.store import hide_from_git, show_to_git
from mltrack.tracking import codec
from mltrack.tracking.ending import settle_all
from tests.importers.sides import GROWING, LATE, SMALL, Side


def test_a_run_comes_with_all_that_it_has(here: Side, there: Side) -> None:
    run_id = there.run()
    there.use()
    mltrack.tag_run(run_id, {"team": "red"})
    done = here.imports(there)
    assert done.new == (run_id,)
    assert (done.events, done.objects, done.skipped) == (1, 1, ())
    assert here.files() == there.files()
    assert here.record(run_id).tags == {"team": "red"}
    assert here.leftovers() == []


def test_importing_again_copies_nothing(here: Side, there: Side) -> None:
    there.run()
    here.imports(there)
    before = {p: p.stat().st_mtime_ns for p in (here.root / "runs").rglob("*")}
    again = here.imports(there)
    assert (again.same, again.new, again.grown, again.twins) == (1, (), (), ())
    assert (again.events, again.objects) == (0, 0)
    assert {p: p.stat().st_mtime_ns for p in (here.root / "runs").rglob("*")} == before


def test_an_object_that_is_here_is_as_new_once_a_run_comes_that_needs_it(
    here: Side, there: Side
) -> None:
    there.run()
    here.imports(there)
    (path,) = (here.root / "objects").glob("??/*")
    shutil.rmtree(here.root / "runs")
    os.utime(path, (0, 0))
    here.imports(there)
    assert path.stat().st_mtime > 0


def test_what_is_here_alone_stays(here: Side, there: Side) -> None:
    mine, theirs = here.run(SMALL, "1"), there.run(SMALL, "1")
    here.imports(there)
    assert sorted(here.run_ids) == sorted([mine, theirs])


def test_a_second_clone_and_a_linked_work_tree_can_be_imported(here: Side) -> None:
    here.run(SMALL, "1")
    here.repo.commit("Record a run")
    clone = Side(here.repo.clone("clone"))
    here.repo.git("worktree", "add", "--quiet", "../linked")
    linked = Side(type(here.repo)(here.path.parent / "linked"))
    ids = [side.run(SMALL, "1") for side in (clone, linked)]
    assert [here.imports(side).new for side in (clone, linked)] == [(ids[0],), (ids[1],)]
    assert here.imports(clone).same == 2


def test_a_run_that_grew_replaces_the_one_that_came_before(here: Side, there: Side) -> None:
    process = there.programs.start(GROWING)
    (run_id,) = there.run_ids
    first = here.imports(there)
    assert (first.new, here.record(run_id).status) == ((run_id,), "unknown")
    process.communicate("\n")
    done = here.imports(there)
    assert (done.grown, done.new, done.twins, done.skipped) == ((run_id,), (), (), ())
    assert here.files() == there.files()
    assert here.record(run_id).status == "finished"
    assert here.record(run_id).metrics["loss"].count == 4


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_being_replaced_when_an_import_was_killed_is_replaced_by_the_next(
    here: Side, there: Side, replaced: bool
) -> None:
    process = there.programs.start(GROWING)
    (run_id,) = there.run_ids
    here.imports(there)
    process.communicate("\n")
    ours = load_manifest(here.folder(run_id))
    coming = load_manifest(there.folder(run_id)).entries["last.txt"]
    ours.replaced["last.txt"] = ours.entries["last.txt"].sha256
    ours.entries["last.txt"] = coming
    (here.folder(run_id) / "artifacts.yaml").write_bytes(encode_manifest(ours))
    if replaced:
        file = here.folder(run_id) / "artifacts" / "last.txt"
        file.unlink()
        file.write_bytes(b"second")
    assert here.imports(there).grown == (run_id,)
    assert here.files() == there.files()


def test_a_damaged_file_never_takes_the_place_of_a_sound_one(here: Side, there: Side) -> None:
    process = there.programs.start(GROWING)
    (run_id,) = there.run_ids
    here.imports(there)
    process.communicate("\n")
    before = here.files()
    (there.folder(run_id) / "artifacts" / "last.txt").unlink()
    (line,) = here.imports(there).skipped
    assert line.startswith(f"run {run_id} was not imported: its artifact 'last.txt'")
    assert here.files() == before


def test_an_older_copy_of_a_run_changes_nothing(here: Side, there: Side) -> None:
    process = there.programs.start(GROWING)
    older = there.path.parent / "older"
    shutil.copytree(there.root, older / ".mltrack")
    process.communicate("\n")
    here.imports(there)
    before = here.files()
    done = here.imports(older)
    assert (done.same, done.grown, done.twins, done.skipped) == (1, (), (), ())
    assert here.files() == before


def test_a_run_that_is_written_there_stays_hidden_from_git(here: Side, there: Side) -> None:
    process = there.programs.start(GROWING)
    (run_id,) = there.run_ids
    here.imports(there)
    assert run_id not in here.repo.git("status", "--porcelain", "-uall")
    process.communicate("\n")
    here.imports(there)
    assert f"{run_id}/run.yaml" in here.repo.git("status", "--porcelain", "-uall")


def test_a_run_that_was_lost_there_is_shown_to_git_once_that_is_known(
    here: Side, there: Side
) -> None:
    process = there.programs.start(GROWING)
    process.kill()
    process.communicate()
    (run_id,) = there.run_ids
    here.imports(there)
    assert here.record(run_id).status == "unknown"
    settle_all(there.store)
    assert here.imports(there).grown == (run_id,)
    assert here.record(run_id).status == "lost"
    assert f"{run_id}/run.yaml" in here.repo.git("status", "--porcelain", "-uall")


def test_a_writer_that_ended_there_without_a_word_is_shown_to_git(here: Side, there: Side) -> None:
    run_id = there.run(SMALL, "1")
    there.run(LATE, run_id, "late")
    (late,) = (p for p in there.folder(run_id).parent.iterdir() if "+" in p.name)
    hide_from_git(late)
    here.imports(there)
    assert late.name not in here.repo.git("status", "--porcelain", "-uall")
    show_to_git(late)
    assert here.imports(there).same == 1
    assert late.name in here.repo.git("status", "--porcelain", "-uall")


def test_the_marks_of_another_machine_are_not_taken(here: Side, there: Side) -> None:
    process = there.programs.start(GROWING)
    here.imports(there)
    process.communicate("\n")
    assert [p.name for p in (here.root / "local").iterdir()] == [".gitignore"]


def test_a_run_that_is_written_here_is_left_alone(here: Side, there: Side) -> None:
    process = here.programs.start(GROWING)
    (run_id,) = here.run_ids
    shutil.copytree(here.root / "runs", there.root / "runs")
    journal = there.folder(run_id) / "metrics.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"tags":{"a":"b"},"time":1}\n')
    done = here.imports(there)
    process.communicate("\n")
    assert done.skipped == (
        f"run {run_id} was not imported: a process on this machine writes to it",
    )
    assert here.record(run_id).status == "finished"


def test_writers_of_both_sides_are_united(here: Side, there: Side) -> None:
    run_id = there.run(SMALL, "1")
    here.imports(there)
    here.run(LATE, run_id, "mine")
    there.run(LATE, run_id, "theirs")
    done = here.imports(there)
    assert done.grown == (run_id,)
    assert {"acc", "mine", "theirs"} == set(here.record(run_id).metrics)
    assert there.imports(here).grown == (run_id,)
    assert here.files() == there.files()


def test_a_writer_without_its_run_is_reported(here: Side, there: Side) -> None:
    run_id = there.run(SMALL, "1")
    there.run(LATE, run_id, "late")
    shutil.rmtree(there.folder(run_id))
    assert here.imports(there).skipped == (f"run {run_id} was not imported: it has no run.yaml",)
    assert here.files() == {}


def changed(side: Side, run_id: str, value: float = 7.5) -> None:
    """Make a run of one side say something else."""
    journal = side.folder(run_id) / "metrics.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"acc":0.5', f'"acc":{value}'.encode()))
    record = side.folder(run_id) / "run.yaml"
    data = record.read_bytes().replace(b": 0.5\n", f": {value}\n".encode())
    fields = codec.fields_to_rewrite(data, "run.yaml")
    fields["digests"]["metrics.jsonl"] = sha256_of(journal)
    record.write_bytes(codec.encode(fields))


@pytest.fixture
def differing(here: Side, there: Side) -> str:
    """Return the id of a run that says one thing here and another there."""
    run_id = there.run(SMALL, "1")
    here.imports(there)
    changed(there, run_id)
    return run_id


def test_only_a_real_difference_is_kept_twice(here: Side, there: Side, differing: str) -> None:
    before = here.files()
    done = here.imports(there)
    ((run, kept_as),) = done.twins
    assert (run, kept_as[:25], len(kept_as)) == (differing, f"{differing}-", 29)
    assert here.record(differing).metrics["acc"].last == 0.5
    assert here.record(kept_as).metrics["acc"].last == 7.5
    assert before.items() <= here.files().items()


def test_a_difference_that_is_here_already_comes_no_more(
    here: Side, there: Side, differing: str
) -> None:
    there.use()
    mltrack.tag_run(differing, {"whose": "theirs"})
    here.imports(there)
    before = here.files()
    again = here.imports(there)
    assert (again.twins, again.new, again.grown, again.same) == ((), (), (), 1)
    assert again.events == 0
    assert here.files() == before


def test_two_machines_that_import_the_same_give_it_the_same_name(
    here: Side, there: Side, differing: str
) -> None:
    other = Side.create(here.path.parent / "other")
    shutil.copytree(here.root / "runs", other.root / "runs")
    assert here.imports(there).twins == other.imports(there).twins
    assert here.files() == other.files()


def test_the_name_of_a_twin_follows_from_the_page_of_the_format(
    here: Side, there: Side, differing: str
) -> None:
    import hashlib

    folder = there.folder(differing)
    names = sorted(path.name for path in folder.iterdir())
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    lines = "".join(f"{digests[name]}  {MAIN_WRITER}/{name}\n" for name in names)
    digits = hashlib.sha256(lines.encode()).hexdigest()[:4]
    assert here.imports(there).twins == (Twin(differing, f"{differing}-{digits}"),)


def test_the_name_of_a_twin_does_not_depend_on_the_digits_it_has_already(
    here: Side, there: Side, differing: str
) -> None:
    (twin,) = here.imports(there).twins
    digests = []
    for side, run_id in ((there, differing), (here, twin.kept_as)):
        layout = side.store.layout
        with staged(layout, run_id, [MAIN_WRITER], tmp=layout.tmp) as copy:
            digests.append(digest_of(copy))
    assert digests[0] == digests[1]


def test_what_was_said_of_the_other_run_is_said_of_the_twin(
    here: Side, there: Side, differing: str
) -> None:
    there.use()
    mltrack.tag_run(differing, {"whose": "theirs"})
    mltrack.rename_run(differing, "other")
    (twin,) = here.imports(there).twins
    assert here.record(differing).tags == {}
    assert here.record(twin.kept_as).tags == {"whose": "theirs"}
    assert here.record(twin.kept_as).name == "other"
    assert here.record(twin.kept_as).warnings == ()
    told = read_folder(here.store.layout.annotations(differing), prefix=f"{twin.kept_as}.")
    assert (len(told.events), len(told.heads), told.missing) == (2, 1, ())


def test_an_event_under_the_name_of_another_run_does_not_come(here: Side, there: Side) -> None:
    other = there.run(SMALL, "1")
    run_id = there.run(SMALL, "1")
    there.use()
    mltrack.tag_run(run_id, {"good": True})
    (event,) = there.store.layout.annotations(run_id).iterdir()
    event.rename(event.with_name(event.name.replace(run_id, other)))
    done = here.imports(there)
    assert (done.events, len(done.new)) == (0, 2)
    assert [line for line in done.skipped if f"is about {run_id!r}, not about {other!r}" in line]


def test_a_twin_grows_like_any_run(here: Side, there: Side) -> None:
    process = there.programs.start(GROWING)
    (run_id,) = there.run_ids
    shutil.copytree(there.root / "runs", here.root / "runs")
    journal = here.folder(run_id) / "metrics.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"loss":0.5', b'"loss":9.5'))
    (twin,) = here.imports(there).twins
    assert here.record(twin.kept_as).status == "unknown"
    process.communicate("\n")
    done = here.imports(there)
    assert (done.grown, done.twins) == ((twin.kept_as,), ())
    assert here.record(twin.kept_as).status == "finished"
    assert here.record(twin.kept_as).metrics["loss"].count == 4
    assert here.record(run_id).metrics["loss"].last == 9.5


def test_a_third_that_differs_from_both_is_kept_too(
    here: Side, there: Side, differing: str
) -> None:
    (first,) = here.imports(there).twins
    changed(there, differing, 8.5)
    journal = there.folder(differing) / "metrics.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"7.5", b"8.5"))
    (second,) = here.imports(there).twins
    assert first.kept_as != second.kept_as
    assert len(here.run_ids) == 3


def test_a_twin_that_comes_home_is_no_twin(here: Side, there: Side, differing: str) -> None:
    here.imports(there)
    done = there.imports(here)
    assert len(done.twins) == 1  # what was here all the time, under its own name
    assert len(there.run_ids) == 2
    assert here.imports(there).twins == ()
    assert len(here.run_ids) == 2


def test_a_dry_run_says_the_same_and_changes_nothing(
    here: Side, there: Side, differing: str
) -> None:
    there.run()
    before = here.files()
    said = here.imports(there, dry_run=True)
    assert here.files() == before
    assert here.leftovers() == []
    assert said == here.imports(there)


@pytest.mark.parametrize("path", ["plots/plot.txt", "big.bin"])
@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_damaged_artifact_is_reported_and_comes_once_it_is_mended(
    here: Side, there: Side, path: str, damage: str
) -> None:
    run_id = there.run()
    file = there.folder(run_id) / "artifacts" / path
    if path == "big.bin":
        (file,) = (there.root / "objects").glob("??/*")
    content = file.read_bytes()
    file.unlink()
    if damage == "changed":
        file.write_bytes(b"x" + content[1:])
    done = here.imports(there)
    (line,) = done.skipped
    assert line.startswith(f"run {run_id}: the ")
    assert repr(path) in line
    assert done.new == (run_id,)
    file.unlink(missing_ok=True)
    file.write_bytes(content)
    assert here.imports(there).skipped == ()
    assert here.files() == there.files()


def test_experiments_come(here: Side, there: Side) -> None:
    from mltrack.store.events import Event, record

    event = Event(kind="created", subject="wvhcwfjmee", body={"name": "diagnosis"})
    record(there.store.layout.experiment("wvhcwfjmee"), event, tmp=there.store.layout.tmp)
    assert here.imports(there).events == 1
    assert here.files() == there.files()


def test_a_folder_named_by_a_link_can_be_imported(here: Side, there: Side, tmp_path: Path) -> None:
    run_id = there.run(SMALL, "1")
    (tmp_path / "link").symlink_to(there.path)
    assert here.imports(tmp_path / "link").new == (run_id,)
