"""The options and arguments that commands share, so that each has one name everywhere."""

import math
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.output import Format, PageFormat, VerdictFormat
from mltrack.errors import UsageError

_INT = r"[-+]?(0|[1-9][0-9]{0,599})\Z"  # compiled once it is used, by few commands
_FLOAT = (
    r"[-+]?((0|[1-9][0-9]{0,599})?\.[0-9]+|(0|[1-9][0-9]*)\.?)([eE][-+]?[0-9]+)?\Z"
    r"|[-+]?(nan|inf|infinity)\Z"
)
Scalar = bool | int | float | str


class Env(StrEnum):
    """Where a project or a model runs."""

    AUTO = "auto"
    ISOLATED = "isolated"
    LOCAL = "local"


OutputOption = Annotated[
    Format, typer.Option("--output", "-o", help="How to print it; json keeps its form for ever.")
]
PageOption = Annotated[
    PageFormat, typer.Option("--output", "-o", help="A page to read, or json for programs.")
]
VerdictOption = Annotated[
    VerdictFormat, typer.Option("--output", "-o", help="A table to read, or json for programs.")
]
ExperimentOption = Annotated[
    str | None,
    typer.Option(
        "--experiment",
        metavar="NAME",
        help="The experiment it belongs to.",
        autocompletion=completing.experiments,
    ),
]
ParentOption = Annotated[
    str | None,
    typer.Option(
        "--parent",
        metavar="RUN",
        help="The run that it belongs to.",
        autocompletion=completing.runs,
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", "-m", metavar="WHY", help="Why; it is kept in the record.")
]
WhyOption = Annotated[
    str, typer.Option("--reason", "-m", metavar="WHY", help="Why; it is kept for ever.")
]
UnpushedOption = Annotated[
    bool,
    typer.Option(
        "--allow-unpushed", help="Though git does not carry all files of it; that is recorded."
    ),
]
TrustOption = Annotated[
    bool, typer.Option("--trust", help="Load it although loading runs code that others wrote.")
]
AgainTrustOption = Annotated[
    bool,
    typer.Option("--trust", help="Run what the record brings although you have not made it."),
]
ParamsOption = Annotated[
    list[str] | None,
    typer.Option("--param", "-P", metavar="NAME=VALUE", help="A parameter; give it many times."),
]
CurrentOption = Annotated[
    list[str] | None,
    typer.Option(
        "--current", metavar="WHAT", help="code, env or data as it is now; give it many times."
    ),
]
EnvOption = Annotated[
    Env, typer.Option("--env", help="In an environment of its own (auto), or in this Python.")
]
ModelEnvOption = Annotated[
    Env,
    typer.Option(
        "--env", help="In this Python (local), the model's own (isolated), or as is needed (auto)."
    ),
]
TagsOption = Annotated[
    list[str] | None,
    typer.Option("--tag", "-t", metavar="NAME=VALUE", help="A tag; give it many times."),
]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Ask nothing of a network: only what is on this machine.")
]
FindLinksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--find-links", metavar="DIR", help="A folder that holds packages; give it many times."
    ),
]
SignersOption = Annotated[
    Path | None,
    typer.Option(
        "--signers",
        metavar="FILE",
        help="Git's list of allowed signers, against which signed commits are checked.",
    ),
]
RunOption = Annotated[
    str | None,
    typer.Option(
        "--run",
        metavar="RUN",
        help="The run; else MLTRACK_RUN_ID, else the started one.",
        autocompletion=completing.runs,
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A handle, an id, a number (1: the newest), @latest, @max:acc.",
        autocompletion=completing.runs,
    ),
]
RunsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...",
        help="Handles, ids, numbers, ranges such as 1..5, @latest.",
        autocompletion=completing.runs,
    ),
]


ChosenRunsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[RUN...]",
        help="Handles, ids, numbers, ranges such as 1..5, @latest.",
        autocompletion=completing.runs,
    ),
]
VersionArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME/VERSION",
        help="churn/3, churn@production.",
        autocompletion=completing.versions,
    ),
]
ModelOrVersionArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME[/VERSION]",
        help="A model, or one version of it.",
        autocompletion=completing.versions,
    ),
]
ChosenModelArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[MODEL]",
        help="The model; else all of them.",
        autocompletion=completing.models,
    ),
]


def pairs_of(texts: list[str] | None, *, option: str) -> dict[str, str]:
    """Return `NAME=VALUE` texts as a dict; the value is everything after the first `=`.

    Raises:
        UsageError: one has no `=` or no name.
    """
    pairs: dict[str, str] = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(
                f"{option} wants NAME=VALUE, not {text!r}", fix=f"write it as {option} name=value"
            )
        pairs[name] = value
    return pairs


def scalar_of(text: str) -> Scalar:
    """Return what a text from a shell means: true, false, a whole number, a number, or itself.

    A number is one that is written out again as the same number: not 007, 1_000 or 1e999.
    """
    if text in {"true", "false"}:
        return text == "true"
    if re.match(_INT, text):
        return int(text)
    if not re.match(_FLOAT, text, re.IGNORECASE):
        return text
    value = float(text)
    return text if math.isinf(value) and text[-1].isdigit() else value
