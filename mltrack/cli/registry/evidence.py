"""mltrack registry evidence: all that speaks for a version, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from mltrack.cli.asking import agreed
from mltrack.cli.options import VersionArgument, YesOption
from mltrack.cli.output import say, show, warn
from mltrack.cli.progress_line import progress_line


def evidence(
    version: VersionArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the zip file.")
    ],
    no_source: Annotated[
        bool, typer.Option("--no-source", help="Leave the files of the commit out.")
    ] = False,
    signers: Annotated[
        Path | None,
        typer.Option("--signers", metavar="FILE", help="Git's list of allowed signers."),
    ] = None,
    yes: YesOption = False,
) -> None:
    """Put all that speaks for a version into one zip file.

    Its card, the events of the model and who signed them, the run with its figures, source, lock
    and data digests, evaluations and what verify said. It opens without mltrack, README.txt in it
    tells how to check it, and what could not be had is named there.

    Examples:
      mltrack registry evidence churn/3 -o churn-3.zip
      mltrack registry evidence churn@production -o churn.zip --no-source --signers allowed_signers
    """
    from mltrack.api.registry.evidence import registry_evidence

    there = agreed(output, yes=yes)
    with progress_line() as progress:
        done = registry_evidence(
            version,
            output,
            source=not no_source,
            signers=signers,
            overwrite=there,
            progress=progress,
        )
    for line in done.missing:
        warn(f"not in it: {line}")
    show(f"{output}")
    say(f"{done.files} files; README.txt in it tells how to check them")
