"""Files of a commit, as git gives them."""

import tracemalloc
from pathlib import Path

import pytest

from mltrack.store.git import GitError
from mltrack.store.git_files import write_blobs
from tests.support.repository import Repository

LARGE = 64 * 1024 * 1024


def test_a_blob_larger_than_memory_should_be_is_written_block_by_block(
    repo: Repository, tmp_path: Path
) -> None:
    (repo.path / "large").write_bytes(b"\n\0" * (LARGE // 2))
    blobs = [repo.git("hash-object", "-w", name) for name in (repo.write("a", "").name, "large")]
    files = [tmp_path / "out" / name for name in ("1", "2", "3")]
    tracemalloc.start()
    write_blobs(repo.path, list(zip([*blobs, blobs[0]], files, strict=True)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [file.stat().st_size for file in files] == [0, LARGE, 0]
    assert files[1].read_bytes() == (repo.path / "large").read_bytes()
    assert peak < LARGE / 8


def test_files_of_one_blob_take_the_place_of_one_on_the_disk(
    repo: Repository, tmp_path: Path
) -> None:
    blob = repo.git("hash-object", "-w", repo.write("a", "same").name)
    files = [tmp_path / name / "f" for name in ("1", "2", "3")]
    write_blobs(repo.path, [(blob, file) for file in files])
    assert [file.read_text() for file in files] == ["same"] * 3
    assert len({file.stat().st_ino for file in files}) == 1


def test_a_blob_that_git_has_not_is_an_error(repo: Repository, tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no blob 1234"):
        write_blobs(repo.path, [("1234" * 10, tmp_path / "file")])
    write_blobs(repo.path, [])
