"""Nothing that a file holds reaches a terminal as a command or as markup."""

import re
import unicodedata

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal

HOSTILE = "\\x1b[31m\\x9b2J\\u202e[bold]red[/bold] | <b>*x*</b>"
SCRIPT = f"""
import mltrack
evil = "{HOSTILE}"
with mltrack.start_run(name="evil [blink]run[/blink]", params={{"lr": evil}}) as run:
    run.log_metric("acc [red]", 1)
    run.set_tag("note", evil)
with mltrack.start_run(params={{"lr": 0.1}}):
    pass
"""
EVERY_LISTING = [
    ("ls",),
    ("ls", "-o", "json"),
    ("ls", "-o", "jsonl"),
    ("ls", "-o", "csv"),
    ("ls", "-o", "md"),
    ("show", "2"),
    ("show", "2", "-o", "json"),
    ("compare", "1", "2"),
    ("compare", "1", "2", "-o", "csv"),
    ("compare", "1", "2", "-o", "md"),
    ("status",),
]


@pytest.mark.parametrize("command", EVERY_LISTING, ids=" ".join)
def test_no_control_character_is_printed(
    here: Cli, script: Script, command: tuple[str, ...]
) -> None:
    script(SCRIPT)
    result = here(*command)
    assert result.code == 0, result.err
    printed = (result.out + result.err).replace("\n", "")
    assert [c for c in printed if unicodedata.category(c)[0] == "C"] == []


def test_markup_is_shown_as_it_was_written(here: Cli, script: Script) -> None:
    script(SCRIPT)
    assert "evil [blink]run[/blink]" in here("ls").out
    assert "[bold]red[/bold]" in here("show", "2").out


def test_markdown_cells_stay_cells(here: Cli, script: Script) -> None:
    script(SCRIPT)
    lines = here("ls", "-o", "md").out.splitlines()
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {7}


def test_a_terminal_gets_no_more_than_bold_titles(
    here: Cli, script: Script, repo: Repository
) -> None:
    script(SCRIPT)
    shown = on_a_terminal("ls", cwd=repo.path, columns=200).text
    assert shown.count("\x1b") == 2
    assert shown.startswith("\x1b[1m")
