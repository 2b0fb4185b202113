"""mltrack start: open a run from a shell."""

from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.options import (
    ExperimentOption,
    ParamsOption,
    ParentOption,
    TagsOption,
    pairs_of,
    scalar_of,
)
from mltrack.cli.output import say, show


def start(
    name: Annotated[str | None, typer.Option("--name", help="What the run is called.")] = None,
    experiment: ExperimentOption = None,
    param: ParamsOption = None,
    tag: TagsOption = None,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="RUN",
            help="Take a run up again; auto: that of the job.",
            autocompletion=completing.runs,
        ),
    ] = None,
    job: Annotated[
        str | None,
        typer.Option("--job", metavar="KEY", help="The job, for auto; else the scheduler's."),
    ] = None,
    parent: ParentOption = None,
) -> None:
    """Open a run from a shell.

    It stays open until `mltrack finish`; its id is printed, so that a script can keep it. With
    `--resume auto` a requeued job goes on with the run that it began.

    Examples:
      RUN=$(mltrack start --name nightly -P lr=0.1)
      mltrack log metric acc 0.93 --run $RUN
      mltrack finish $RUN
      RUN=$(mltrack start --resume auto --job nightly)
    """
    from mltrack.api.tracking.shell import start_detached

    params = {key: scalar_of(text) for key, text in pairs_of(param, option="-P").items()}
    tags = pairs_of(tag, option="--tag")
    run = start_detached(name, experiment, params, tags, resume=resume, job=job, parent=parent)
    show(run.id)
    say(f"next: mltrack log metric NAME VALUE --run {run.handle}; mltrack finish {run.handle}")
