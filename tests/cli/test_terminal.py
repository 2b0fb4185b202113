"""On a terminal a listing fits, looks plain, and a question is asked before harm is done."""

import os
import signal
from typing import Any

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import INTERRUPT, on_a_terminal, opened_terminal

WIDE = """
import mltrack
for n in range(2):
    with mltrack.start_run(name="模型" * 30, params={f"parameter{i}": n + i for i in range(12)}):
        pass
"""


def test_a_table_is_cut_at_the_width_of_the_terminal(
    here: Cli, script: Script, repo: Repository
) -> None:
    from rich.cells import cell_len

    script(WIDE)
    lines = on_a_terminal("ls", cwd=repo.path, columns=100, NO_COLOR="1").text.splitlines()
    assert max(map(cell_len, lines)) <= 100
    assert lines[-1].startswith("+")
    assert lines[-1].endswith(" columns (-w)")


def test_a_long_name_leaves_room_for_other_columns_on_a_narrow_terminal(
    here: Cli, script: Script, repo: Repository
) -> None:
    script(WIDE)
    heading, *_ = on_a_terminal("ls", cwd=repo.path, columns=40, NO_COLOR="1").text.splitlines()
    assert heading.split() == ["id", "name", "status"]


def test_off_a_terminal_nothing_is_cut(here: Cli, script: Script) -> None:
    script(WIDE)
    out = here("ls").out
    assert "模型" * 30 in out
    assert "parameter11" in out


def test_no_color_means_no_escape_sequence(store: Cli, repo: Repository) -> None:
    assert "\x1b" in on_a_terminal("ls", cwd=repo.path).text
    assert "\x1b" not in on_a_terminal("ls", cwd=repo.path, NO_COLOR="1").text
    assert "\x1b" not in on_a_terminal("ls", cwd=repo.path, TERM="dumb").text


def test_no_bar_is_drawn_of_short_work(store: Cli, repo: Repository) -> None:
    assert "reading" not in on_a_terminal("ls", "--max", "acc", cwd=repo.path).text


def test_a_number_is_asked_for_before_it_is_removed(store: Cli, repo: Repository) -> None:
    shown = on_a_terminal("rm", "1", cwd=repo.path, answer="n").text
    assert "remove 1 run? [y/N]" in shown
    assert len(store("ls", "-o", "json").json()["runs"]) == 2


def test_yes_removes(store: Cli, repo: Repository) -> None:
    on_a_terminal("rm", "1", cwd=repo.path, answer="y")
    assert [run["name"] for run in store("ls", "-o", "json").json()["runs"]] == ["first"]


def test_an_interrupt_ends_with_130_and_no_traceback(store: Cli, repo: Repository) -> None:
    seen = on_a_terminal("rm", "1", cwd=repo.path, answer=INTERRUPT)
    assert seen.code == 130
    assert "Traceback" not in seen.text
    assert len(store("ls", "-o", "json").json()["runs"]) == 2


@pytest.mark.parametrize("command", ["ls", "compare 1 2", "experiment ls", "model ls"])
def test_wide_cuts_nothing_on_any_listing(
    here: Cli, script: Script, repo: Repository, command: str
) -> None:
    script(WIDE)
    words = command.split()
    seen = on_a_terminal("-q", *words, "-w", cwd=repo.path, columns=40, NO_COLOR="1")
    off = here("-q", *words)
    assert (seen.code, seen.text) == (off.code, off.out)


def many(script: Script) -> None:
    script("import mltrack\nfor n in range(30):\n    with mltrack.start_run(name=f'r{n}'): pass")


def test_what_is_taller_than_the_terminal_goes_through_the_pager(
    here: Cli, script: Script, repo: Repository
) -> None:
    many(script)
    pager: dict[str, Any] = {"MLTRACK_PAGER": "sed s/^/paged:/", "CI": ""}
    tall = on_a_terminal("-q", "ls", "--all", cwd=repo.path, NO_COLOR="1", **pager)
    assert {line.split(":")[0] for line in tall.text.splitlines()} == {"paged"}
    assert len(tall.text.splitlines()) == 31
    assert "paged:" not in on_a_terminal("-q", "ls", "-n", "5", cwd=repo.path, **pager).text


