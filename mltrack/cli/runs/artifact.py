"""mltrack artifact: the files of a run."""

from typing import Annotated

import typer

from mltrack.cli.cells import counted
from mltrack.cli.commands import new_app
from mltrack.cli.options import OutputOption, RunArgument
from mltrack.cli.output import Format, say, show, show_listing

app = new_app("The files that runs logged.")


@app.command("ls")
def list_files(run: RunArgument, output: OutputOption = Format.TABLE) -> None:
    """List the files of a run.

    Of large files, `here` says whether this machine has them: git does not carry them.

    Examples:
      mltrack artifact ls 1
    """
    from mltrack.api.runs.runs import get_run

    rows = get_run(run).artifact_rows()
    if not rows:
        say("this run logged no files")
    show_listing(output, "artifacts", rows, ["path", "size", "sha256", "here"])
    if missing := sum(not row["here"] for row in rows):
        say(f"{counted(missing, 'file')} not on this machine: copy objects/ from where it was made")


@app.command()
def path(
    uri: Annotated[str, typer.Argument(metavar="URI", help="RUN/PATH or runs:/RUN/PATH.")],
) -> None:
    """Print where a logged file or folder can be read.

    Examples:
      mltrack artifact path 1/plot.png
      cp "$(mltrack artifact path runs:/kfxhqz/plot.png)" .
    """
    from mltrack.api.runs.runs import artifact_path

    show(str(artifact_path(uri)))
