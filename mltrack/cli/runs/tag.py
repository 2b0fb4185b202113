"""mltrack tag: say something of a run."""

from typing import Annotated

import typer

from mltrack.cli.options import RunArgument, pairs_of
from mltrack.cli.output import say


def tag(
    run: RunArgument,
    tags: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...")],
) -> None:
    """Set tags of a run, ended or not.

    Examples:
      mltrack tag 1 data=v2 note="the good one"
    """
    from mltrack.api.runs.changes import tag_run

    tagged = tag_run(run, pairs_of(tags, option="a tag"))
    say(f"tagged {tagged.handle} ({tagged.name})")
