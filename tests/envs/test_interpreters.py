"""Pythons are found where installers put them, and the right one is chosen."""

import sys
import sysconfig
from pathlib import Path

import pytest

from mltrack.envs import interpreters
from mltrack.envs.home import Home
from mltrack.envs.specifier import parse
from mltrack.errors import NotFoundError


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on PATH, empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_running_python_is_chosen_when_it_is_in_the_range(home: Home) -> None:
    chosen = interpreters.choose(parse(">=3.11"), home)

    assert chosen.interpreter == interpreters.running()
    assert not home.interpreters.exists(), "nothing else was asked"


def test_the_facts_of_the_running_python_are_those_that_sysconfig_tells() -> None:
    facts = interpreters.running()

    assert facts.soabi == sysconfig.get_config_var("SOABI")
    assert facts.platform == sysconfig.get_platform()


def test_a_python_of_pyenv_is_found(home: Home, world: Path, bare_path: Path) -> None:
    binary = world / ".pyenv" / "versions" / "3.11.7" / "bin" / "python"
    binary.parent.mkdir(parents=True)
    binary.symlink_to(interpreters.running().path)

    assert interpreters.running() in interpreters.discovered(home)


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
