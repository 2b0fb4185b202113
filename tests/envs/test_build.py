"""An environment is built once, whole or not at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.envs import filling, kinds, shelf
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import EnvSpec, Supply
from mltrack.errors import EnvironmentBuildError, UsageError
from tests.envs.builds import BUILD, TINY
from tests.envs.conftest import said_by, version_in
from tests.support.wheels import write_wheel


def test_an_environment_holds_what_was_asked_for_and_nothing_else(home: Home, wheels: Path) -> None:
    environment = ensure(TINY, home)

    assert version_in(environment) == "1.0"
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
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/")

    environment = ensure(EnvSpec(), home)

    assert environment.packages == b""
    assert said_by(environment, "print(1)") == "1"


def test_the_resolved_set_has_versions_and_digests_of_all_that_is_installed(
    home: Home, wheels: Path
) -> None:
    write_wheel(wheels, "other", requires=["tiny"])

    environment = ensure(EnvSpec(requirements=("other",)), home)

    assert environment.packages is not None
    other, tiny = environment.packages.decode().splitlines()
    assert other.startswith("other==1.0 --hash=sha256:")
    assert tiny.startswith("tiny==1.0 --hash=sha256:")


def test_the_installer_is_told(home: Home, wheels: Path, installer: str) -> None:
    assert ensure(TINY, home).installer == installer


def test_nothing_is_compiled_while_it_is_installed(home: Home, wheels: Path) -> None:
    environment = ensure(TINY, home)

    assert not list(environment.python.parent.parent.rglob("tiny*.pyc"))


def test_upgrading_takes_what_came_since(home: Home, wheels: Path) -> None:
    first = ensure(EnvSpec(requirements=("tiny",)), home)
    write_wheel(wheels, "tiny", "2.0")
    same = ensure(EnvSpec(requirements=("tiny",)), home)

    newer = ensure(EnvSpec(requirements=("tiny",)), home, Supply(upgrade=True))

    assert same == first
    assert version_in(newer) == "2.0"
    assert ensure(EnvSpec(requirements=("tiny",)), home) == newer


def test_upgrading_where_nothing_came_builds_nothing_new(home: Home, wheels: Path) -> None:
    first = ensure(TINY, home)

    again = ensure(TINY, home, Supply(upgrade=True))

    assert again.id == first.id
    assert len(list(home.envs.iterdir())) == 1


def test_find_links_adds_a_folder_of_packages(home: Home, wheels: Path, tmp_path: Path) -> None:
    write_wheel(tmp_path / "more wheels", "other")
    supply = Supply(offline=True, find_links=(str(tmp_path / "more wheels"),))

    environment = ensure(EnvSpec(requirements=("other", "tiny")), home, supply)

    assert version_in(environment, "other") == "1.0"


def test_constraints_bound_what_is_taken(home: Home, wheels: Path, tmp_path: Path) -> None:
    write_wheel(wheels, "tiny", "2.0")
    (tmp_path / "constraints.txt").write_text("tiny<2\n")
    spec = EnvSpec(requirements=("tiny",), constraints=tmp_path / "constraints.txt")

    assert version_in(ensure(spec, home)) == "1.0"


def test_an_environment_that_sees_its_interpreters_packages_says_so(
    home: Home, wheels: Path
) -> None:
    environment = ensure(EnvSpec(requirements=("tiny",), system_site_packages=True), home)

    settings = (environment.python.parent.parent / "pyvenv.cfg").read_text()
    assert "include-system-site-packages = true" in settings
    assert environment.installer == "pip"
    assert environment.key != ensure(TINY, home).key


def test_an_environment_without_its_marker_is_built_anew(home: Home, wheels: Path) -> None:
    first = ensure(TINY, home)
    assert first.id
    (home.env(first.id) / shelf.MARKER).unlink()

    second = ensure(TINY, home)

    assert second.python != first.python
    assert not first.python.exists()


@pytest.mark.parametrize(
    "garbage", [b"", b"{", b"[]", b"null", b"\xff", b'{"format": 1}', b"[" * 9999]
)
def test_a_marker_or_a_key_that_is_garbage_is_built_anew(
    home: Home, wheels: Path, garbage: bytes
) -> None:
    first = ensure(TINY, home)
    assert first.id
    (home.env(first.id) / shelf.MARKER).write_bytes(garbage)

    second = ensure(TINY, home)
    for file in home.keys.iterdir():
        file.write_bytes(garbage)
    third = ensure(TINY, home)

    assert version_in(second) == version_in(third) == "1.0"
    assert second.id != first.id


def test_an_environment_that_was_moved_is_built_anew_where_it_is_now(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    first = ensure(TINY, home)
    moved, same = Home(tmp_path / "moved"), Home(tmp_path / "same")
    home.root.rename(moved.root)
    same.root.symlink_to(moved.root)

    second = ensure(TINY, moved)

    assert second.id != first.id
    assert ensure(TINY, same).id == second.id


def test_an_environment_whose_python_is_gone_is_built_anew(home: Home, wheels: Path) -> None:
    first = ensure(TINY, home)
    first.python.unlink()

    assert said_by(ensure(TINY, home), "print(1)") == "1"


def test_an_environment_whose_packages_are_gone_is_built_anew(home: Home, wheels: Path) -> None:
    first = ensure(TINY, home)
    (packages,) = home.env(str(first.id)).glob("lib/python*/site-packages")
    shutil.rmtree(packages)

    assert version_in(ensure(TINY, home)) == "1.0"


def test_a_folder_in_the_place_of_a_key_is_no_obstacle(home: Home, wheels: Path) -> None:
    ensure(TINY, home)
    for file in list(home.keys.iterdir()):
        file.unlink()
        (file / "x").mkdir(parents=True)

    assert version_in(ensure(TINY, home)) == "1.0"


def test_the_callers_own_python_does_not_leak_into_a_build(
    home: Home, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "sitecustomize.py").write_text("raise SystemExit('leaked')\n")
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path / "leak"))
        patch.setenv("VIRTUAL_ENV", "/nowhere")
        patch.setenv("CONDA_PREFIX", "/nowhere")
        patch.setenv("PIP_TARGET", str(tmp_path / "elsewhere"))
        patch.setenv("UV_TARGET", str(tmp_path / "elsewhere"))
        environment = ensure(TINY, home)

    assert version_in(environment) == "1.0"
    assert not (tmp_path / "elsewhere").exists()


def test_a_cache_in_a_folder_with_spaces_and_letters_of_other_alphabets_works(
    wheels: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "mein Häuschen 家")

    assert version_in(ensure(TINY, home)) == "1.0"


def test_what_is_built_is_told_in_lines_and_ends_with_an_empty_one(
    home: Home, wheels: Path
) -> None:
    said: list[str] = []

    ensure(TINY, home, progress=said.append)

    assert said[0].startswith("making environment with Python ")
    assert "tiny==1.0" in said[0]
    assert any("install" in line and "1 package" in line for line in said[1:])
    assert said[-1] == ""


def test_every_kind_of_installer_that_can_be_named_can_be_run() -> None:
    assert set(kinds.NAMES) == set(filling._KINDS)


def test_an_installer_that_does_not_exist_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_INSTALLER", "conda")

    with pytest.raises(UsageError, match="conda"):
        ensure(EnvSpec(), home)


def test_uv_beside_this_python_is_taken_although_it_is_not_on_path(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("MLTRACK_INSTALLER")

    assert kinds.uv() == str(Path(sys.executable).parent / "uv")
    assert kinds.choose() == "uv"


def test_a_requirement_that_does_not_install_leaves_nothing(home: Home, wheels: Path) -> None:
    with pytest.raises(EnvironmentBuildError):
        ensure(EnvSpec(requirements=("tiny==99",)), home)

    assert not home.envs.exists() or list(home.envs.iterdir()) == []
    assert list(home.tmp.iterdir()) == []
    assert list((home.root / "leases").glob("*")) == []


def test_a_runner_without_pip_makes_one_for_itself(
    home: Home, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_INSTALLER", "pip")
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
