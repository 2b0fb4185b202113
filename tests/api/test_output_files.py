"""The file that a user names for a result."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import TIMEOUT_SECONDS

WRITE = """
import signal
from pathlib import Path
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
