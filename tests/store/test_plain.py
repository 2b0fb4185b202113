"""A file is opened without waiting, and nothing else is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.store.plain import SMALL_BYTES, open_plain, plain_folder, read_small

STRANGE: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_file_is_refused_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / "strange"
    STRANGE[name](path)
    with pytest.raises(OSError, match="it is no file"):
        open_plain(path)


def test_a_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(b"data")
    with open_plain(path) as file:
        assert file.read() == b"data"


def test_a_small_file_in_an_open_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"data")
    with plain_folder(tmp_path) as folder:
        assert folder is not None
        assert read_small(folder, "plain") == b"data"


@pytest.mark.parametrize("name", [*STRANGE, "nothing", "large", "link"])
def test_whatever_else_is_there_wants_a_closer_look(name: str, tmp_path: Path) -> None:
    path = tmp_path / "strange"
    if name == "link":
        (tmp_path / "plain").write_bytes(b"data")
        path.symlink_to("plain")
    elif name == "large":
        path.write_bytes(bytes(SMALL_BYTES))
    elif name in STRANGE:
        STRANGE[name](path)
    with plain_folder(tmp_path) as folder:
        assert folder is not None
        assert read_small(folder, "strange") is None


def test_a_folder_of_a_store_to_which_a_link_leads_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "events").mkdir(parents=True)
    (tmp_path / ".mltrack").mkdir()
    (tmp_path / ".mltrack" / "models").symlink_to(tmp_path / "elsewhere")
    with plain_folder(tmp_path / ".mltrack" / "models" / "events") as folder:
        assert folder is None


@pytest.mark.parametrize("name", ["run.yaml", "metrics.jsonl"])
def test_a_pipe_in_the_place_of_a_file_of_a_run_never_holds_a_listing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with mltrack.start_run(name="good"):
        pass
    with mltrack.start_run(name="strange") as run:
        pass
    [folder] = (tmp_path / ".mltrack" / "runs").glob(f"*/*/{run.id}")
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert "good" in [found.name for found in mltrack.search_runs()]
