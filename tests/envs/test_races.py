"""Many processes at once, and processes that are killed at any moment."""

import signal
import socket
from pathlib import Path

import pytest

from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from tests.envs.builds import TINY, started_build
from tests.envs.conftest import version_in


def test_eight_processes_at_once_build_once(home: Home, wheels: Path) -> None:
    builds = [started_build() for _ in range(8)]

    said = [process.communicate()[0] for process in builds]

    assert [process.returncode for process in builds] == [0] * 8
    assert "".join(said).count("making environment") == 1
    assert len({text.splitlines()[-1] for text in said}) == 1


def test_a_build_that_is_killed_while_its_installer_works_is_not_taken_for_complete(
    home: Home, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, monkeypatch.context() as patch:
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "UV_OFFLINE", "UV_FIND_LINKS"):
            patch.delenv(name)
        patch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        patch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        patch.setenv("PIP_RETRIES", "0")
        build = started_build()
        connection, _ = silent.accept()  # the installer is at work now
        build.send_signal(signal.SIGKILL)
        build.communicate()
        connection.close()

    assert version_in(ensure(TINY, home)) == "1.0"
