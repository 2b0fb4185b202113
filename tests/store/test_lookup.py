"""Kept files found again, checked, and handed out."""

import os
from pathlib import Path

import pytest

from mltrack.errors import IntegrityError, MltrackError, NotFoundError, StoreWriteError
from mltrack.store.folders import cache_folder
from mltrack.store.layout import MANIFEST
from mltrack.store.lookup import is_here, locate
from tests.store.kept import Kept, files_below


@pytest.mark.parametrize("data", [b"small", b"x" * 50])
def test_a_changed_file_is_named_and_not_handed_out(kept: Kept, data: bytes) -> None:
    kept.add("m/a.txt", data)
    path = kept.locate("m/a.txt")
    path.chmod(0o644)
    path.write_bytes(data[:-1] + b"!")
    for name in ("m/a.txt", "m"):
        with pytest.raises(IntegrityError, match="was changed after it was kept"):
            kept.locate(name)


def test_a_missing_object_is_named_with_what_to_copy(kept: Kept) -> None:
    entry = kept.add("m/a.bin", b"x" * 50)
    kept.locate("m/a.bin").unlink()
    for name in ("m/a.bin", "m"):
        with pytest.raises(
            NotFoundError, match=r"'m/a\.bin' of run abcdefgh is not on this"
        ) as caught:
            kept.locate(name)
        assert f"objects/{entry.sha256[:2]}/{entry.sha256[2:]}" in caught.value.fix


def test_of_a_folder_the_first_missing_object_is_named_and_the_others_counted(kept: Kept) -> None:
    for name in "abc":
        kept.add(f"m/{name}.bin", name.encode() * 50)
        kept.locate(f"m/{name}.bin")
    for name in "bc":
        kept.locate(f"m/{name}.bin").unlink()
    with pytest.raises(NotFoundError) as caught:
        kept.locate("m")
    words = "'m/b.bin' of run abcdefgh is not on this machine (nor are 1 more of its files)"
    assert words in caught.value.message
    assert kept.locate("m/a.bin").read_bytes() == b"a" * 50


def test_a_pipe_that_was_planted_is_no_file_and_never_waited_for(kept: Kept) -> None:
    kept.add("m/a.bin", b"x" * 50)
    path = kept.locate("m/a.bin")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(NotFoundError, match="is not on this machine"):
        kept.locate("m/a.bin")


def test_whether_an_object_is_here_is_seen_without_reading_it(kept: Kept) -> None:
    entry = kept.add("a.bin", b"x" * 50)
    assert is_here(kept.store, entry)
    kept.locate("a.bin").unlink()
    assert not is_here(kept.store, entry)


def test_a_missing_file_in_place_is_named(kept: Kept) -> None:
    kept.add("m/a.txt")
    (kept.folder / "artifacts" / "m" / "a.txt").unlink()
    for name in ("m/a.txt", "m"):
        with pytest.raises(NotFoundError, match="is gone from the disk"):
            kept.locate(name)


def test_an_object_that_was_damaged_is_mended_by_the_next_file_of_the_same_bytes(
    kept: Kept,
) -> None:
    kept.add("a.bin", b"x" * 50)
    path = kept.locate("a.bin")
    path.chmod(0o644)
    path.write_bytes(b"")
    kept.add("b.bin", b"x" * 50)
    assert kept.locate("a.bin").read_bytes() == b"x" * 50


def test_what_was_never_logged_is_not_found(kept: Kept) -> None:
    kept.add("model/a.txt")
    for name in ("mod", "model/a.txt/b", "other"):
        with pytest.raises(NotFoundError, match="there is no artifact"):
            kept.locate(name)


def test_a_folder_in_place_is_handed_out_as_it_lies(kept: Kept) -> None:
    kept.add("m/a.txt", b"a")
    kept.add("m/deep/b.txt", b"b")
    assert kept.locate("m") == kept.folder / "artifacts" / "m"


def test_a_planted_file_is_not_handed_out_with_a_folder(kept: Kept) -> None:
    kept.add("m/a.txt", b"a")
    (kept.folder / "artifacts" / "m" / "planted.py").touch()
    assert files_below(kept.locate("m")) == {"a.txt"}


def mixed(kept: Kept) -> Path:
    kept.add("m/a.txt", b"a")
    kept.add("m/deep/b.bin", b"x" * 50)
    return kept.locate("m")


