"""mltrack run: run an entry point of a project, and exit as its command did."""

import time
from pathlib import Path
from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.commands import new_app
from mltrack.cli.options import (
    Env,
    EnvOption,
    ExperimentOption,
    FindLinksOption,
    OfflineOption,
    TagsOption,
    pairs_of,
)
from mltrack.cli.output import say
from mltrack.cli.progress_line import line_until_its_end
from mltrack.cli.projects.ended import exit_as
from mltrack.cli.projects.run_help import HERE, RunCommand

app = new_app("")


@app.command(cls=RunCommand)
def run(
    path: Annotated[
        Path, typer.Argument(metavar="[PATH]", help="The folder of a project.yaml.")
    ] = Path(HERE),
    entry: Annotated[
        str,
        typer.Option(
            "--entry",
            "-e",
            metavar="ENTRY",
            help="The entry point.",
            autocompletion=completing.entry_points,
        ),
    ] = "main",
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            "-P",
            metavar="NAME=VALUE",
            help="A parameter; give it many times.",
            autocompletion=completing.params,
        ),
    ] = None,
    env: EnvOption = Env.AUTO,
    experiment: ExperimentOption = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What the run is called.")
    ] = None,
    tag: TagsOption = None,
    offline: OfflineOption = False,
    find_links: FindLinksOption = None,
    rev: Annotated[
        str | None,
        typer.Option("--rev", metavar="REV", help="The code of this commit, not of the tree."),
    ] = None,
    needed: Annotated[
        bool, typer.Option("--needed", help="Not if the same run has finished already.")
    ] = False,
) -> None:
    """Run a project in an environment of its own.

    Builds the environment, starts the command, keeps its output and what it logs.
    With --help it also shows the entry points and parameters of the project in PATH.
    Exits with the command's own code, 128+n when signal n ended it, 124 when its time was over, and
    125 when mltrack itself refused or failed before the command began.

    Examples:
      mltrack run
      mltrack run examples/churn --help
      mltrack run . -P learning_rate=0.05 -P steps=200
      mltrack run . --offline --find-links wheels/
      mltrack run . --rev main~3
      mltrack run . --needed
      mltrack run examples/diagnosis -e main --env local --tag purpose=demo
    """
    from mltrack.api.projects.running import run_project

    began = time.monotonic()
    done = run_project(
        path,
        entry=entry,
        params=pairs_of(param, option="-P"),
        env=env,
        experiment=experiment,
        name=name,
        tags=pairs_of(tag, option="--tag"),
        offline=offline,
        find_links=find_links or (),
        rev=rev,
        needed=needed,
        progress=line_until_its_end(),
    )
    if not done.is_new:
        say(f"run {done.handle} has finished with the same of everything")
        say(f"next: mltrack show {done.handle}")
        return
    exit_as(done, time.monotonic() - began)
