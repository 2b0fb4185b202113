"""`mltrack rerun` reads the data that the run read, or refuses."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.projects.reruns import ran, shown
from tests.support.cli import Cli
from tests.support.repository import Repository

TAIL = "params:\n  data: {type: path, default: data.csv}\n"
READ = "import sys; print(open(sys.argv[1]).read())\n"


@pytest.fixture
def reading(project: Project, repo: Repository) -> Path:
    folder = project(READ, TAIL, '[python, main.py, "{data}"]')
    repo.write(".gitignore", "data.csv\ndata/\n")
    repo.commit("A project")
    repo.write("data.csv", "one")
    return folder


def test_data_that_git_ignores_is_found_in_the_users_tree(reading: Path, cli: Cli) -> None:
    ran(cli, reading)

    done = cli("rerun", "1", cwd=reading)

    assert (done.code, done.out) == (0, "one\n"), done.err
    assert shown(cli, reading)["code"]["dirty"] is False


def test_data_that_was_changed_is_refused_with_both_digests(reading: Path, cli: Cli) -> None:
    ran(cli, reading)
    digest = shown(cli, reading)["inputs"]["data"]["digest"]
    (reading / "data.csv").write_text("two")

    done = cli("rerun", "1", cwd=reading)

    assert done.code == 125
    assert "data = data.csv" in done.err
    assert digest in done.err
    assert "--current data" in done.err
    assert cli("rerun", "1", "--current", "data", cwd=reading).out == "two\n"


def test_data_that_is_gone_is_refused(reading: Path, cli: Cli) -> None:
    ran(cli, reading)
    (reading / "data.csv").unlink()

    done = cli("rerun", "1", cwd=reading)

    assert done.code == 125
    assert "is not here: data = data.csv" in done.err


def test_a_folder_of_data_is_found_too(reading: Path, cli: Cli, repo: Repository) -> None:
    repo.write("main.py", "import os, sys; print(sorted(os.listdir(sys.argv[1])))\n")
    repo.write("data/a.csv", "a")
    repo.write("data/b.csv", "b")
    repo.commit("Read a folder")
    ran(cli, reading, "-P", "data=data")

    done = cli("rerun", "1", cwd=reading)

    assert (done.code, done.out) == (0, "['a.csv', 'b.csv']\n"), done.err
    assert shown(cli, reading)["code"]["dirty"] is False


def test_bytes_that_were_kept_come_back_when_the_file_is_gone(
    reading: Path, cli: Cli, repo: Repository
) -> None:
    text = (reading / "project.yaml").read_text()
    repo.write("project.yaml", text.replace("data.csv}", "data.csv, keep: true}"))
    repo.commit("Keep the data")
    ran(cli, reading)
    (reading / "data.csv").unlink()

    done = cli("rerun", "1", cwd=reading)

    assert (done.code, done.out) == (0, "one\n"), done.err


def test_a_link_out_of_the_repository_leads_to_the_same_data(
    reading: Path, cli: Cli, repo: Repository
) -> None:
    (reading.parent / "common.csv").write_text("shared")
    repo.write(".gitignore", "")
    (reading / "data.csv").unlink()
    (reading / "data.csv").symlink_to("../common.csv")
    repo.commit("A link")
    ran(cli, reading)

    done = cli("rerun", "1", cwd=reading)

    assert (done.code, done.out) == (0, "shared\n"), done.err
    assert shown(cli, reading)["code"]["dirty"] is False


def test_data_that_git_would_check_out_with_other_ends_of_lines_is_the_same(
    reading: Path, cli: Cli, repo: Repository
) -> None:
    repo.git("config", "core.autocrlf", "true")
    repo.write(".gitignore", "")
    repo.write("data.csv", "a\nb\n")
    repo.commit("Data")
    ran(cli, reading)
    digest = shown(cli, reading)["inputs"]["data"]["digest"]

    done = cli("rerun", "1", cwd=reading)

    again = shown(cli, reading)
    assert done.code == 0, done.err
    assert again["inputs"]["data"]["digest"] == digest
    assert again["code"]["dirty"] is False


def test_a_folder_that_is_written_to_is_no_data(
    project: Project, cli: Cli, repo: Repository
) -> None:
    code = "import sys, time; open(sys.argv[1] + '/x.txt', 'w').write(str(time.time()))\n"
    tail = "params:\n  out: {type: path, default: out}\noutputs: [{path: 'out/*.txt'}]\n"
    folder = project(code, tail, '[python, main.py, "{out}"]')
    repo.write("out/.gitignore", "*.txt\n")
    repo.commit("A project")
    ran(cli, folder)
    ran(cli, folder)

    done = cli("rerun", "1", cwd=folder)

    assert done.code == 0, done.err


def test_data_that_a_script_has_told_of_is_there_too(repo: Repository, cli: Cli) -> None:
    repo.write(".gitignore", "*.csv\n")
    code = "import mltrack; mltrack.log_input('x.csv', 'x'); print(open('x.csv').read())\n"
    repo.write("train.py", code)
    repo.commit("A script")
    repo.write("x.csv", "one")
    subprocess.run([sys.executable, "train.py"], cwd=repo.path, check=True)

    done = cli("rerun", "1", "--env", "local", cwd=repo.path)

    assert (done.code, done.out) == (0, "one\n"), done.err