def test_a_folder_of_files_and_objects_is_made_whole_and_read_only(kept: Kept) -> None:
    folder = mixed(kept)
    assert files_below(folder) == {"a.txt", "deep/b.bin"}
    assert folder.is_relative_to(kept.store.root / "cache")
    assert all(not path.stat().st_mode & 0o222 for path in folder.rglob("*") if path.is_file())
    assert kept.locate("m") == folder


@pytest.mark.parametrize("damage", ["changed", "planted", "removed", "link"])
def test_a_whole_folder_is_checked_whenever_it_is_handed_out(kept: Kept, damage: str) -> None:
    file = mixed(kept) / "a.txt"
    if damage != "planted":
        file.unlink()
    if damage == "changed":
        file.write_bytes(b"!")
    if damage == "planted":
        (file.parent / "planted.py").touch()
    if damage == "link":
        (file.parent / "real").write_bytes(b"a")
        file.symlink_to("real")
    again = kept.locate("m")
    assert files_below(again) == {"a.txt", "deep/b.bin"}
    assert (again / "a.txt").read_bytes() == b"a"
    assert not (again / "a.txt").is_symlink()


def test_a_folder_that_cannot_be_made_whole_leaves_nothing(kept: Kept) -> None:
    kept.add("m/a.txt", b"a")
    kept.add("m/b.bin", b"x" * 50)
    kept.locate("m/b.bin").unlink()
    with pytest.raises(NotFoundError):
        kept.locate("m")
    assert files_below(kept.store.root / "cache") == {".gitignore"}


def test_in_a_store_that_cannot_be_written_the_users_cache_serves(kept: Kept) -> None:
    kept.add("m/a.txt", b"a")
    kept.add("m/b.bin", b"x" * 50)
    (kept.store.root / "cache" / ".gitignore").unlink()
    (kept.store.root / "cache").rmdir()
    (kept.store.root / "cache").touch()
    assert kept.locate("m").is_relative_to(cache_folder())


def test_where_no_cache_can_be_written_the_error_says_so(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.add("m/a.txt", b"a")
    kept.add("m/b.bin", b"x" * 50)
    (kept.store.root / "cache" / "folders").touch()
    monkeypatch.setenv("MLTRACK_HOME", str(kept.source("file")))
    with pytest.raises(StoreWriteError, match="could not put 'm' together"):
        kept.locate("m")


def test_of_two_writers_the_later_ones_file_counts(kept: Kept) -> None:
    other = kept.writer("qrstuvwx")
    kept.add("m/a.txt", b"first")
    kept.add("m/a.txt", b"second", folder=other)
    kept.add("m/b.txt", b"third", folder=other)
    folder = locate(kept.store, [kept.folder, other], "m")
    assert (folder / "a.txt").read_bytes() == b"second"
    assert locate(kept.store, [other, kept.folder], "m/a.txt").read_bytes() == b"first"


@pytest.mark.parametrize("planted", ["artifacts", "artifacts/m", "artifacts/m/a.txt", MANIFEST])
def test_a_planted_link_is_never_followed(kept: Kept, tmp_path: Path, planted: str) -> None:
    kept.add("m/a.txt", b"a")
    (kept.folder / planted).rename(tmp_path / "outside")
    (kept.folder / planted).symlink_to(tmp_path / "outside")
    before = files_below(tmp_path / "outside")
    with pytest.raises(IntegrityError, match="symbolic link"):
        kept.locate("m/a.txt")
    with pytest.raises(MltrackError):
        kept.add("m/a.txt", b"b")
    assert files_below(tmp_path / "outside") == before


@pytest.mark.parametrize("planted", ["objects", "tmp", "cache"])
def test_a_planted_folder_of_the_store_is_never_followed(
    kept: Kept, tmp_path: Path, planted: str
) -> None:
    kept.add("m/a.txt", b"a")
    (tmp_path / "outside").mkdir()
    (kept.store.root / planted / ".gitignore").unlink()
    (kept.store.root / planted).rmdir()
    (kept.store.root / planted).symlink_to(tmp_path / "outside")
    with pytest.raises(IntegrityError, match="symbolic link"):
        mixed(kept)
    assert list((tmp_path / "outside").iterdir()) == []
