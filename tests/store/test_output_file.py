"""What is written for a user is there whole or not at all."""

import os
from pathlib import Path

import pytest

from mltrack.errors import StoreWriteError, UsageError
from mltrack.store.output_file import replaced


def test_an_output_that_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old\n", encoding="utf-8")

    def fail() -> None:
        with replaced(file) as sink:
            sink.write(b"half")
            raise UsageError("a bad row")

    with pytest.raises(UsageError, match="a bad row"):
        fail()
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    assert file.read_text(encoding="utf-8") == "old\n"


def test_a_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with replaced(pipe) as sink:
        sink.write(b"row\n")
    assert os.read(reader, 100) == b"row\n"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_stays_a_link_and_what_it_names_is_written(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    with replaced(link) as sink:
        sink.write(b"row\n")
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "row\n"


def test_a_file_is_replaced_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.touch(mode=0o600)
    with replaced(file) as sink:
        sink.write(b"row\n")
    assert file.read_text(encoding="utf-8") == "row\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_name_may_be_as_long_as_the_disk_takes(tmp_path: Path) -> None:
    file = tmp_path / f"{'x' * 251}.csv"
    with replaced(file) as sink:
        sink.write(b"row\n")
    assert file.read_bytes() == b"row\n"


def test_a_full_disk_is_named_and_leaves_nothing() -> None:
    def fill() -> None:
        with replaced(Path("/dev/full")) as sink:
            sink.write(b"row\n")

    with pytest.raises(StoreWriteError, match="could not write /dev/full: No space left"):
        fill()


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(StoreWriteError, match="Is a directory"), replaced(tmp_path):
        pass


def test_an_error_while_it_is_written_is_not_taken_for_one_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replaced(tmp_path / "out.csv"):
        (tmp_path / "a model's own file").read_bytes()
