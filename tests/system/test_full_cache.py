"""A disk that fills while an environment is built is said, and nothing half-built is left on it."""

import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mltrack.envs import leftovers
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import EnvSpec
from mltrack.errors import MltrackError
from tests.support.wheels import write_wheel

BIG = EnvSpec(requirements=("big",))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of 4 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting takes the right to")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.fixture(params=["pip", "uv"])
def wheels(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a package of 8 MB, from which each installer installs."""
    folder = tmp_path / "wheels"
    with zipfile.ZipFile(write_wheel(folder, "big"), "a") as archive:
        for number in range(16):
            archive.writestr(f"big_data/{number}.bin", os.urandom(500_000))
    monkeypatch.setenv("MLTRACK_INSTALLER", request.param)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    return folder


def test_an_installer_that_fills_the_disk_is_said_and_leaves_nothing(
    small_disk: Path, wheels: Path
) -> None:
    home = Home(small_disk)

    with pytest.raises(MltrackError) as refused:
        ensure(BIG, home)

    assert f"the disk of {small_disk} filled" in refused.value.message
    assert "mltrack env gc" in refused.value.fix
    assert list(home.envs.iterdir()) == list(home.tmp.iterdir()) == []


@pytest.mark.parametrize("left_bytes", [0, 4096, 20_000, 60_000])
def test_a_disk_that_is_full_before_is_said_and_works_again_when_it_is_not(
    small_disk: Path, wheels: Path, left_bytes: int
) -> None:
    home, ballast = Home(small_disk), small_disk / "ballast"
    write_wheel(wheels, "tiny")
    with ballast.open("wb") as file:
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        file.write(b"x" * max(0, free - left_bytes))

    with pytest.raises(MltrackError) as refused:
        ensure(EnvSpec(requirements=("tiny", "big")), home)
    ballast.unlink()

    assert "No space left" in str(refused.value) or "filled" in str(refused.value)
    assert list(leftovers.folders(home.envs)) == []
    assert ensure(EnvSpec(requirements=("tiny",)), home).python.exists()
