"""Whatever happens to the files, the catalog answers as they are now."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog import stamps
from mltrack.tracking.catalog.search import list_runs
from tests.support.programs import Programs
from tests.support.repository import Repository
from tests.tracking.catalog.answers import read_anew, require_the_same


@pytest.fixture
def runs(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the ids of four ended runs, which the catalog knows by their stamps."""
    monkeypatch.setattr(stamps, "RACY_NS", 0)
    made = []
    for number in range(4):
        with mltrack.start_run(name=f"run-{number}", params={"rate": number}) as run:
            run.log_metric("acc", number / 10)
        made.append(run.id)
    assert sorted(require_the_same(store)) == sorted(made)
    assert read_anew(store) == []
    return made


def record_of(store: Store, run_id: str) -> Path:
    return store.layout.run_folder(run_id) / "run.yaml"


def edit(path: Path, old: str, new: str) -> None:
    """Change a file in place, to the same size."""
    assert len(old) == len(new)
    with path.open("r+b") as file:
        data = file.read()
        file.seek(0)
        file.write(data.replace(old.encode(), new.encode()))


def test_an_edit_in_place_that_hides_itself_is_seen(store: Store, runs: list[str]) -> None:
    path = record_of(store, runs[0])
    before = path.stat()
    edit(path, "run-0", "run-9")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    require_the_same(store)
    assert {run.name for run in list_runs(store).runs} == {"run-9", "run-1", "run-2", "run-3"}


def test_an_edit_in_the_moment_of_reading_is_seen(
    store: Store, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "RACY_NS", 2_000_000_000)
    path = record_of(store, runs[0])
    for name in ("run-7", "run-8", "run-9"):
        edit(path, list_runs(store).runs[-1].name, name)
        assert runs[0] in read_anew(store)
        require_the_same(store)


def test_checkout_stash_and_merge_are_followed(
    project: Repository, store: Store, runs: list[str]
) -> None:
    project.commit("Record runs")
    project.branch("other")
    with mltrack.start_run(name="on a branch") as run:
        pass
    mltrack.tag_run(runs[0], {"seen": "there"})
    project.commit("Record another")
    assert len(require_the_same(store)) == 5
    project.git("checkout", "--quiet", "main")
    assert run.id not in require_the_same(store)
    mltrack.tag_run(runs[1], {"seen": "here"})
    project.git("stash", "--quiet", "--include-untracked")
    require_the_same(store)
    project.git("stash", "pop", "--quiet")
    project.commit("Tag")
    project.git("merge", "--quiet", "--no-edit", "other")
    assert len(require_the_same(store)) == 5
    assert mltrack.get_run(runs[0]).tags == {"seen": "there"}


def test_a_folder_of_runs_that_is_taken_away_and_brought_back_is_followed(
    store: Store, runs: list[str], tmp_path: Path
) -> None:
    shutil.move(store.root / "runs", tmp_path / "aside")
    assert require_the_same(store) == []
    assert mltrack.search_runs(limit=5).removed == 0
    shutil.move(tmp_path / "aside", store.root / "runs")
    assert sorted(require_the_same(store)) == sorted(runs)


def test_a_folder_that_is_swapped_for_another_is_read(store: Store, runs: list[str]) -> None:
    one, other = (store.layout.run_folder(run_id) for run_id in runs[:2])
    one.rename(one.with_name("aside"))
    other.rename(one)
    one.with_name("aside").rename(other)
    require_the_same(store)
    assert len(list_runs(store).broken) == 2


def test_a_link_in_the_place_of_a_run_is_never_followed(store: Store, runs: list[str]) -> None:
    folder = store.layout.run_folder(runs[0])
    folder.rename(store.project / "elsewhere")
    folder.symlink_to(store.project / "elsewhere")
    assert runs[0] not in require_the_same(store)


def test_a_copy_that_keeps_every_time_is_read_anew(store: Store, runs: list[str]) -> None:
    other = store.project / "copy" / ".mltrack"
    other.parent.mkdir()
    subprocess.run(["cp", "-a", store.root, other], check=True)
    copied = Store(other)
    edit(record_of(copied, runs[0]), "run-0", "run-9")
    require_the_same(copied)
    assert "run-9" in {run.name for run in list_runs(copied).runs}
    require_the_same(store)


def test_what_is_said_later_is_seen(store: Store, runs: list[str]) -> None:
    mltrack.rename_run(runs[0], "another name")
    mltrack.note_run(runs[1], "looks good")
    mltrack.remove_runs([runs[2]])
    require_the_same(store)
    assert [run.id for run in mltrack.search_runs(limit=2)] == [runs[3], runs[1]]
    mltrack.restore_runs([runs[2]])
    mltrack.rename_experiment("default", "renamed")
    require_the_same(store)
    assert len(mltrack.search_runs('experiment = "renamed"')) == 4
    mltrack.remove_experiment("renamed")
    require_the_same(store)
    assert len(mltrack.search_runs(limit=5)) == 0
    assert mltrack.search_runs(limit=5).removed == 4


