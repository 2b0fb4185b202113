"""A package that is not what its manifest says is refused before a byte of it is used."""

import os
from pathlib import Path

import pytest

from mltrack.errors import IntegrityError
from mltrack.models import manifest, opening

DIGEST = "0" * 64


def _append(folder: Path, line: str) -> None:
    with (folder / manifest.NAME).open("a", encoding="utf-8") as file:
        file.write(line)


def test_a_changed_byte_is_named_by_its_file(folder: Path) -> None:
    file = folder / "data" / "model.pkl"
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    with pytest.raises(IntegrityError, match=r"data/model\.pkl was changed"):
        opening.load_package(folder)


def test_a_changed_file_is_refused_even_if_loading_does_not_need_it(folder: Path) -> None:
    (folder / "requirements.txt").write_bytes(b"evil==1.0\n")
    with pytest.raises(IntegrityError, match=r"requirements\.txt was changed"):
        opening.load_package(folder)


def test_a_file_that_is_gone_is_named(folder: Path) -> None:
    (folder / "requirements.txt").unlink()
    with pytest.raises(IntegrityError, match=r"lacks 'requirements\.txt'"):
        opening.load_package(folder)


def test_a_file_that_goes_after_the_check_is_named(folder: Path) -> None:
    files = manifest.verify(folder)
    (folder / "requirements.txt").unlink()
    with pytest.raises(IntegrityError, match=r"lacks 'requirements\.txt'"):
        files.read("requirements.txt")


def test_a_folder_that_goes_while_it_is_looked_through_is_named(folder: Path) -> None:
    with pytest.raises(IntegrityError, match="lacks 'data/more/'"):
        list(manifest._files_below(folder, "data/more/"))


def test_a_file_that_nobody_listed_is_named(folder: Path) -> None:
    (folder / "data" / "more.pkl").write_bytes(b"")
    with pytest.raises(IntegrityError, match=r"holds 'data/more\.pkl'"):
        opening.load_package(folder)


def test_a_link_is_refused_even_to_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    file = folder / "data" / "model.pkl"
    file.rename(tmp_path / "elsewhere.pkl")
    file.symlink_to(tmp_path / "elsewhere.pkl")
    with pytest.raises(IntegrityError, match="symbolic link"):
        opening.load_package(folder)


def test_a_linked_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "data").rename(tmp_path / "elsewhere")
    (folder / "data").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(IntegrityError, match="symbolic link"):
        opening.load_package(folder)


def test_a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "data" / "more")
    _append(folder, f"{DIGEST}  data/more\n")
    with pytest.raises(IntegrityError, match=r"data/more.* is no file"):
        opening.load_package(folder)


@pytest.mark.parametrize("path", ["../secret", "data/../../secret", "/etc/passwd"])
def test_a_path_that_leads_out_is_refused(folder: Path, path: str) -> None:
    _append(folder, f"{DIGEST}  {path}\n")
    with pytest.raises(IntegrityError, match="leads out"):
        opening.load_package(folder)


@pytest.mark.parametrize("line", ["no digest\n", f"{DIGEST} one-space\n", "torn"])
def test_a_manifest_that_is_none_is_refused(folder: Path, line: str) -> None:
    _append(folder, line)
    with pytest.raises(IntegrityError, match=r"MANIFEST\.sha256"):
        opening.load_package(folder)


def test_another_digest_than_the_recorded_one_is_refused(folder: Path) -> None:
    with pytest.raises(IntegrityError, match="not the one that was recorded"):
        opening.load_package(folder, expected_digest=DIGEST)


def test_a_file_changed_after_the_check_is_refused_as_it_is_read(folder: Path) -> None:
    files = manifest.verify(folder)
    (folder / "model.yaml").write_bytes(b"format: 1\n")
    with pytest.raises(IntegrityError, match=r"model\.yaml was changed"):
        files.read("model.yaml")


def test_what_is_no_file_is_named(folder: Path) -> None:
    os.mkfifo(folder / "data" / "pipe")
    _append(folder, f"{DIGEST}  data/pipe\n")
    with pytest.raises(IntegrityError, match=r"'data/pipe' in .* is no file"):
        opening.load_package(folder)
