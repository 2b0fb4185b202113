"""mltrack predict: a model's predictions for the rows of a CSV file."""

import sys
from typing import Annotated

import typer

from mltrack.cli.options import Env, FindLinksOption, ModelEnvOption, OfflineOption, TrustOption
from mltrack.cli.output import say, warn
from mltrack.cli.progress_line import line_until_its_end

STANDARD_INPUT = "-"


def predict(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="churn@staging, churn/3, runs:/RUN/model, a run, or ./a/folder."
        ),
    ],
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A CSV file with a header; - reads it from stdin.")
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; else to stdout."),
    ] = None,
    trust: TrustOption = False,
    env: ModelEnvOption = Env.AUTO,
    offline: OfflineOption = False,
    find_links: FindLinksOption = None,
) -> None:
    """Predict every row of a CSV file.

    The answer is CSV: the column `prediction`, a row for each row.

    Examples:
      mltrack predict churn@staging customers.csv -o predictions.csv
      mltrack predict ./model - < customers.csv
      mltrack predict churn/1 customers.csv -o predictions.csv --env isolated
    """
    from mltrack.api import models

    done = models.predict(
        model,
        sys.stdin.buffer if data == STANDARD_INPUT else data,
        output=output or sys.stdout,
        trust=trust,
        env=env,
        offline=offline,
        find_links=find_links or (),
        progress=line_until_its_end(),
    )
    for note in done.notes:
        warn(note)
    say(f"{done.rows} rows predicted" + (f", in {output}" if output else ""))
