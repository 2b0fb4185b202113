"""Long work is told of on one line of a terminal, and seldom elsewhere."""

import pytest

from mltrack.cli.context import Manner, set_manner
from mltrack.cli.progress_line import progress_line
from tests.importers.sides import SMALL, Side
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal


def test_off_a_terminal_only_a_first_line_is_said_of_short_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_line() as tell:
        tell("1 of 3 runs")
        tell("2 of 3 runs")
    assert capsys.readouterr().err == "1 of 3 runs\n"


def test_quiet_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    set_manner(Manner(quiet=True))
    try:
        with progress_line() as tell:
            tell("1 of 3 runs")
    finally:
        set_manner(Manner())
    assert capsys.readouterr().err == ""


def test_on_a_terminal_the_line_goes_away(repo: Repository) -> None:
    there, here = Side.create(repo.path.parent / "there"), Side.create(repo.path.parent / "here")
    there.run(SMALL, "1")
    seen = on_a_terminal("import", "../there", cwd=here.path)
    assert seen.code == 0
    assert "\r\x1b[Kimported  ../there\n" in seen.text
