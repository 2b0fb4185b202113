"""On a terminal a listing fits, looks plain, and a question is asked before harm is done."""

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import INTERRUPT, on_a_terminal

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
    assert "columns (a wider terminal" in lines[-1]


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
