"""mltrack artifact: the files of a run."""

from typing import Annotated

import typer

from mltrack.cli.commands import new_app
from mltrack.cli.options import OutputOption, RunArgument
from mltrack.cli.output import Format, say, show, show_listing

app = new_app("The files that runs logged.")


@app.command("ls")
def list_files(run: RunArgument, output: OutputOption = Format.TABLE) -> None:
    """List the files of a run.

    Examples:
      mltrack artifact ls 1
    """
    from mltrack.api.runs import list_artifacts

    rows = [entry._asdict() for entry in list_artifacts(run)]
    if not rows:
        say("this run logged no files")
    show_listing(output, "artifacts", rows, ["path", "size", "sha256"])


@app.command()
def path(
    uri: Annotated[str, typer.Argument(metavar="URI", help="RUN/PATH or runs:/RUN/PATH.")],
) -> None:
    """Print where a logged file or folder can be read.

    Examples:
      mltrack artifact path 1/plot.png
      cp "$(mltrack artifact path runs:/kfxhqz/plot.png)" .
    """
    from mltrack.api.runs import artifact_path

    show(str(artifact_path(uri)))
