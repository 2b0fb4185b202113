"""Files that are kept in a folder of the store, as the writer sees it."""

import hashlib
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mltrack.errors import UsageError
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.blobs import copy_hashing
from mltrack.store.layout import MANIFEST
from mltrack.store.manifest import Entry, read_manifest
from tests.store.kept import Kept, files_below


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_a_small_file_lies_in_place_and_is_listed(kept: Kept) -> None:
    entry = kept.add("plots/a.txt", b"small")
    assert entry == Entry("plots/a.txt", 5, hashlib.sha256(b"small").hexdigest(), inline=True)
    assert read_manifest(kept.folder) == {"plots/a.txt": entry}
    assert kept.locate("plots/a.txt") == kept.folder / "artifacts" / "plots" / "a.txt"
    assert files_below(kept.store.root / "objects") == {".gitignore"}


def test_a_large_file_lies_in_the_objects_once(kept: Kept) -> None:
    first, second = kept.add("a.bin", b"x" * 11), kept.add("b.bin", b"x" * 11)
    assert not first.inline
    assert kept.locate("a.bin") == kept.locate("b.bin")
    assert files_below(kept.store.root / "objects") == {
        ".gitignore",
        f"{second.sha256[:2]}/{second.sha256[2:]}",
    }


def test_the_same_bytes_in_many_runs_are_kept_once(kept: Kept) -> None:
    for letter in "abcdefgh":
        folder = kept.store.layout.run_folder(f"20260131-120000-{letter * 8}")
        folder.mkdir(parents=True, exist_ok=True)
        kept.add(f"{letter}.bin", b"x" * 50, folder=folder)
    assert len(files_below(kept.store.root / "objects") - {".gitignore"}) == 1


def test_an_old_object_is_as_new_once_its_bytes_are_logged_again(kept: Kept) -> None:
    kept.add("a.bin", b"x" * 50)
    path = kept.locate("a.bin")
    os.utime(path, (0, 0))
    kept.add("b.bin", b"x" * 50)
    assert path.stat().st_mtime > time.time() - 60


def test_a_file_that_grows_faster_than_it_is_read_is_kept_as_it_was(kept: Kept) -> None:
    source = kept.source("growing.log", b"x" * 3_000_000)
    code = f"file = open({str(source)!r}, 'ab')\nfor _ in range(200): file.write(bytes(4_000_000))"
    with subprocess.Popen([sys.executable, "-c", code]) as writer:
        try:
            while source.stat().st_size == 3_000_000:
                assert writer.poll() is None
            (entry,) = ArtifactFolder(kept.store, kept.folder).add(source, "growing.log")
            assert writer.poll() is None, "it was read to the end of what was written meanwhile"
        finally:
            writer.kill()
    data = kept.locate("growing.log").read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (entry.size, entry.sha256)


def test_a_file_of_the_system_that_has_no_size_is_kept_whole(kept: Kept) -> None:
    source = Path("/proc/self/status")
    if not source.exists():
        pytest.skip("there is no /proc here")
    (entry,) = ArtifactFolder(kept.store, kept.folder).add(source, "status")
    assert entry.size > 0


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link to a pipe"])
def test_what_is_no_file_is_refused_without_waiting(kept: Kept, kind: str) -> None:
    path = kept.sources / "special"
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        os.mkfifo(path)
    if kind == "link to a pipe":
        (kept.sources / "link").symlink_to(path)
        path = kept.sources / "link"
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        ArtifactFolder(kept.store, kept.folder).add(path, "special")


def test_a_pipe_that_takes_the_place_of_a_file_is_refused_without_waiting(kept: Kept) -> None:
    os.mkfifo(kept.sources / "pipe")
    with pytest.raises(UsageError, match="is no file"):
        copy_hashing(kept.sources / "pipe", kept.sources / "copy")


def test_what_goes_beyond_the_limit_of_a_run_lies_in_the_objects(kept: Kept) -> None:
    assert [kept.add(name, b"x" * 10).inline for name in "abc"] == [True, True, False]
    assert kept.add("d", b"x" * 5).inline


