"""mltrack log: write to a run from a shell."""

from pathlib import Path
from typing import Annotated

import typer

from mltrack.charts.labels import brief
from mltrack.cli.commands import new_app
from mltrack.cli.options import RunOption, scalar_of
from mltrack.cli.output import say
from mltrack.errors import UsageError

app = new_app("Log to a run from a shell.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME")]
ValueArgument = Annotated[str, typer.Argument(metavar="VALUE")]
_BRIEF = 60  # characters of a value that a line of talk can bear
_NEGATIVES = {"ignore_unknown_options": True}  # so that a value such as -0.5 is no option


@app.command(context_settings=_NEGATIVES)
def metric(
    name: NameArgument,
    value: ValueArgument,
    step: Annotated[int | None, typer.Option("--step", help="Else one more than the last.")] = None,
    run: RunOption = None,
) -> None:
    """Log one value of a metric.

    Examples:
      mltrack log metric acc 0.93
      mltrack log metric loss 0.12 --step 10 --run kfxhqz
    """
    from mltrack.api.tracking.shell import Logged, log_to

    logged = log_to(run, Logged(metrics={name: _number_of(value)}, step=step))
    say(f"{brief(name, _BRIEF)} = {brief(value, _BRIEF)} in {logged.handle}")


@app.command(context_settings=_NEGATIVES)
def param(name: NameArgument, value: ValueArgument, run: RunOption = None) -> None:
    """Log a parameter; what looks like a number is one.

    Examples:
      mltrack log param lr 0.1
    """
    from mltrack.api.tracking.shell import Logged, log_to

    logged = log_to(run, Logged(params={name: scalar_of(value)}))
    say(f"{brief(name, _BRIEF)} = {brief(value, _BRIEF)} in {logged.handle}")


@app.command(context_settings=_NEGATIVES)
def tag(name: NameArgument, value: ValueArgument, run: RunOption = None) -> None:
    """Log a tag.

    Examples:
      mltrack log tag data v2
    """
    from mltrack.api.tracking.shell import Logged, log_to

    logged = log_to(run, Logged(tags={name: value}))
    say(f"{brief(name, _BRIEF)} = {brief(value, _BRIEF)} in {logged.handle}")


@app.command()
def artifact(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file, or a folder whole.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="PATH", help="What it is called in the run.")
    ] = None,
    run: RunOption = None,
) -> None:
    """Log a file, or a folder with all that is in it.

    Examples:
      mltrack log artifact plot.png
      mltrack log artifact out/reports --to evaluation
    """
    from mltrack.api.tracking.shell import Logged, log_to

    logged = log_to(run, Logged(artifacts=[(str(path), to)]))
    say(f"{path} is in {logged.handle}; see it: mltrack artifact ls {logged.handle}")


def _number_of(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            f"a metric is a number, not {text!r}", fix="for a text: mltrack log tag NAME VALUE"
        ) from None
