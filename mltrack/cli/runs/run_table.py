"""Show runs in a table: what tells them apart for people, everything for programs."""

from typing import TYPE_CHECKING, Any

from mltrack.cli.output import Format, show_listing

if TYPE_CHECKING:
    from mltrack.api.runs.run import Run
    from mltrack.api.runs.search import Runs

_DEEPER = "  "
_Table = tuple[list[dict[str, Any]], list[str]]


def show_runs(
    output: Format,
    runs: "Runs",
    *,
    best: str | None = None,
    columns: str | None = None,
    spark: str | None = None,
) -> None:
    """Print one row for each run.

    Args:
        output: how.
        runs: the runs.
        best: what they are ranked or sorted by, which gets a column of its own.
        columns: the columns to show instead of those that tell the runs apart.
        spark: a metric to draw as a small curve, for people.
    """
    is_read = output in {Format.TABLE, Format.MD}
    if columns is not None and runs:
        rows, titles = _chosen(output, runs, columns)
    elif is_read:
        rows, titles = _telling(runs, best)
    else:
        rows, titles = _whole(runs)
    if spark and is_read:
        rows, titles = _with_sparks(rows, titles, runs, spark)
    show_listing(output, "runs", rows, titles)


def _whole(runs: "Runs") -> _Table:
    from mltrack.api.runs.rows import whole_table

    table, titles = whole_table([run.record for run in runs])
    parents = [{"parent": run.parent} if runs.depths else {} for run in runs]
    return [row | more for row, more in zip(table, parents, strict=True)], titles


def _telling(runs: "Runs", best: str | None) -> _Table:
    from mltrack.api.runs.rows import telling_table

    rows, titles = telling_table([run.record for run in runs], best=best)
    return [row | _for_people(run, runs) for row, run in zip(rows, runs, strict=True)], titles


def _chosen(output: Format, runs: "Runs", columns: str) -> _Table:
    """Return the columns that were asked for; JSON keeps its form, whatever they are."""
    from mltrack.api.runs.choosing import chosen_columns, chosen_row

    chosen = chosen_columns(runs, columns)
    if output in {Format.JSON, Format.JSONL}:
        return [run.summary() for run in runs], []
    is_read = output in {Format.TABLE, Format.MD}
    rows = [run.row() | (_for_people(run, runs) if is_read else {}) for run in runs]
    return [dict(chosen_row(row, chosen)) for row in rows], [column.title for column in chosen]


def _for_people(run: "Run", runs: "Runs") -> dict[str, str]:
    removed = ", removed" if run.record.hidden else ""
    depth = runs.depths.get(run.id, 0)
    return {"id": f"{_DEEPER * depth}{run.handle}", "status": f"{run.status}{removed}"}


def _with_sparks(rows: list[dict[str, Any]], columns: list[str], runs: "Runs", key: str) -> _Table:
    """Return rows and columns with the curve of a metric behind the name."""
    from mltrack.api.runs.sparks import spark_column

    title = f"{key} curve"
    drawn = spark_column(runs, key)
    shown = [row | {title: curve} for row, curve in zip(rows, drawn, strict=True)]
    return shown, [*columns[:2], title, *columns[2:]]