def test_the_limit_counts_the_files_of_all_writers_of_a_run(kept: Kept) -> None:
    other = kept.writer("qrstuvwx")
    kept.add("a", b"x" * 10)
    kept.add("b", b"x" * 10, folder=other)
    assert not kept.add("c", b"x" * 10, folder=other).inline
    assert not kept.add("c", b"x" * 10).inline


def test_logging_a_file_again_takes_no_more_of_the_limit(kept: Kept) -> None:
    assert all(kept.add("a", bytes([n]) * 10).inline for n in range(5))


@pytest.mark.parametrize(
    "name",
    [
        ".gitignore",
        "a/.git/config",
        "GIT~1",
        "nul.txt",
        "a:b",
        "dot.",
        "x.swp",
        "a\\b",
        "a/" * 2000,
    ],
)
def test_an_unportable_path_is_an_object_under_its_true_name(kept: Kept, name: str) -> None:
    assert not kept.add(name).inline
    assert kept.locate(name).read_bytes() == b"data"
    assert not (kept.folder / "artifacts").exists()


def test_of_two_names_that_differ_by_case_the_second_is_an_object(kept: Kept) -> None:
    assert [kept.add(name, name.encode()).inline for name in ("A.txt", "a.txt")] == [True, False]
    assert kept.locate("a.txt").read_bytes() == b"a.txt"


def test_a_name_in_another_unicode_form_is_the_same_file(kept: Kept) -> None:
    kept.add("cafe\u0301.txt", b"one")
    kept.add("caf\u00e9.txt", b"two")
    assert list(read_manifest(kept.folder)) == ["caf\u00e9.txt"]
    assert kept.locate("cafe\u0301.txt").read_bytes() == b"two"


def test_a_users_file_is_copied_never_linked(kept: Kept) -> None:
    source = kept.source("big.bin", b"x" * 50)
    ArtifactFolder(kept.store, kept.folder).add(source, "big.bin")
    assert source.stat().st_nlink == 1
    source.write_bytes(b"changed")
    assert kept.locate("big.bin").read_bytes() == b"x" * 50


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("data", [b"small", b"x" * 50])
def test_what_is_kept_is_read_only_for_those_whom_the_umask_lets_read(
    kept: Kept, data: bytes
) -> None:
    source = kept.source("run.sh", data)
    source.chmod(0o755)
    ArtifactFolder(kept.store, kept.folder).add(source, "run.sh")
    assert stat.S_IMODE(kept.locate("run.sh").stat().st_mode) == 0o440


def test_logging_a_path_again_replaces_what_was_there(kept: Kept) -> None:
    for data in (b"one", b"two", b"x" * 50, b"y" * 50, b"three"):
        kept.add("a.txt", data)
        assert kept.locate("a.txt").read_bytes() == data
    assert files_below(kept.folder / "artifacts") == {"a.txt"}
    kept.add("a.txt", b"x" * 50)
    assert files_below(kept.folder / "artifacts") == set()


def test_between_two_steps_of_a_replacement_the_old_bytes_are_good(kept: Kept) -> None:
    before = kept.add("a.txt", b"old")
    kept.add("a.txt", b"new")
    text = (kept.folder / MANIFEST).read_text()
    (kept.folder / MANIFEST).write_text(f'{text}    was: "{before.sha256}"\n')
    (kept.folder / "artifacts" / "a.txt").unlink()
    (kept.folder / "artifacts" / "a.txt").write_bytes(b"old")
    assert kept.locate("a.txt").read_bytes() == b"old"
    kept.add("b.txt", b"other")
    assert kept.locate("a.txt").read_bytes() == b"old"
    kept.add("a.txt", b"newest")
    assert "was" not in (kept.folder / MANIFEST).read_text()


def test_nothing_is_left_in_the_folder_for_temporary_files(kept: Kept) -> None:
    for data in (b"one", b"two", b"x" * 50, b"x" * 50):
        kept.add("a.txt", data)
    with pytest.raises(UsageError):
        kept.add("a.txt/b")
    assert files_below(kept.store.root / "tmp") == {".gitignore"}
