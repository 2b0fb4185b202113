"""Every figure of the torture at its smallest: each promise is tried whenever the tests run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.figures import COMPILED, NAMES, figure

TOP = Path(__file__).parents[2]
TRIALS = {"kills": 12, "git": 16, "storms": 2, "registry": 2, "broken": 10}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in COMPILED])
def test_a_small_round_of_each_figure_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    done = torture(tmp_path, "--only", name, "--small", "--count", str(TRIALS.get(name, 1)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed, " in done.stdout.splitlines()[-1]
    assert figure(name).UNIT in done.stdout.splitlines()[-1]


def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    torture(tmp_path, "--only", "races", "--small", "--count", "1")
    done = torture(tmp_path, "--only", "races", "--small", "--count", "2")
    assert [line.split()[1] for line in done.stdout.splitlines()[1:]] == ["2", "2"]


def test_a_figure_that_is_not_known_is_refused_by_name(tmp_path: Path) -> None:
    done = torture(tmp_path, "--only", "storm")
    assert done.returncode == 2
    assert "no such figure: storm; " in done.stderr


def torture(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the torture to its end, as `make torture` does."""
    return subprocess.run(
        [sys.executable, "-m", "tests.torture", "--folder", str(folder / "torture"), *arguments],
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
