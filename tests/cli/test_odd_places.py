"""A command that gives a child's exit code does so whatever became of the places around it."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = """\
format: 1
name: trial
entry_points:
  main: {command: [python, -c, "print(1); raise SystemExit(3)"]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a project whose command exits with 3."""
    (tmp_path / "project.yaml").write_text(PROJECT)
    return tmp_path


def code_of(script: str, folder: Path) -> tuple[int, str]:
    """Return how a command of the shell ends in which $MLTRACK stands for ours."""
    started = f"MLTRACK='{sys.executable} -P -m mltrack'; {script}"
    done = subprocess.run(
        ["/bin/sh", "-c", started], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("where", ["2>/dev/full", ">/dev/full 2>/dev/full", ">&- 2>&-"])
def test_the_code_is_the_childs_when_nobody_can_be_told(folder: Path, where: str) -> None:
    assert code_of(f"$MLTRACK run --env local . {where}", folder)[0] == 3


def test_a_current_folder_that_is_gone_is_said(folder: Path) -> None:
    (folder / "gone").mkdir()

    code, said = code_of(f"cd gone; rmdir ../gone; $MLTRACK run '{folder}'", folder)

    assert code == 125
    assert said == "error: the current folder was removed\n  fix: go to another one\n"
