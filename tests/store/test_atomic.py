"""Whole files and whole folders, or none."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mltrack.errors import IntegrityError, StoreWriteError
from mltrack.store.atomic import built_folder, maker_of, move, sync_folder, unused, write_file


@pytest.fixture
def tmp(tmp_path: Path) -> Path:
    return tmp_path / "tmp"


@pytest.fixture
def umask() -> Iterator[int]:
    before = os.umask(0o027)
    yield 0o027
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_written_file_holds_its_bytes_and_leaves_nothing_else(tmp_path: Path, tmp: Path) -> None:
    write_file(tmp_path / "deep" / "er" / "file", b"content", tmp=tmp)
    assert (tmp_path / "deep" / "er" / "file").read_bytes() == b"content"
    assert list(tmp.iterdir()) == []


def test_a_refused_write_leaves_the_file_as_it_was_and_no_temporary_file(
    tmp_path: Path, tmp: Path
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "inside").touch()
    with pytest.raises(StoreWriteError, match="could not write"):
        write_file(target, b"content", tmp=tmp)
    assert (target / "inside").exists()
    assert list(tmp.iterdir()) == []


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, tmp: Path) -> None:
    code = (
        "import resource, signal; from pathlib import Path\n"
        "from mltrack.store.atomic import write_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"write_file(Path({str(tmp_path / 'file')!r}), bytes(5000), tmp=Path({str(tmp)!r}))\n"
    )
    (tmp_path / "file").write_bytes(b"before")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "StoreWriteError" in done.stderr
    assert (tmp_path / "file").read_bytes() == b"before"
    assert list(tmp.iterdir()) == []


def test_a_new_file_has_the_mode_that_the_umask_leaves(
    tmp_path: Path, tmp: Path, umask: int
) -> None:
    write_file(tmp_path / "file", b"", tmp=tmp)
    assert mode_of(tmp_path / "file") == 0o666 & ~umask


def test_a_replaced_file_keeps_its_mode(tmp_path: Path, tmp: Path, umask: int) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "file").chmod(0o604)
    write_file(tmp_path / "file", b"new", tmp=tmp)
    assert mode_of(tmp_path / "file") == 0o604


def test_a_name_of_any_length_that_the_disk_takes_can_be_written(tmp_path: Path, tmp: Path) -> None:
    write_file(tmp_path / ("n" * 255), b"content", tmp=tmp)
    assert (tmp_path / ("n" * 255)).read_bytes() == b"content"


def test_a_built_folder_appears_whole(tmp_path: Path, tmp: Path) -> None:
    with built_folder(tmp_path / "runs" / "one", tmp=tmp) as building:
        (building / "file").write_text("content")
        assert not (tmp_path / "runs" / "one").exists()
    assert (tmp_path / "runs" / "one" / "file").read_text() == "content"
    assert list(tmp.iterdir()) == []


def test_a_built_folder_is_never_merged_into_one_that_is_there(tmp_path: Path, tmp: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "theirs").touch()
    with (
        pytest.raises(StoreWriteError, match="could not write"),
        built_folder(tmp_path / "one", tmp=tmp) as building,
    ):
        (building / "ours").touch()
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["theirs"]
    assert list(tmp.iterdir()) == []


def test_a_folder_whose_building_fails_leaves_nothing(tmp_path: Path, tmp: Path) -> None:
    with pytest.raises(ZeroDivisionError), built_folder(tmp_path / "one", tmp=tmp) as building:
        (building / "half").write_bytes(bytes(1 // 0))
    assert not (tmp_path / "one").exists()
    assert list(tmp.iterdir()) == []


def test_a_folder_that_git_removed_is_made_again(tmp_path: Path, tmp: Path) -> None:
    target = tmp_path / "runs" / "202601" / "31" / "one"
    with built_folder(target, tmp=tmp) as building:
        (building / "file").touch()
    (target / "file").unlink()
    for folder in (target, target.parent, target.parent.parent):
        folder.rmdir()
    write_file(target / "file", b"again", tmp=tmp)
    assert (target / "file").read_bytes() == b"again"


def test_what_cannot_be_moved_stays_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "source").touch()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        move(tmp_path / "source", tmp_path / "file" / "target", sync=True)
    assert (tmp_path / "source").exists()


def test_a_folder_without_fsync_is_no_failure_but_a_missing_one_is(tmp_path: Path) -> None:
    sync_folder(Path("/proc/self"))
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "missing")


@pytest.mark.parametrize("planted", ["runs", "runs/202601", "tmp", "file"])
def test_nothing_is_written_through_a_planted_link(tmp_path: Path, planted: str) -> None:
    root, outside = tmp_path / ".mltrack", tmp_path / "outside"
    outside.mkdir()
    (root / planted).parent.mkdir(parents=True, exist_ok=True)
    (root / planted).symlink_to(outside, target_is_directory=True)
    target = root / "file" if planted == "file" else root / "runs" / "202601" / "31" / "file"
    with pytest.raises(IntegrityError, match="symbolic link"):
        write_file(target, b"content", tmp=root / "tmp")
    with (
        pytest.raises(IntegrityError, match="symbolic link"),
        built_folder(target, tmp=root / "tmp"),
    ):
        pass
    assert list(outside.iterdir()) == []


def test_what_lies_in_tmp_tells_which_process_made_it(tmp_path: Path) -> None:
    name = unused(tmp_path).name
    assert maker_of(name) == maker_of(f"{name}.lock") == os.getpid()


@pytest.mark.parametrize("name", [".gitignore", "12", "12.", "12.sh", "x.abcdefgh", "-1.abcdefgh"])
def test_what_nobody_made_in_tmp_names_no_process(name: str) -> None:
    assert maker_of(name) is None
