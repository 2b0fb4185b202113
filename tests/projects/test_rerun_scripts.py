"""`mltrack rerun` of a script that was run without `mltrack run`."""

import subprocess
import sys

import pytest

from tests.projects.reruns import shown
from tests.support.cli import Cli
from tests.support.repository import Repository


def test_a_script_is_run_again_with_its_arguments(repo: Repository, cli: Cli) -> None:
    repo.write("sub/train.py", "import mltrack, sys; mltrack.log_param('argv', sys.argv[1:])\n")
    repo.commit("A script")
    argv = [sys.executable, "train.py", "--x", "{a} $(b)"]
    subprocess.run(argv, cwd=repo.path / "sub", check=True)
    repo.write("sub/train.py", "raise SystemExit(3)\n")

    done = cli("rerun", "1", "--env", "local", cwd=repo.path)

    assert done.code == 0, done.err
    run = shown(cli, repo.path)
    assert run["params"] == {"argv": ["--x", "{a} $(b)"]}
    assert run["project"]["argv"] == ["train.py", "--x", "{a} $(b)"]
    assert run["project"]["rerun_of"]


def test_a_module_is_run_again_as_one(repo: Repository, cli: Cli) -> None:
    repo.write("pkg/__init__.py", "")
    repo.write("pkg/part.py", "X = 2\n")
    repo.write(
        "pkg/train.py", "from . import part\nimport mltrack; mltrack.log_metric('x', part.X)\n"
    )
    repo.commit("A package")
    subprocess.run([sys.executable, "-m", "pkg.train"], cwd=repo.path, check=True)

    done = cli("rerun", "1", "--env", "local", cwd=repo.path)

    assert done.code == 0, done.err
    assert shown(cli, repo.path)["metrics"] == {"x": 2}


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (["-c", "import mltrack; mltrack.log_metric('x', 1)"], "typed into Python"),
        (["-m", "mltrack", "start"], "mltrack start"),
    ],
)
def test_what_cannot_be_run_again_says_why(
    repo: Repository, cli: Cli, program: list[str], why: str
) -> None:
    subprocess.run([sys.executable, *program], cwd=repo.path, check=True)
    cli("finish", cwd=repo.path)

    done = cli("rerun", "1", cwd=repo.path)

    assert done.code == 125
    assert why in done.err
    assert "fix:" in done.err
