"""Runs in a zip file: packed the same each time, merged as a store is, and harmless if hostile."""

import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

import mltrack
from mltrack.errors import ConflictError, IntegrityError, UsageError
from mltrack.store.parcel import LIST
from tests.importers.sides import GROWING, Side
from tests.support.cli import Cli

NOTED = "a note of what it was for"


@pytest.fixture
def packed(there: Side, session_cache: Path, tmp_path: Path) -> Path:
    """Return a zip of one run, with a note, a small file and a large one; the run is `there`."""
    kept = session_cache / "packed"
    if not kept.exists():
        run_id = there.run()
        there.use()
        mltrack.note_run(run_id, NOTED)
        mltrack.tag_run(run_id, {"kept": "yes"})
        mltrack.describe_experiment("default", "all of it")
        mltrack.export_runs(session_cache / "packed.zip", run_id, overwrite=True)
        shutil.copytree(there.root, kept)
    shutil.copytree(kept, there.root, dirs_exist_ok=True)
    return Path(shutil.copy(session_cache / "packed.zip", tmp_path / "runs.zip"))


def altered(path: Path, change: Callable[[zipfile.ZipFile, dict[str, bytes]], None]) -> Path:
    """Write a zip anew: `change` may add to it, and change the files that follow, by name."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        change(archive, files)
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def with_file(name: str, data: bytes = b"x") -> Callable[[zipfile.ZipFile, dict[str, bytes]], None]:
    """Add a file of which the list knows."""

    def change(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
        said = json.loads(files[LIST])
        said["files"][name] = [len(data), sha256(data).hexdigest()]
        files[LIST] = json.dumps(said).encode()
        info = zipfile.ZipInfo(name.split("#", maxsplit=1)[0])
        info.orig_filename = name
        archive.writestr(info, data)

    return change


def first_run_file(files: dict[str, bytes]) -> str:
    return next(name for name in files if name.endswith("run.yaml"))


def as_link(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    name = first_run_file(files)
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, files.pop(name))


def as_twins(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    name = first_run_file(files)
    with_file(name.replace("run.yaml", "RUN.yaml"))(archive, files)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def twice(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    name = first_run_file(files)
    archive.writestr(name, files[name])


def as_folder_too(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    with_file(f"{first_run_file(files)}/x")(archive, files)


def unlisted(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    archive.writestr("runs/202601/01/x", "x")


def lacking(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    del files[first_run_file(files)]


def other_content(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    name = first_run_file(files)
    files[name] = files[name].replace(b"train", b"brain")


def deep_list(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    files[LIST] = b"[" * 100_000


def odd_list(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
    said = json.loads(files[LIST])
    files[LIST] = json.dumps({**said, "files": {"runs/x": ["1", 2]}}).encode()


OUT = "leads out of the store"
HARM = {
    "climbs": (with_file("runs/../../outside.txt"), OUT),
    "absolute": (with_file("/outside.txt"), OUT),
    "backslash": (with_file("runs\\..\\outside.txt"), OUT),
    "drive": (with_file("runs/C:/outside.txt"), OUT),
    "another-top": (with_file("config.yaml"), OUT),
    "long": (with_file(f"runs/{'a/' * 20_000}x"), "too long a name"),
    "git": (with_file("runs/.git/config"), OUT),
    "folder": (with_file("runs/202601/", b""), "no plain file"),
    "link": (as_link, "is a link"),
    "twins": (as_twins, "only in the spelling"),
    "file-and-folder": (as_folder_too, "a file and a folder"),
    "unlisted": (unlisted, "does not have the size"),
    "lacking": (lacking, "run.yaml' is not in it"),
    "other-content": (other_content, "is not what"),
    "deep-list": (deep_list, "cannot be understood"),
    "odd-list": (odd_list, "cannot be understood"),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_hostile_zip_is_refused_and_leaves_nothing(here: Side, packed: Path, harm: str) -> None:
    change, said = HARM[harm]
    altered(packed, change)
    refused(here, packed, said)


def test_a_zip_that_unpacks_to_far_more_than_it_is_is_refused(here: Side, packed: Path) -> None:
    name, size = "objects/ab/cdef", 2**31

    def change(archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
        with_file(name)(archive, files)
        said = json.loads(files[LIST])
        said["files"][name][0] = size
        files[LIST] = json.dumps(said).encode()

    data = bytearray(altered(packed, change).read_bytes())
    header = data.rindex(name.encode()) - 46
    data[header + 24 : header + 28] = size.to_bytes(4, "little")
    packed.write_bytes(data)
    refused(here, packed, "it says that it unpacks to 2,14")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_in_a_zip_twice_is_refused(here: Side, packed: Path) -> None:
    altered(packed, twice)
    refused(here, packed, "twice")


def test_an_encrypted_file_is_refused(here: Side, packed: Path) -> None:
    data = packed.read_bytes()
    at = data.index(b"PK\x01\x02")
    packed.write_bytes(data[: at + 8] + b"\x01" + data[at + 9 :])
    refused(here, packed, "encrypted")


@pytest.mark.parametrize("part", [0.2, 0.9, 0.999])
def test_a_truncated_zip_is_refused(here: Side, packed: Path, part: float) -> None:
    data = packed.read_bytes()
    packed.write_bytes(data[: int(len(data) * part)])
    refused(here, packed, "damaged")


def test_a_flipped_byte_is_refused(here: Side, packed: Path) -> None:
    data = bytearray(packed.read_bytes())
    data[200] ^= 1
    packed.write_bytes(data)
    refused(here, packed, "damaged|is not what")


def test_a_list_of_files_that_would_fill_the_memory_is_not_read(here: Side, packed: Path) -> None:
    data = bytearray(packed.read_bytes())
    data[-10:-6] = (2**31).to_bytes(4, "little")
    packed.write_bytes(data)
    refused(here, packed, "2,147,483,648 bytes")


def refused(here: Side, packed: Path, said: str) -> None:
    before = here.files()
    with pytest.raises((IntegrityError, UsageError), match=said) as told:
        here.imports(packed)
    assert str(packed) in told.value.message
    assert here.files() == before == {}
    assert here.leftovers() == []
    assert not list(here.path.parent.glob("**/outside.txt"))


def test_a_zip_of_anything_else_is_no_source(here: Side, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("README", "hello")
    with pytest.raises(UsageError, match="no zip file of runs"):
        here.imports(tmp_path / "other.zip")


def test_a_zip_of_a_newer_format_is_refused(here: Side, packed: Path) -> None:
    def change(_archive: zipfile.ZipFile, files: dict[str, bytes]) -> None:
        files[LIST] = json.dumps({**json.loads(files[LIST]), "format": 2}).encode()

    with pytest.raises(ConflictError, match="format 2"):
        here.imports(altered(packed, change))


def test_a_zip_brings_all_of_a_run_and_doing_it_again_nothing(
    here: Side, there: Side, packed: Path
) -> None:
    renamed = packed.rename(packed.with_name("a parcel without an ending"))
    done = here.imports(renamed)
    again = here.imports(renamed)

    assert (len(done.new), done.objects, done.skipped, done.warnings) == (1, 1, (), ())
    assert here.files() == there.files()
    run = mltrack.get_run(done.new[0])
    assert run.record.notes[0].text == NOTED
    assert run.artifact_path("big.bin").stat().st_size == 2_000_000
    assert (again.new, again.same, again.events, again.objects) == ((), 1, 0, 0)
    assert here.leftovers() == []


def test_a_zip_that_another_program_packed_anew_is_taken(
    here: Side, packed: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "unpacked")
    shutil.make_archive(str(tmp_path / "anew"), "zip", tmp_path / "unpacked")
    with zipfile.ZipFile(tmp_path / "anew.zip") as archive:
        assert "runs/" in archive.namelist()
    assert len(here.imports(tmp_path / "anew.zip").new) == 1


def test_a_dry_run_changes_nothing(here: Side, packed: Path) -> None:
    assert len(here.imports(packed, dry_run=True).new) == 1
    assert here.files() == {}


def test_the_same_runs_are_packed_in_the_same_bytes(here: Side, packed: Path) -> None:
    here.imports(packed)
    mltrack.export_runs(packed.with_name("again.zip"))
    assert packed.with_name("again.zip").read_bytes() == packed.read_bytes()


def test_large_files_can_be_left_out(here: Side, there: Side, packed: Path) -> None:
    there.use()
    small = packed.with_name("small.zip")
    mltrack.export_runs(small, objects=False)
    assert small.stat().st_size < 20_000

    done = here.imports(small)
    assert (len(done.new), done.objects, done.skipped) == (1, 0, ())
    assert done.warnings == (f"large files that {small} was packed without: 1",)
    assert mltrack.get_run("1").artifact_path("plots/plot.txt").read_text() == "a plot"
    assert here.imports(packed).objects == 1


def test_a_large_file_that_is_not_here_is_left_out_with_a_word(there: Side, packed: Path) -> None:
    there.use()
    shutil.rmtree(there.root / "objects")
    done = mltrack.export_runs(packed.with_name("lacking.zip"))
    assert "'big.bin' of run" in done.warnings[0]


def test_a_run_that_is_still_written_to_is_left_out_with_a_word(
    here: Side, there: Side, tmp_path: Path
) -> None:
    process = there.programs.start(GROWING)
    there.use()
    with pytest.raises(UsageError, match="no runs to pack"):
        mltrack.export_runs(tmp_path / "runs.zip")
    assert not (tmp_path / "runs.zip").exists()
    process.communicate("go\n")
    assert mltrack.export_runs(tmp_path / "runs.zip").runs == 1
    assert len(here.imports(tmp_path / "runs.zip").new) == 1


def damaged(there: Side, bad: str, run_id: str) -> None:
    folder = there.folder(run_id)
    if bad == "manifest":
        (folder / "artifacts.yaml").write_text("{{{", encoding="utf-8")
        return
    journal = folder / "metrics.jsonl"
    journal.unlink()
    if bad == "link":
        journal.symlink_to("/etc/hostname")
    else:
        journal.mkdir()


@pytest.mark.parametrize("bad", ["manifest", "link", "folder"])
def test_a_damaged_run_costs_a_word_and_no_other_run(
    here: Side, there: Side, packed: Path, bad: str
) -> None:
    there.use()
    (whole,) = (run.id for run in mltrack.search_runs())
    broken = there.run()
    damaged(there, bad, broken)
    with pytest.raises(UsageError, match="no runs to pack"):
        mltrack.export_runs(packed, broken, overwrite=True)
    done = mltrack.export_runs(packed, overwrite=True)
    assert done.runs == 1
    assert f"run {broken} is left out" in done.warnings[0]
    assert here.imports(packed).new == (whole,)


def test_a_small_file_that_is_gone_is_left_out_with_a_word(there: Side, packed: Path) -> None:
    there.use()
    run = mltrack.get_run("1")
    run.artifact_path("plots/plot.txt").unlink()
    done = mltrack.export_runs(packed, overwrite=True)
    assert (done.runs, len(done.warnings)) == (1, 1)
    assert "'plots/plot.txt' of run" in done.warnings[0]


def test_a_zip_is_a_file_and_has_no_rows(there: Side, packed: Path) -> None:
    there.use()
    with pytest.raises(UsageError, match="has no rows"):
        mltrack.export_runs(packed.with_name("points.zip"), history=True)
    with packed.open("wb") as file, pytest.raises(UsageError, match="is a file"):
        mltrack.export_runs(file, format="zip")


def test_the_commands_pack_and_merge(here: Side, there: Side, packed: Path) -> None:
    made = Cli(there.path)("export", "1", "-o", "../one.zip", "--no-artifacts")
    assert (made.code, made.err.splitlines()[-1]) == (0, "1 run in ../one.zip")
    done = Cli(here.path)("import", "../one.zip", "-o", "json")
    assert done.code == 0
    assert len(done.json()["import"]["new"]) == 1
    assert "packed without: 1" in done.err
    packed.write_bytes(b"PK\x03\x04 and no more")
    broken = Cli(here.path)("import", str(packed))
    assert broken.code == 4
    assert "Traceback" not in broken.err
