"""mltrack note: add a note to a run."""

from typing import Annotated

import typer

from mltrack.cli.options import RunArgument
from mltrack.cli.output import say

NoteArgument = Annotated[
    str | None,
    typer.Argument(metavar="[TEXT]", help="The note; -, or nothing in a pipe: standard input."),
]


def note(run: RunArgument, text: NoteArgument = None) -> None:
    """Add a note to a run, ended or not.

    Without a text, your editor is opened on a terminal (VISUAL or EDITOR), and standard input is
    read elsewhere. `mltrack show` shows notes with who wrote them and when.

    Examples:
      mltrack note 1 "the first one with the new loader"
      git log -1 --format=%B | mltrack note kfxhqz
    """
    from mltrack.api.runs.changes import note_run
    from mltrack.api.runs.runs import get_run
    from mltrack.cli.writing import text_given

    found = get_run(run)
    noted = note_run(found.id, text_given(text, about=f"a note for {found.handle} ({found.name})"))
    say(f"noted in {noted.handle} ({noted.name}); see it: mltrack show {noted.handle}")
