"""Of what comes without end, the end is kept, and it is told when the beginning is gone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import IntegrityError
from mltrack.store.rotating import PARTS, RotatingFile, followed, opened_parts


def written(path: Path, blocks: list[bytes], most_bytes: int) -> tuple[bytes, bool]:
    """Write blocks, and return what is kept and whether that is all."""
    file = RotatingFile(path, most_bytes)
    for block in blocks:
        file.write(block)
    file.close()
    with opened_parts(path) as parts:
        return b"".join(part.read() for part in parts.files), parts.is_whole


def test_what_fits_is_one_file(tmp_path: Path) -> None:
    assert written(tmp_path / "log", [b"abc", b"def"], 400) == (b"abcdef", True)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_what_does_not_fit_lies_in_parts_that_are_read_in_order(tmp_path: Path) -> None:
    assert written(tmp_path / "log", [b"0123456789ab"], 16) == (b"0123456789ab", True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "log.1", "log.2"]


def test_the_oldest_goes_and_that_is_told(tmp_path: Path) -> None:
    kept, is_whole = written(tmp_path / "log", [b"0123456789abcdefghij"], 16)

    assert (kept, is_whole) == (b"456789abcdefghij", False)


def test_nothing_is_kept_where_nothing_may_be(tmp_path: Path) -> None:
    assert written(tmp_path / "log", [b"abc"], 0) == (b"", True)


@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(1, 60))
def test_the_last_bytes_are_kept_and_never_much_more_than_may_be(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[bytes], most_bytes: int
) -> None:
    folder = tmp_path_factory.mktemp("rotating")

    kept, is_whole = written(folder / "log", blocks, most_bytes)

    whole = b"".join(blocks)
    assert whole.endswith(kept)
    assert is_whole == (kept == whole)
    assert min(len(whole), most_bytes // PARTS) <= len(kept) <= most_bytes + PARTS
    assert sum(path.stat().st_size for path in folder.iterdir()) == len(kept)


def test_it_goes_on_where_an_earlier_writer_left_it(tmp_path: Path) -> None:
    written(tmp_path / "log", [b"0123456789"], 16)

    assert written(tmp_path / "log", [b"abcdefgh"], 16)[0] == b"456789abcdefgh"


def test_what_is_written_while_it_is_read_takes_nothing_away(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", 16)
    file.write(b"0123456")

    with opened_parts(tmp_path / "log") as parts:
        file.write(b"789abcdefghijklmnop")
        assert b"".join(part.read() for part in parts.files)[:4] == b"0123"
    file.close()


@given(
    before=st.lists(st.binary(max_size=30), max_size=5),
    rounds=st.lists(st.binary(min_size=1, max_size=12), max_size=20),
)
def test_what_comes_while_it_is_followed_comes_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, before: list[bytes], rounds: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("followed") / "log"
    file = RotatingFile(path, 160)
    for block in before:
        file.write(block)
    coming = list(rounds)
    seen = b"".join(followed(path, lambda: not coming, lambda: file.write(coming.pop(0))))
    file.close()
    assert seen == b"".join([*before, *rounds])


def test_what_went_before_it_was_read_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "log"
    file = RotatingFile(path, 16)
    file.write(b"ab")
    coming = [b"0123456789" * 4]
    seen = b"".join(followed(path, lambda: not coming, lambda: file.write(coming.pop(0))))
    file.close()
    assert seen[:2] == b"ab"
    assert seen[2:] == (b"0123456789" * 4)[-len(seen) + 2 :]
    assert 12 < len(seen) <= 18


@pytest.mark.parametrize("name", ["output.log", "output.log.1"])
def test_no_link_is_followed_out_of_a_store(tmp_path: Path, name: str) -> None:
    folder = tmp_path / ".mltrack" / "local"
    folder.mkdir(parents=True)
    (folder / "output.log").touch()
    (folder / name).unlink(missing_ok=True)
    (tmp_path / "secret").write_text("secret")
    (folder / name).symlink_to(tmp_path / "secret")
    with pytest.raises(IntegrityError), opened_parts(folder / "output.log"):
        pass