def test_what_is_tall_for_its_long_lines_goes_through_the_pager(
    here: Cli, script: Script, repo: Repository
) -> None:
    pager: dict[str, Any] = {"MLTRACK_PAGER": "sed s/^/paged:/", "CI": "", "LINES": "60"}
    for length, is_paged in ((20, False), (1500, True)):  # two cells a character
        script(f"import mltrack\nmltrack.start_run(params={{'p': '模' * {length}}}).finish()")
        seen = on_a_terminal("show", "1", cwd=repo.path, **pager)
        assert ("paged:" in seen.text) is is_paged


def test_a_long_diff_goes_through_the_pager_and_keeps_its_exit_code(
    here: Cli, repo: Repository
) -> None:
    for text in ("a", "b"):
        repo.write("file.txt", f"{text}\n" * 30)
        here("log", "artifact", "file.txt", "--run", here("start").out.strip())
    pager: dict[str, Any] = {"MLTRACK_PAGER": "sed s/^/paged:/", "CI": ""}
    seen = on_a_terminal("-q", "diff", "2", "1", cwd=repo.path, NO_COLOR="1", **pager)
    assert seen.code == 1
    assert "paged:-a\n" in seen.text
    assert {line.split(":")[0] for line in seen.text.splitlines()} == {"paged"}


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (["--no-pager"], {}),
        ([], {"CI": "true"}),
        ([], {"TERM": "dumb"}),
        ([], {"MLTRACK_PAGER": "cat"}),
        ([], {"MLTRACK_PAGER": "no-such-pager"}),
        ([], {"MLTRACK_PAGER": "'"}),
    ],
)
def test_without_a_pager_all_is_printed(
    here: Cli, script: Script, repo: Repository, words: list[str], variables: dict[str, Any]
) -> None:
    many(script)
    settings = {"MLTRACK_PAGER": "sed s/^/paged:/", "CI": "", **variables}
    seen = on_a_terminal("-q", "ls", "--all", *words, cwd=repo.path, **settings)
    assert seen.code == 0
    assert "paged:" not in seen.text
    assert len(seen.text.splitlines()) == 31


def test_the_pager_is_told_by_our_variable_then_by_that_of_all(
    here: Cli, script: Script, repo: Repository
) -> None:
    many(script)
    both: dict[str, Any] = {"PAGER": "sed s/^/all:/", "CI": ""}
    ours = on_a_terminal("-q", "ls", "-a", cwd=repo.path, MLTRACK_PAGER="sed s/^/ours:/", **both)
    theirs = on_a_terminal("-q", "ls", "-a", cwd=repo.path, MLTRACK_PAGER=None, **both)
    assert "ours:" in ours.text
    assert "all:" in theirs.text


def test_a_pager_that_is_left_early_is_no_error(
    here: Cli, script: Script, repo: Repository
) -> None:
    many(script)
    seen = on_a_terminal("-q", "ls", "--all", cwd=repo.path, MLTRACK_PAGER="head -n 1", CI="")
    assert (seen.code, len(seen.text.splitlines())) == (0, 1)


def test_an_interrupt_is_for_the_pager_which_lives_on(
    here: Cli, script: Script, repo: Repository
) -> None:
    many(script)
    os.mkfifo(repo.path / "go")
    pager = {"MLTRACK_PAGER": "sh -c 'cat > all; echo ready; cat go'", "CI": "", "TERM": "xterm"}
    with opened_terminal("-q", "ls", "--all", cwd=repo.path, **pager) as terminal:
        terminal.read_until(b"ready")
        terminal.process.send_signal(signal.SIGINT)
        (repo.path / "go").write_bytes(b"the end")
        assert b"the end" in terminal.read_rest()
    assert terminal.process.returncode == 0


def test_a_listing_comes_before_what_is_said_about_it(
    here: Cli, script: Script, repo: Repository
) -> None:
    script(WIDE)
    seen = on_a_terminal("ls", cwd=repo.path, columns=40, MLTRACK_PAGER="sed s/^/paged:/", CI="")
    assert seen.text.splitlines()[-1].endswith("columns (-w)")
