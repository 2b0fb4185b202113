"""A run is run again in the environment that it had, and a package of another version is named."""

from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.projects.reruns import record_of, shown
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.wheels import write_wheel

CODE = "import mltrack, tiny; mltrack.log_text(tiny.VERSION, 'version.txt'); print(tiny.VERSION)\n"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only place where pip looks; it holds the package `tiny`, version 1.0."""
    folder = tmp_path / "wheels"
    write_wheel(folder, "tiny")
    monkeypatch.setenv("MLTRACK_INSTALLER", "pip")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def ran(project: Project, cli: Cli, repo: Repository, wheels: Path) -> Path:
    """Return the folder of a project that needs any version of tiny, and has run with 1.0."""
    folder = project(CODE, "env: {requirements: [tiny]}\n")
    repo.commit("A project")
    done = cli("run", ".", cwd=folder)
    assert done.out == "1.0\n", done.err
    write_wheel(wheels, "tiny", "1.0.1")
    return folder


def test_it_has_the_version_that_the_run_had_though_there_is_a_newer_one(
    ran: Path, cli: Cli
) -> None:
    done = cli("rerun", "1", cwd=ran)

    assert done.out == "1.0\n", done.err
    assert cli("verify", "1", cwd=ran).out.startswith("identical")


def test_a_package_of_another_patch_version_is_named(ran: Path, cli: Cli, repo: Repository) -> None:
    repo.write("project.yaml", (ran / "project.yaml").read_text().replace("tiny]", "tiny==1.0.1]"))

    said = cli("verify", "1", "--current", "env", "--output", "json", cwd=ran).json()["verify"]

    assert said["verdict"] == "drifted"
    assert said["causes"] == {"environment": ["tiny 1.0 -> 1.0.1"]}
    assert [one["name"] for one in said["differences"]] == ["version.txt"]


def test_a_list_of_packages_that_was_altered_is_refused(ran: Path, cli: Cli) -> None:
    packages = record_of(ran).with_name("environment.txt")
    packages.write_text(packages.read_text().replace("1.0", "1.0.1"))

    done = cli("rerun", "1", cwd=ran)

    assert done.code == 125
    assert "is not the list of packages that run" in done.err


def test_a_file_that_was_changed_is_refused_on_such_a_machine_and_taken_on_another(
    ran: Path, cli: Cli, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(wheels, "tiny", requires=["tiny"])
    monkeypatch.setenv("MLTRACK_HOME", str(tmp_path / "another cache"))

    refused = cli("rerun", "1", cwd=ran)
    record = record_of(ran)
    lines = record.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("check:")]
    elsewhere = ['  platform: "sunos-sparc"\n' if "  platform:" in line else line for line in kept]
    record.write_text("".join(elsewhere))
    done = cli("rerun", "1", cwd=ran)

    assert refused.code == 125
    assert "no file of tiny 1.0 here has the digest that the run recorded" in refused.err
    assert done.out == "1.0\n", done.err
    assert "not as it was: the same versions without their digests" in done.err


def test_a_local_run_is_run_again_with_its_versions_in_an_environment_of_its_own(
    ran: Path, cli: Cli
) -> None:
    record = record_of(ran)
    lines = record.read_text().replace('kind: "isolated"', 'kind: "local"').splitlines(True)
    keys = ("check:", "  key:", "  installer:", "  environment.txt:")
    record.write_text("".join(line for line in lines if not line.startswith(keys)))
    record.with_name("environment.txt").write_text("mltrack-local==99\ntiny==1.0\n")

    done = cli("rerun", "1", "--trust", cwd=ran)

    assert done.out == "1.0\n", done.err
    assert shown(cli, ran)["environment"]["kind"] == "isolated"
