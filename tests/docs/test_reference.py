"""docs/cli.md is what the commands say, and every command says how it is used."""

from typing import Any

import pytest
import typer

from mltrack.cli.furnishing import EXAMPLES
from mltrack.cli.main import TABLE, app
from tests.docs.cli_reference import COMMAND, PAGE, WIDTH, commands_below, reference

ROOT = typer.main.get_command(app)
COMMANDS = {
    " ".join(words): command
    for words, command in commands_below(
        ROOT, ROOT.make_context(COMMAND, [], resilient_parsing=True)
    )
}


def test_the_page_is_what_the_commands_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    assert PAGE.read_text("utf-8") == reference(), "docs/cli.md is old: make docs"


@pytest.mark.parametrize("name", TABLE)
def test_every_command_of_the_table_is_there(name: str) -> None:
    assert name in COMMANDS


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_its_section(words: str) -> None:
    assert f" {COMMAND} {words}\n" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("words", [w for w, c in COMMANDS.items() if not hasattr(c, "commands")])
def test_every_command_shows_an_example(words: str) -> None:
    command: Any = COMMANDS[words]
    assert f"{EXAMPLES}" in command.help


@pytest.mark.parametrize("words", COMMANDS)
def test_every_summary_fits_its_line(words: str) -> None:
    command: Any = COMMANDS[words]
    assert not command.get_short_help_str(60).endswith("...")