def test_an_annotation_that_is_taken_back_is_forgotten(store: Store, runs: list[str]) -> None:
    mltrack.tag_run(runs[0], {"seen": True})
    require_the_same(store)
    (file,) = store.layout.annotations(runs[0]).iterdir()
    file.unlink()
    require_the_same(store)
    assert mltrack.get_run(runs[0]).tags == {}


def test_a_live_run_is_read_each_time(store: Store, runs: list[str]) -> None:
    with mltrack.start_run() as run:
        for step in range(3):
            run.log_metric("acc", step)
            require_the_same(store)
            assert mltrack.search_runs(limit=1)[0].metrics == {"acc": step}
            assert mltrack.search_runs(max="acc", limit=1)[0].id == (run.id if step else runs[3])
    require_the_same(store)
    assert read_anew(store) == []


def test_a_run_that_is_taken_up_again_is_read_while_it_lives(store: Store, runs: list[str]) -> None:
    with mltrack.start_run(resume=runs[0]) as run:
        run.log_metric("acc", 7.0)
        require_the_same(store)
        assert mltrack.get_run(runs[0]).status == "running"
    require_the_same(store)
    assert list_runs(store).runs[-1].metrics["acc"].last == 7.0
    assert read_anew(store) == []


def test_a_lost_run_is_known_by_its_journals(
    store: Store, runs: list[str], programs: Programs
) -> None:
    programs.run(
        "import mltrack, os; r = mltrack.start_run(); r.log_metric('acc', 1); os._exit(9)", ok=False
    )
    mltrack.tag_run(runs[0], {"a": 1})  # a write settles it
    (lost,) = (run for run in list_runs(store).runs if run.status == "lost")
    require_the_same(store)
    assert read_anew(store) == []
    journal = store.layout.run_folder(lost.id) / "metrics.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"step":9,"time":1.0,"metrics":{"acc":5}}\n')
    require_the_same(store)
    assert next(run for run in list_runs(store).runs if run.id == lost.id).metrics["acc"].last == 5


def test_a_broken_run_warns_each_time_and_is_read_when_it_is_mended(
    store: Store, runs: list[str]
) -> None:
    path = record_of(store, runs[0])
    data = path.read_bytes()
    for broken in (b"", b"<<<<<<< HEAD\n", data[:200], data.replace(b"run-0", b"run-9")):
        path.write_bytes(broken)
        require_the_same(store)
        assert len(list_runs(store).warnings) == 1
        assert read_anew(store) == [runs[0]]
    path.write_bytes(data)
    require_the_same(store)
    assert read_anew(store) == []


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_record_costs_one_warning(
    store: Store, runs: list[str], make: Callable[[Path], None]
) -> None:
    record_of(store, runs[0]).unlink()
    make(record_of(store, runs[0]))
    require_the_same(store)
    assert len(list_runs(store).broken) == 1


def test_a_file_with_any_name_among_annotations_is_passed_on(store: Store, runs: list[str]) -> None:
    folder = store.layout.annotations(runs[0])
    folder.mkdir(parents=True)
    odd = os.fsencode(folder) + b"/" + runs[0].encode() + b".a\nb\xff.yaml"
    Path(os.fsdecode(odd)).write_bytes(b"x")
    require_the_same(store)
    assert len(list_runs(store).warnings) == 1


@pytest.mark.parametrize("key", ["started", "ended"])
def test_a_time_that_cannot_be_written_again_costs_one_warning(
    store: Store, runs: list[str], key: str
) -> None:
    path = record_of(store, runs[0])
    text = re.sub(rf'{key}: ".*"', f'{key}: "9999-12-31T23:59:59.9999999Z"', path.read_text())
    path.write_text(text)
    require_the_same(store)
    assert len(list_runs(store).warnings) == 1
    assert len(list_runs(store).runs) == 3


def test_a_folder_named_in_other_digits_is_no_day(store: Store, runs: list[str]) -> None:
    day = store.layout.run_folder(runs[0]).parent
    odd = store.root / "runs" / "２０２６０１" / "０１"  # noqa: RUF001 - that is the point
    odd.parent.mkdir()
    shutil.copytree(day, odd)
    assert sorted(require_the_same(store)) == sorted(runs)


OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
import mltrack
mltrack.search_runs("metrics.acc >= 0", max="acc")
mltrack.search_runs(limit=2)
print({name.split("/")[-2] for name in opened if name.endswith("run.yaml")} or "nothing")
"""


def test_only_what_changed_is_read(store: Store, runs: list[str], programs: Programs) -> None:
    assert programs.run(OPENED).out == "nothing\n"
    edit(record_of(store, runs[1]), "run-1", "run-1")
    assert programs.run(OPENED).out == f"{ {runs[1]} }\n"
    require_the_same(store)
    assert programs.run(OPENED).out == "nothing\n"
