"""What goes wrong while an environment is built is said with its reason and the fix."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import AS_USUAL, EnvSpec, Index, Supply
from mltrack.errors import EnvironmentBuildError, MltrackError
from tests.support.wheels import write_source, write_wheel

NOWHERE = "http://127.0.0.1:9/simple"
ACCOUNT = "ada:l0velace1815"


def refused(spec: EnvSpec, home: Home, supply: Supply = AS_USUAL) -> EnvironmentBuildError:
    with pytest.raises(EnvironmentBuildError) as failed:
        ensure(spec, home, supply)
    assert not home.envs.exists() or list(home.envs.iterdir()) == []
    assert list(home.tmp.iterdir()) == []
    return failed.value


@pytest.fixture
def unreachable(installer: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let no index answer, and return its address."""
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("UV_DEFAULT_INDEX", NOWHERE)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    return NOWHERE


def test_a_version_that_does_not_exist_is_named(
    home: Home, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_OFFLINE")
    monkeypatch.setenv("UV_DEFAULT_INDEX", wheels.as_uri())

    error = refused(EnvSpec(requirements=("tiny==99",)), home)

    assert "no version of tiny that fits" in error.message
    assert "99" in error.why
    assert "tiny" in error.fix


def test_requirements_that_exclude_each_other_are_an_error(home: Home, wheels: Path) -> None:
    write_wheel(wheels, "tiny", "2.0")
    write_wheel(wheels, "other", requires=["tiny<2"])

    error = refused(EnvSpec(requirements=("other", "tiny>=2")), home)

    assert "cannot be met together" in error.message
    assert "tiny" in error.why


def test_offline_with_nothing_at_hand_tells_what_to_do(home: Home, wheels: Path) -> None:
    error = refused(EnvSpec(requirements=("absent",)), home, Supply(offline=True))

    assert "absent is not on this machine" in error.message
    assert "--find-links" in error.fix
    assert "mltrack env build" in error.fix


def test_an_index_that_cannot_be_reached_is_an_error(
    home: Home, unreachable: str, installer: str
) -> None:
    error = refused(EnvSpec(requirements=("absent",)), home)

    assert error.message == "no package index could be reached"
    assert "--find-links" in error.fix
    assert ("MLTRACK_INSTALLER=pip" in error.fix) == (installer == "uv")


def test_source_that_cannot_be_built_is_named(home: Home, wheels: Path, tmp_path: Path) -> None:
    source = write_source(tmp_path / "own", "own")
    (source / "backend.py").write_text("raise SystemExit('no compiler for Fortran')\n")
    (tmp_path / "requirements.txt").write_text("./own\n")

    error = refused(EnvSpec(requirements_file=tmp_path / "requirements.txt"), home)

    assert "could not be built from its source" in error.message
    assert "no compiler for Fortran" in error.why


@pytest.mark.parametrize("where", ["index", "extra", "option", "settings"])
def test_credentials_of_an_index_are_in_no_error_progress_or_file(
    home: Home,
    unreachable: str,
    where: str,
    tmp_path: Path,
    wheels: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "UV_OFFLINE", "UV_FIND_LINKS"):
        monkeypatch.delenv(name)
    address = f"http://{ACCOUNT}@127.0.0.1:9/simple"
    (tmp_path / "requirements.txt").write_text("tiny\n")
    spec = EnvSpec(requirements_file=tmp_path / "requirements.txt")
    if where == "index":
        spec = spec._replace(indexes=Index(url=address))
    elif where == "extra":
        spec = spec._replace(indexes=Index(extra=(address,)))
    elif where == "option":
        (tmp_path / "requirements.txt").write_text(f"--index-url {address}\ntiny\n")
    else:
        monkeypatch.setenv("PIP_INDEX_URL", address)
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
    said: list[str] = []

    with pytest.raises(MltrackError) as failed:
        ensure(spec, home, progress=said.append)
    ensure(spec, home, Supply(offline=True, find_links=(str(wheels),)), said.append)

    assert "l0velace" not in str(failed.value) + "".join(said)
    kept = [path for path in home.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert not [path for path in kept if b"l0velace" in path.read_bytes()]


def test_a_disk_that_is_full_is_said_and_leaves_nothing(
    home: Home, wheels: Path, installer: str, tmp_path: Path
) -> None:
    """A limit on the size of a file stands for the disk: a test of the system fills a real one."""
    big = write_wheel(wheels, "big")
    with zipfile.ZipFile(big, "a") as archive:
        archive.writestr("big_data.bin", b"x" * 3_000_000)
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "from mltrack.envs.build import ensure\n"
        "from mltrack.envs.home import user_home\n"
        "from mltrack.envs.spec import EnvSpec\n"
        "ensure(EnvSpec(requirements=('big',)), user_home())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "filled while the environment was built" in done.stderr
    assert not home.envs.exists() or list(home.envs.iterdir()) == []
