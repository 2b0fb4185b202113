"""mltrack evaluate: how good a model is on data whose truth is known."""

import csv
from enum import StrEnum
from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.options import (
    Env,
    ExperimentOption,
    FindLinksOption,
    ModelEnvOption,
    OfflineOption,
    TrustOption,
    VerdictOption,
)
from mltrack.cli.output import VerdictFormat
from mltrack.cli.progress_line import line_until_its_end
from mltrack.cli.streams import answers_alone


class Task(StrEnum):
    """What a model predicts."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"


class OnError(StrEnum):
    """What becomes of rows without a target."""

    FAIL = "fail"
    SKIP = "skip"


def evaluate(
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
        typer.Argument(metavar="DATA", help="A file of rows: CSV with a header, JSONL, Parquet."),
    ],
    target: Annotated[
        str, typer.Option("--target", metavar="COLUMN", help="The column that holds the truth.")
    ],
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="MODEL",
            help="Compare with it, row by row; give it many times.",
            autocompletion=completing.versions,
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="Also for each of its values; A,B for both at once; give it many times.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric", metavar="NAME", help="This metric, not the usual ones; give it many times."
        ),
    ] = None,
    metric_function: Annotated[
        list[str] | None,
        typer.Option(
            "--metric-function",
            metavar="MODULE:NAME",
            help="A function of yours: (y_true, y_pred, rows) to a number or a dict.",
        ),
    ] = None,
    positive: Annotated[
        str | None,
        typer.Option(
            "--positive", metavar="LABEL", help="The class that precision and recall are about."
        ),
    ] = None,
    task: Annotated[
        Task | None,
        typer.Option("--task", help="What is predicted, where the model does not say it."),
    ] = None,
    on_error: Annotated[
        OnError, typer.Option("--on-error", help="What to do with rows that have no target.")
    ] = OnError.FAIL,
    experiment: ExperimentOption = None,
    env: ModelEnvOption = Env.AUTO,
    offline: OfflineOption = False,
    find_links: FindLinksOption = None,
    trust: TrustOption = False,
    output: VerdictOption = VerdictFormat.TABLE,
) -> None:
    """Say how good a model is on data whose truth is known.

    The figures are kept as a run that names the model and the data by their digests.

    Examples:
      mltrack evaluate churn@staging test.csv --target left
      mltrack evaluate churn@staging test.csv --target left --against churn@production
      mltrack evaluate ./model test.csv --target left --by region --metric auc --metric f1
    """
    from mltrack.api.evaluating.evaluate import evaluate as evaluated
    from mltrack.api.evaluating.evaluate import metric_functions
    from mltrack.cli.models.evaluated import show_evaluated

    with answers_alone():
        found = evaluated(
            model,
            data,
            target=target,
            metrics=[*(metric or []), *metric_functions(metric_function or [])],
            by=[_columns_of(text) for text in by or []],
            against=against or [],
            task=task,
            positive=positive,
            on_error=on_error,
            experiment=experiment,
            trust=trust,
            env=env,
            offline=offline,
            find_links=find_links or (),
            progress=line_until_its_end(),
        )
    show_evaluated(found, output)


def _columns_of(text: str) -> tuple[str, ...]:
    """Return the columns that --by names: a comma parts them, and a name in quotes may hold one."""
    return tuple(next(csv.reader([text], skipinitialspace=True)))
