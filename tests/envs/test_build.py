"""An environment is built once, whole or not at all."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.envs import filling, kinds, shelf
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import Environment, EnvSpec
from mltrack.errors import EnvironmentBuildError, UsageError

TINY = EnvSpec(requirements=("tiny==1.0",))
BUILD = """\
from mltrack.envs.build import ensure
from mltrack.envs.home import user_home
from mltrack.envs.spec import EnvSpec
print(ensure(EnvSpec(requirements=("tiny==1.0",)), user_home(), progress=print).key)
"""


def started_build() -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", BUILD], stdout=subprocess.PIPE, text=True)


def said_by(environment: Environment, code: str) -> str:
    return subprocess.check_output([environment.python, "-c", code], text=True).strip()


def test_an_environment_holds_what_was_asked_for_and_nothing_else(home: Home, wheels: Path) -> None:
    environment = ensure(TINY, home)

    assert said_by(environment, "import tiny; print(tiny.VERSION)") == "1.0"
    modules = {path.name for path in environment.python.parent.parent.glob("lib/*/site-packages/*")}
    assert not modules & {"pip", "setuptools", "mltrack"}


def test_a_second_build_builds_nothing(home: Home, wheels: Path) -> None:
    said: list[str] = []
    first = ensure(TINY, home)

    second = ensure(TINY, home, progress=said.append)

    assert second == first
    assert said == []


def test_no_requirements_need_no_index(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")

    environment = ensure(EnvSpec(), home)

    assert environment.packages == b""
    assert said_by(environment, "print(1)") == "1"


def test_the_resolved_set_has_versions_and_digests(home: Home, wheels: Path) -> None:
    environment = ensure(EnvSpec(requirements=("tiny",)), home)

    assert environment.packages is not None
    assert environment.packages.startswith(b"tiny==1.0 --hash=sha256:")
    assert len(environment.packages.splitlines()) == 1


def test_two_processes_at_once_build_once(home: Home, wheels: Path) -> None:
    both = [started_build(), started_build()]

    said = "".join(process.communicate()[0] for process in both)

    assert [process.returncode for process in both] == [0, 0]
    assert said.count("making environment") == 1


def test_a_requirement_that_does_not_install_shows_the_last_lines_and_leaves_nothing(
    home: Home, wheels: Path
) -> None:
    with pytest.raises(EnvironmentBuildError) as failed:
        ensure(EnvSpec(requirements=("tiny==99",)), home)

    assert "No matching distribution found for tiny==99" in failed.value.why
    assert not home.envs.exists() or list(home.envs.iterdir()) == []
    assert list(home.tmp.iterdir()) == []


def test_a_killed_build_is_never_taken_for_complete(
    home: Home, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, monkeypatch.context() as patch:
        patch.delenv("PIP_NO_INDEX")
        patch.delenv("PIP_FIND_LINKS")
        patch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        patch.setenv("PIP_RETRIES", "0")
        build = started_build()
        connection, _ = silent.accept()  # the installer is at work now
        build.send_signal(signal.SIGKILL)
        build.communicate()
        connection.close()

    environment = ensure(TINY, home)

    assert said_by(environment, "import tiny; print(tiny.VERSION)") == "1.0"


def test_an_environment_without_its_marker_is_built_anew(home: Home, wheels: Path) -> None:
    first = ensure(TINY, home)
    assert first.id
    (home.env(first.id) / shelf.MARKER).unlink()

    second = ensure(TINY, home)

    assert second.python != first.python
    assert not first.python.exists()


def test_an_environment_whose_python_is_gone_is_built_anew(home: Home, wheels: Path) -> None:
    first = ensure(TINY, home)
    first.python.unlink()

    assert said_by(ensure(TINY, home), "print(1)") == "1"


def test_the_callers_own_python_does_not_leak_into_a_build(
    home: Home, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "sitecustomize.py").write_text("raise SystemExit('leaked')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "leak"))
    monkeypatch.setenv("VIRTUAL_ENV", "/nowhere")

    assert ensure(TINY, home).packages


def test_every_kind_of_installer_that_can_be_named_can_be_run() -> None:
    assert set(kinds.NAMES) == set(filling._KINDS)


def test_an_installer_that_does_not_exist_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_INSTALLER", "conda")

    with pytest.raises(UsageError, match="conda"):
        ensure(EnvSpec(), home)


def test_a_runner_without_pip_makes_one_for_itself(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    ours = Path(sys.executable).parent.parent.glob("lib/python3*/site-packages")
    lent = tmp_path / "lent"
    lent.mkdir()
    for package in next(ours).iterdir():
        if not package.name.startswith(("pip", "__editable__", "_mltrack", "mltrack")):
            (lent / package.name).symlink_to(package)
    bare = ensure(EnvSpec(), home)
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(lent)])

    done = subprocess.run(
        [bare.python, "-c", BUILD],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert list(home.root.glob("installer-*"))
