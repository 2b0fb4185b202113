"""mltrack predict: a model's predictions for the rows of a file."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.bar import bar
from mltrack.cli.cells import counted
from mltrack.cli.options import Env, FindLinksOption, ModelEnvOption, OfflineOption, TrustOption
from mltrack.cli.output import say, warn
from mltrack.cli.progress_line import line_until_its_end
from mltrack.cli.streams import answers_alone

STANDARD_INPUT = "-"


class RowsFormat(StrEnum):
    """What a file of rows is written in."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class OnError(StrEnum):
    """What becomes of rows that do not fit."""

    FAIL = "fail"
    SKIP = "skip"


def predict(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="churn@staging, churn/3, runs:/RUN/model, a run, or ./a/folder.",
            autocompletion=completing.versions,
        ),
    ],
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help="A file of rows: CSV with a header, JSONL, Parquet; - is stdin."
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; else to stdout."),
    ] = None,
    format: Annotated[
        RowsFormat | None,
        typer.Option("--format", help="What DATA is; else what its name tells, or CSV."),
    ] = None,
    output_format: Annotated[
        RowsFormat | None,
        typer.Option("--output-format", help="The same for FILE; on stdout what DATA is."),
    ] = None,
    method: Annotated[
        str,
        typer.Option("--method", metavar="NAME", help="What to ask for, such as predict_proba."),
    ] = "predict",
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="COLUMN",
            help="Copy a column of DATA in front of the predictions; give it many times.",
        ),
    ] = None,
    on_error: Annotated[
        OnError,
        typer.Option("--on-error", help="Stop at rows that do not fit, or leave them out."),
    ] = OnError.FAIL,
    trust: TrustOption = False,
    env: ModelEnvOption = Env.AUTO,
    offline: OfflineOption = False,
    find_links: FindLinksOption = None,
) -> None:
    """Predict every row of a file.

    The answer has a row for each row: the column `prediction`, or several, or those that the model
    names. The file is read in pieces, so it may be larger than memory; -o is written whole or not
    at all. Rows that do not fit are named by their line (in Parquet, their number).

    Examples:
      mltrack predict churn@staging customers.csv -o predictions.csv
      mltrack predict churn/3 customers.parquet -o out.parquet --keep id --method predict_proba
      mltrack predict ./model - --format jsonl --on-error skip < customers.jsonl
      mltrack predict churn/1 customers.csv -o predictions.csv --env isolated
    """
    from mltrack.api.models import predictions

    with answers_alone() as answers, bar("predicting") as share:
        done = predictions.predict(
            model,
            sys.stdin.buffer if data == STANDARD_INPUT else data,
            output=output or answers,
            input_format=format or "",
            output_format=output_format or "",
            method=method,
            keep=keep or (),
            on_error=on_error,
            trust=trust,
            share=share,
            env=env,
            offline=offline,
            find_links=find_links or (),
            progress=line_until_its_end(),
        )
    for note in done.notes:
        warn(note)
    if done.skipped:
        warn(f"{counted(done.skipped, 'row')} left out, since they do not fit:")
        for misfit in done.misfits:
            warn(misfit)
    say(f"{counted(done.rows, 'row')} predicted" + (f", in {output}" if output else ""))
