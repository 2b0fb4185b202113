"""Write docs/cli.md from the help that the commands themselves give; `--write` keeps it."""

import os
import sys
from pathlib import Path
from typing import Any

import typer

from mltrack.cli.main import app

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
COMMAND = "mltrack"
WIDTH = 88
HEAD = """\
# Every command

This page is what the commands say of themselves with `--help`. Options such as `-C` and `--store`
stand before the name of the command: `mltrack -C ../other ls`.

Data goes to standard output; talk, warnings and errors go to standard error. Exit codes: 0 done,
1 the answer is no, 2 a mistake in what was typed, 3 not found, 4 a conflict or damage, 70 a bug,
130 interrupted. `run` gives the code of the command that it ran, and 125 when mltrack itself
refused or failed before; so does `rerun`.
"""


def reference() -> str:
    """Return the page, whole."""
    root = typer.main.get_command(app)
    sections = [HEAD, _section([COMMAND], _help(root, COMMAND, None))]
    with root.make_context(COMMAND, [], resilient_parsing=True) as context:
        for words, command in commands_below(root, context):
            sections.append(_section([COMMAND, *words], _help(command, " ".join(words), context)))
    return "\n".join(sections)


def commands_below(group: Any, context: Any) -> list[tuple[list[str], Any]]:
    """Return each command with the words that call it, a group before what is in it."""
    found: list[tuple[list[str], Any]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found.append(([name], command))
        if hasattr(command, "list_commands"):
            found += [([name, *words], inner) for words, inner in commands_below(command, context)]
    return found


def _section(words: list[str], text: str) -> str:
    level = "#" * (len(words) + 1)
    return f"{level} {' '.join(words)}\n\n```text\n{text}\n```\n"


def _help(command: Any, name: str, parent: Any) -> str:
    settings = {"terminal_width": WIDTH, "max_content_width": WIDTH, "resilient_parsing": True}
    with command.make_context(name, [], parent=parent, **settings) as context:
        return "\n".join(line.rstrip() for line in context.get_help().splitlines())


if __name__ == "__main__":
    os.environ["COLUMNS"] = str(WIDTH)
    if "--write" in sys.argv:
        PAGE.write_text(reference(), encoding="utf-8")
    else:
        print(reference())
