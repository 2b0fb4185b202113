"""What `mltrack run` refuses, it refuses before there is a run, with exit code 125."""

import os
import sys

import pytest

import mltrack
from mltrack.errors import UsageError
from tests.projects.conftest import Project
from tests.support.cli import Cli

ONE_TEXT = 'params: {text: {default: ""}}\n'


@pytest.mark.parametrize(
    "arguments",
    [
        ["-P", "text"],
        ["-P", "txet=1"],
        ["-e", "mian"],
        ["--env", "conda"],
        ["--experiment", "../x"],
        ["--name", "a\nb"],
        ["--no-such-option"],
    ],
)
def test_what_is_refused_exits_125_and_leaves_nothing(
    project: Project, cli: Cli, arguments: list[str]
) -> None:
    folder = project(tail=ONE_TEXT)

    done = cli("run", ".", *arguments, cwd=folder)

    assert done.code == 125
    assert done.err
    assert not (folder / ".mltrack").exists()


def test_a_missing_entry_point_names_those_that_are_there(project: Project, cli: Cli) -> None:
    done = cli("run", ".", "-e", "train", cwd=project())

    assert done.code == 125
    assert "trial has no entry point train" in done.err
    assert "it has: main" in done.err


def test_a_slip_in_an_entry_point_names_the_nearest(project: Project, cli: Cli) -> None:
    done = cli("run", ".", "-e", "mian", cwd=project())

    assert "did you mean main?" in done.err


def test_a_program_of_the_project_is_found_from_its_own_folder(project: Project, cli: Cli) -> None:
    folder = project(command="[./train.sh]")
    script = folder / "train.sh"
    script.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")

    refused = cli("run", ".", cwd=folder)
    script.chmod(0o755)

    assert refused.code == 125
    assert "chmod +x" in refused.err
    assert cli("run", ".", cwd=folder).code == 3


def test_what_no_command_can_hold_is_refused_at_its_line(project: Project, cli: Cli) -> None:
    folder = project(command='[python, "a\\0b"]')

    done = cli("run", ".", cwd=folder)

    assert done.code == 125
    assert "project.yaml:5" in done.err
    assert not (folder / ".mltrack").exists()


def test_a_text_that_the_system_cannot_pass_on_is_refused(project: Project) -> None:
    folder = project(tail=ONE_TEXT)

    with pytest.raises(UsageError, match="text cannot be"):
        mltrack.run_project(folder, params={"text": "\ud800"})
    assert not (folder / ".mltrack").exists()


def test_a_cache_that_cannot_be_written_is_named(project: Project, cli: Cli) -> None:
    folder = project()
    (folder / "taken").touch()

    done = cli("run", ".", cwd=folder, env={**os.environ, "MLTRACK_HOME": str(folder / "taken")})

    assert done.code == 125
    assert "could not write" in done.err


def test_a_program_that_is_missing_is_refused_before_there_is_a_run(
    project: Project, cli: Cli
) -> None:
    folder = project(command="[no-such-program]")

    done = cli("run", ".", cwd=folder)

    assert done.code == 125
    assert "no-such-program" in done.err
    assert not (folder / ".mltrack").exists()


def test_a_requirement_that_does_not_install_leaves_no_run(
    project: Project, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_INSTALLER", "pip")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    folder = project(tail="env: {requirements: [no-such-package==1]}\n")

    done = cli("run", ".", cwd=folder)

    assert done.code == 125
    assert "No matching distribution found for no-such-package==1" in done.err
    assert not (folder / ".mltrack").exists()


def test_a_python_that_is_not_here_is_refused_with_those_that_are(
    project: Project, cli: Cli
) -> None:
    done = cli("run", ".", cwd=project(tail='env: {python: ">=9.1"}\n'))

    assert done.code == 125
    assert ">=9.1" in done.err
    assert "{}.{}.{}".format(*sys.version_info[:3]) in done.err


def test_a_local_run_refuses_a_project_for_another_python(project: Project, cli: Cli) -> None:
    done = cli("run", ".", "--env", "local", cwd=project(tail='env: {python: ">=9.1"}\n'))

    assert done.code == 125
    assert "--env isolated" in done.err


def test_python_gets_the_error_of_a_bad_parameter(project: Project) -> None:
    with pytest.raises(UsageError, match="the parameter lr cannot be 'x'"):
        mltrack.run_project(project(tail="params: {lr: {type: float}}\n"), params={"lr": "x"})
