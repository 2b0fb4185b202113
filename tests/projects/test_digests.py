"""Data that was read before is not read again, unless anything about it may have changed."""

import json
import os
import time
from pathlib import Path

import pytest

from mltrack.envs.home import Home
from mltrack.progress import silent
from mltrack.projects.data import digests
from mltrack.projects.data.digests import STILL_SECONDS
from mltrack.store.blobs import sha256_of
from mltrack.tracking import datasets

LARGE = 2**20


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(bytes(LARGE))
    return path


def later() -> float:
    return time.time() + STILL_SECONDS + 5


def digest(path: Path, home: Home, *, soon: bool = False) -> str:
    clock = time.time if soon else later
    return str(digests.facts_of(path, home, silent, clock=clock)["digest"])


def spoil(home: Home) -> None:
    """Have the cache say what nobody reads out of any file."""
    known = json.loads(home.digests.read_text())
    for entry in known.values():
        entry["facts"]["digest"] = "spoiled"
    home.digests.write_text(json.dumps(known))


def test_what_has_been_still_is_not_read_again(file: Path, home: Home) -> None:
    assert digest(file, home) == sha256_of(file)
    spoil(home)

    assert digest(file, home) == "spoiled"


def test_what_was_written_a_moment_ago_is_not_remembered(file: Path, home: Home) -> None:
    assert digest(file, home, soon=True) == sha256_of(file)
    assert not home.digests.exists()


def test_other_bytes_of_the_same_size_and_time_are_seen(file: Path, home: Home) -> None:
    digest(file, home)
    before = file.stat()
    file.write_bytes(b"\1" * LARGE)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert digest(file, home) == sha256_of(file)


def test_another_file_of_that_name_is_seen(file: Path, home: Home, tmp_path: Path) -> None:
    digest(file, home)
    (tmp_path / "other").write_bytes(b"\1" * LARGE)
    (tmp_path / "other").replace(file)

    assert digest(file, home) == sha256_of(file)


def test_a_link_that_leads_elsewhere_now_is_seen(file: Path, home: Home, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file)
    digest(tmp_path / "link", home)
    (tmp_path / "other").write_bytes(b"\1" * LARGE)
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to(tmp_path / "other")

    assert digest(tmp_path / "link", home) == sha256_of(tmp_path / "other")


@pytest.mark.parametrize("change", ["write", "add", "remove", "rename"])
def test_whatever_changes_in_a_folder_is_seen(tmp_path: Path, home: Home, change: str) -> None:
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    for name in ("a", "deep/b"):
        (folder / name).write_bytes(bytes(LARGE))
    before = digest(folder, home)
    if change == "write":
        (folder / "deep/b").write_bytes(b"\1" * LARGE)
    elif change == "add":
        (folder / "deep/c").touch()
    elif change == "remove":
        (folder / "a").unlink()
    else:
        (folder / "deep/b").rename(folder / "deep/c")

    after = digest(folder, home)

    assert after != before
    assert after == datasets.facts_of(folder)["digest"]


def test_a_folder_and_its_only_file_are_not_taken_for_each_other(
    tmp_path: Path, home: Home
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a").write_bytes(bytes(LARGE))

    folder, file = digest(tmp_path / "data", home), digest(tmp_path / "data" / "a", home)

    assert folder == digest(tmp_path / "data", home) != file


@pytest.mark.parametrize("rubbish", [b"", b"[]", b"{", b'{"a": 1}', b"\xff"])
def test_a_broken_cache_costs_a_reading(file: Path, home: Home, rubbish: bytes) -> None:
    home.root.mkdir()
    home.digests.write_bytes(rubbish)

    assert digest(file, home) == sha256_of(file)


def test_a_cache_that_cannot_be_written_costs_a_reading(file: Path, tmp_path: Path) -> None:
    (tmp_path / "home").touch()

    assert digest(file, Home(tmp_path / "home")) == sha256_of(file)


def test_no_more_is_remembered_than_can_be_read_at_once(
    file: Path, home: Home, tmp_path: Path
) -> None:
    home.root.mkdir()
    entries = {f"1:{n}": {"sign": "x", "facts": {"digest": "y"}} for n in range(1000)}
    home.digests.write_text(json.dumps(entries))

    digest(file, home)

    known = json.loads(home.digests.read_text())
    assert len(known) == 500
    assert "1:999" in known
