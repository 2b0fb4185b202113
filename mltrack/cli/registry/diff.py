"""mltrack registry diff: in what the registry differs between two commits."""

from typing import Annotated

import typer

from mltrack.cli.options import OutputOption
from mltrack.cli.output import Format, say, show_listing

_COLUMNS = ["model", "kind", "what", "before", "after"]


def diff(
    before: Annotated[str, typer.Argument(metavar="REV1", help="A commit, by any name.")],
    after: Annotated[
        str | None,
        typer.Argument(metavar="[REV2]", help="Another one; else what is here, committed or not."),
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Tell what is different in the registry after a commit.

    These are models and versions that came or went, and stages, numbers, aliases, fields and tags
    that changed.

    Examples:
      mltrack registry diff origin/main
      mltrack registry diff v1.2 v1.3 --output json
    """
    from mltrack.api.registry.diff import change_row, registry_diff

    rows = [change_row(change) for change in registry_diff(before, after)]
    if not rows:
        say("the registry is the same")
    show_listing(output, "changes", rows, _COLUMNS)
