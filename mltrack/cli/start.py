"""mltrack start: open a run from a shell."""

from typing import Annotated

import typer

from mltrack.cli.options import ExperimentOption, ParamsOption, TagsOption, pairs_of, scalar_of
from mltrack.cli.output import say, show


def start(
    name: Annotated[str | None, typer.Option("--name", help="What the run is called.")] = None,
    experiment: ExperimentOption = None,
    param: ParamsOption = None,
    tag: TagsOption = None,
) -> None:
    """Open a run from a shell.

    It stays open until `mltrack finish`; its id is printed, so that a script can keep it.

    Examples:
      RUN=$(mltrack start --name nightly -P lr=0.1)
      mltrack log metric acc 0.93 --run $RUN
      mltrack finish $RUN
    """
    from mltrack.api.shell import start_detached

    params = {key: scalar_of(text) for key, text in pairs_of(param, option="-P").items()}
    tags = pairs_of(tag, option="--tag")
    run = start_detached(name=name, experiment=experiment, params=params, tags=tags)
    show(run.id)
    say(f"next: mltrack log metric NAME VALUE --run {run.handle}; mltrack finish {run.handle}")
