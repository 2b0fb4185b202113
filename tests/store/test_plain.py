"""A file is opened without waiting, and nothing else is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.store.plain import open_plain

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
