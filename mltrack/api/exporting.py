"""Hand runs on: write them to a file that other programs, or another store, read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, Unpack

from mltrack.api.output_files import place_of, written
from mltrack.api.runs.runs import distinct_runs
from mltrack.api.runs.search import Runs, search_runs
from mltrack.api.runs.search_options import SearchOptions
from mltrack.api.store import opened_store
from mltrack.errors import UsageError, nearest
from mltrack.tracking.catalog import search

if TYPE_CHECKING:
    from mltrack.exporters.tables import Table

Writer = Callable[["Table", BinaryIO], int]
ZIP = "zip"
FORMATS = ("csv", "jsonl", "parquet", ZIP)
_TEXTS = ("csv", "jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote.

    Attributes:
        path: the file; None for a stream.
        runs: how many runs.
        rows: how many rows: runs, or points.
        warnings: a line for each thing that is not in it, or could not be read.
    """

    path: Path | None
    runs: int
    rows: int = 0
    warnings: tuple[str, ...] = ()


def export_runs(  # noqa: PLR0913 - each says which runs or how, and all can be left out
    output: str | Path | TextIO | BinaryIO,
    runs: str | Sequence[str] | None = None,
    *,
    format: str = "",  # noqa: A002 - the word that users know
    columns: str | None = None,
    history: bool = False,
    objects: bool = True,
    overwrite: bool = False,
    **narrow: Unpack[SearchOptions],
) -> Exported:
    """Write runs to a file: a row each, or all their files in a zip that another store imports.

    A row has the params, the last of every metric, and the tags. A zip has the runs and what was
    said of them and their experiments, the same bytes for the same runs; no run that is still
    written to, and nothing of registries.

    Args:
        output: the file, which is written whole or not at all, or an open stream.
        runs: selectors such as `1..5`; all runs when they are left out.
        format: csv, jsonl, parquet or zip; else what the ending of the file says.
        columns: what stands in a row instead, such as `name, lr, min loss as best`.
        history: write a row a point of every metric instead: run_id, metric, step, time, value.
        objects: pack large files into a zip too.
        overwrite: replace a file that is there.
        narrow: what `search_runs` takes, such as `where`, `experiment`, `max` or `limit`.

    Raises:
        UsageError: the format or a column is unknown, the wishes do not go together, or the file
            is a folder or in the store.
        ConflictError: the file is there.
        MissingExtraError: Parquet was asked for, and pyarrow is not installed.
        NotFoundError, StoreWriteError: a run is not here; the disk refused.
    """
    path = Path(output) if isinstance(output, str | Path) else None
    chosen = format_of(path, format)
    _refuse_contradictions(chosen, path, columns, narrow, history=history)
    path = path and place_of(path, overwrite=overwrite)
    found = _found(runs, narrow)
    if path and chosen == ZIP:
        return _packed(path, found, objects=objects)
    lost: list[str] = []
    table = _table_of_points(found, lost.append) if history else _table(found, columns)
    with _opened(path or output, text=chosen in _TEXTS) as stream:
        rows = _writer(chosen)(table, stream)
    return Exported(path=path, runs=len(found), rows=rows, warnings=(*found.warnings, *lost))


def format_of(path: Path | None, named: str) -> str:
    """Return the format that is named, or that the ending of a file stands for; a stream is CSV.

    Raises:
        UsageError: it is none that runs are written in.
    """
    wanted = named or (path.suffix.removeprefix(".").lower() if path else "csv")
    if wanted in FORMATS:
        return wanted
    what = f"there is no format {wanted!r}" if wanted else f"{path} has no ending"
    raise UsageError(
        f"{what}{nearest(wanted, FORMATS)}",
        why="the ending of the file says what is written",
        fix=f"--format with one of {', '.join(FORMATS)}",
    )


def _refuse_contradictions(
    chosen: str, path: Path | None, columns: str | None, narrow: SearchOptions, *, history: bool
) -> None:
    if history and columns is not None:
        raise UsageError(
            "--columns chooses what stands of a run, and --history writes points",
            fix="leave one of them out",
        )
    if chosen != ZIP:
        return
    if path is None or history or columns is not None:
        raise UsageError("a zip of runs is a file, and has no rows", fix="-o runs.zip")
    if narrow.get("rev") or narrow.get("branch"):
        raise UsageError(
            "a zip is packed of the files that are here, not of those of another commit",
            fix="git switch to it, and leave --rev and --branch out",
        )


def _writer(chosen: str) -> Writer:
    """Return what writes a table."""
    if chosen == "parquet":
        from mltrack.exporters.parquet import write_parquet

        return write_parquet
    from mltrack.exporters.texts import write_csv, write_jsonl

    return write_csv if chosen == "csv" else write_jsonl


def _found(texts: str | Sequence[str] | None, narrow: SearchOptions) -> Runs:
    """Return the runs that are named, or looked for."""
    if not texts:
        return search_runs(**narrow)
    if said := sorted(name for name, value in narrow.items() if value and name != "progress"):
        raise UsageError(
            f"runs are named, and looked for with {', '.join(said)}",
            fix="name them, or look for them, not both",
        )
    return Runs(distinct_runs(texts), names=partial(search.names, opened_store()))


def _table(runs: Runs, columns: str | None) -> "Table":
    from mltrack.exporters.tables import table_of_runs, table_of_values

    if columns is None:
        return table_of_runs([run.record for run in runs])
    from mltrack.api.runs.choosing import chosen_columns

    return table_of_values(chosen_columns(runs, columns), lambda: (run.row() for run in runs))


def _table_of_points(runs: Runs, tell: Callable[[str], None]) -> "Table":
    from mltrack.exporters.tables import table_of_points

    return table_of_points(((run.store, run.record) for run in runs), tell)


def _packed(path: Path, runs: Runs, *, objects: bool) -> Exported:
    from mltrack.exporters.zips import parcel_of, write_zip

    parcel = parcel_of(opened_store(), [run.record for run in runs], objects=objects)
    with _opened(path, text=False) as stream:
        write_zip(parcel, stream)
    return Exported(path=path, runs=len(parcel.runs), warnings=(*runs.warnings, *parcel.warnings))


@contextmanager
def _opened(output: Any, *, text: bool) -> Iterator[BinaryIO]:  # noqa: ANN401 - a path or a stream
    from mltrack.store.output_file import stream_of

    if not isinstance(output, Path):
        yield stream_of(output, text=text)
        return
    with written(output) as stream:
        yield stream
