"""Pythons are found where installers put them, and the right one is chosen."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from mltrack.envs import candidates, interpreters
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import EnvSpec
from mltrack.envs.specifier import parse
from mltrack.errors import NotFoundError

PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
MINE = "{}.{}".format(*sys.version_info)
MINORS = {MINE} | {"3.11", "3.12", "3.13", "3.14"} & {
    folder.name.rpartition(".")[0] for folder in PYENV.glob("versions/*")
}
"""The running Python's, and those of this machine's own pyenv."""


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on PATH, empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("PYENV_ROOT", "XDG_DATA_HOME", "UV_PYTHON_INSTALL_DIR", "MISE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_the_running_python_is_chosen_when_it_is_in_the_range(home: Home) -> None:
    chosen = interpreters.choose(parse(">=3.11"), home)

    assert chosen.interpreter == interpreters.running()
    assert not home.interpreters.exists(), "nothing else was asked"


def test_the_facts_of_the_running_python_are_those_that_sysconfig_tells() -> None:
    facts = interpreters.running()

    assert facts.soabi == sysconfig.get_config_var("SOABI")
    assert facts.platform == sysconfig.get_platform()


@pytest.mark.parametrize(
    "place",
    [
        ".pyenv/versions/3.11.7",
        ".local/share/uv/python/cpython-3.11.7-linux-x86_64-gnu",
        ".local/share/mise/installs/python/3.11.7",
        ".asdf/installs/python/3.11.7",
        ".rye/py/cpython@3.11.7",
        "miniconda3",
        "miniforge3/envs/lab",
    ],
)
def test_a_python_is_found_where_installers_put_it(
    world: Path, bare_path: Path, place: str
) -> None:
    binary = world / place / "bin" / "python"
    binary.parent.mkdir(parents=True)
    binary.symlink_to(interpreters.running().path)

    assert binary in set(candidates.found())


def test_a_conda_environment_anywhere_is_found_by_the_list_that_conda_keeps(
    world: Path, bare_path: Path, tmp_path: Path
) -> None:
    (world / ".conda").mkdir()
    (world / ".conda" / "environments.txt").write_text(f"/gone\n\n{tmp_path / 'lab'}\n")

    assert tmp_path / "lab" / "bin" / "python" in set(candidates.found())


def test_pythons_of_the_system_are_found_although_path_does_not_lead_there(
    bare_path: Path,
) -> None:
    there = {path for path in Path("/usr/bin").glob("python3*") if path.name == "python3"}

    assert there <= set(candidates.found())


@pytest.fixture
def pyenv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Pythons of this machine's own pyenv be found again."""
    monkeypatch.setenv("PYENV_ROOT", str(PYENV))


@pytest.mark.parametrize("minor", sorted(MINORS))
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_an_environment_of_each_python_that_is_here_can_be_built(
    home: Home, pyenv: None, minor: str, installer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_INSTALLER", installer)

    environment = ensure(EnvSpec(python=parse(f"=={minor}.*")), home)

    code = "import sys; print('{}.{}'.format(*sys.version_info))"
    assert subprocess.check_output([environment.python, "-c", code], text=True) == f"{minor}\n"


def test_the_newest_of_a_range_is_taken_where_the_running_one_is_not_in_it(
    home: Home, pyenv: None
) -> None:
    others = f"!={interpreters.running().version}"
    found = [one for one in interpreters.discovered(home) if parse(others).admits(one.release)]

    if found:
        newest = max(one.release for one in found)
        assert interpreters.choose(parse(others), home).interpreter.release == newest
    else:
        with pytest.raises(NotFoundError):
            interpreters.choose(parse(others), home)


@pytest.mark.parametrize(
    "garbage",
    [
        b"{",
        b"[]",
        b'{"format": 1, "interpreters": 3}',
        b'{"format": 1, "interpreters": {"/": 1}}',
    ],
)
def test_a_memory_of_interpreters_that_is_garbage_is_made_anew(home: Home, garbage: bytes) -> None:
    known = interpreters.discovered(home)
    home.interpreters.write_bytes(garbage)

    assert interpreters.discovered(home) == known
    assert home.interpreters.read_bytes() != garbage


def test_the_shims_of_pyenv_are_not_asked(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    shim = tmp_path / "shims" / "python3.12"
    shim.parent.mkdir()
    shim.write_text(f"#!/bin/sh\ntouch '{asked}'\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent))

    interpreters.discovered(home)

    assert not asked.exists()


def test_an_interpreter_is_asked_once(home: Home, tmp_path: Path, bare_path: Path) -> None:
    count = tmp_path / "count"
    python = bare_path / "python3.11"
    python.write_text(f"#!/bin/sh\necho x >> '{count}'\nexec '{sys.executable}' \"$@\"\n")
    python.chmod(0o755)

    first, second = interpreters.discovered(home), interpreters.discovered(home)

    assert first == second
    assert count.read_text() == "x\n"


def test_a_program_that_is_no_python_is_passed_over(home: Home, bare_path: Path) -> None:
    fake = bare_path / "python3.12"
    fake.write_text("#!/bin/sh\necho not json\n")
    fake.chmod(0o755)

    assert fake not in {Path(one.path) for one in interpreters.discovered(home)}


def test_when_none_is_in_the_range_those_found_are_listed(home: Home) -> None:
    with pytest.raises(NotFoundError) as refused:
        interpreters.choose(parse(">=9.1"), home)

    assert ">=9.1" in refused.value.message
    assert interpreters.running().version in refused.value.why
