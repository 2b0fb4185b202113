"""mltrack model card: the card of a version."""

from pathlib import Path
from typing import Annotated

import typer

from mltrack.cli.asking import agreed
from mltrack.cli.options import VersionArgument, YesOption
from mltrack.cli.output import say, show


def card(
    version: VersionArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; else to stdout."),
    ] = None,
    yes: YesOption = False,
) -> None:
    """Render the card of a version in Markdown.

    Who answers for the model, what it takes and gives, the run, code, data and environment it comes
    from, what evaluations found, and who moved it where and why. The package has a card of its own,
    README.md, which tells how to use it.

    Examples:
      mltrack model card churn@production
      mltrack model card churn/3 -o churn-3.md
    """
    from mltrack.api.registry.card import model_card

    if output is None:
        show(model_card(version))
        return
    agreed(output, yes=yes)
    model_card(version, output)
    say(f"wrote {output}")
