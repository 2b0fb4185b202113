"""The file that a user names for a result."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.api.models.predictions import predict
from mltrack.api.output_files import place_of
from mltrack.api.store import init_store
from mltrack.errors import UsageError
from tests.support.cli import TIMEOUT_SECONDS

WRITE = """
import signal
from pathlib import Path
from mltrack.api.models.predictions import predict
from mltrack.api.output_files import written

with written(Path("runs.csv")) as file:
    file.write(b"half")
    print("begun", flush=True)
    signal.pause()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whoever_is_stopped_while_writing_leaves_the_old_file_and_no_other(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "runs.csv").write_text("old")
    with subprocess.Popen(
        [sys.executable, "-c", WRITE],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "begun\n"
        child.send_signal(number)
        assert child.wait(TIMEOUT_SECONDS) != 0
    assert [path.name for path in folder.iterdir()] == ["runs.csv"]
    assert (folder / "runs.csv").read_text() == "old"


@pytest.mark.parametrize("name", ["config.yaml", "new.csv"])
def test_no_link_leads_what_is_written_into_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out.csv").symlink_to(init_store() / name)
    with pytest.raises(UsageError, match=r"out\.csv is in the store"):
        place_of("out.csv", overwrite=True)


def test_predictions_do_not_take_the_place_of_a_file_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"config\.yaml is in the store"):
        predict("models:/churn/1", "rows.csv", output=init_store() / "config.yaml")


def test_a_named_store_that_is_not_there_keeps_nobody_from_writing_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLTRACK_STORE", str(tmp_path / "gone"))
    assert place_of("out.csv", overwrite=True) == tmp_path / "out.csv"


def test_a_link_that_leads_to_itself_is_left_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    init_store()
    (tmp_path / "out.csv").symlink_to("out.csv")
    assert place_of("out.csv", overwrite=True) == tmp_path / "out.csv"
