"""Hand runs on: write them to a file that other programs, or another store, read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from mltrack.api.store import opened_store, start_folder
from mltrack.errors import ConflictError, UsageError, nearest

if TYPE_CHECKING:
    from mltrack.api.run import Run
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


def export_runs(
    output: str | Path | TextIO | BinaryIO,
    runs: str | Sequence[str] | None = None,
    *,
    format: str = "",  # noqa: A002 - the word that users know
    history: bool = False,
    objects: bool = True,
    overwrite: bool = False,
    **narrow: Any,  # noqa: ANN401 - what search_runs takes
) -> Exported:
    """Write runs to a file: a row each, or all their files in a zip that another store imports.

    A row has the params, the last of every metric, and the tags. A zip has the runs and what was
    said of them and their experiments, the same bytes for the same runs; no run that is still
    written to, and nothing of registries.

    Args:
        output: the file, which is written whole or not at all, or an open stream.
        runs: selectors such as `1..5`; all runs when they are left out.
        format: csv, jsonl, parquet or zip; else what the ending of the file says.
        history: write a row a point of every metric instead: run_id, metric, step, time, value.
        objects: pack large files into a zip too.
        overwrite: replace a file that is there.
        narrow: what `search_runs` takes, such as `where`, `experiment`, `max` or `limit`.

    Raises:
        UsageError: the format is unknown, or runs are both named and looked for.
        ConflictError: the file is there.
        MissingExtraError: Parquet was asked for, and pyarrow is not installed.
        NotFoundError, StoreWriteError: a run is not here; the disk refused.
    """
    path = start_folder() / output if isinstance(output, str | Path) else None
    chosen = format_of(path, format)
    write = _writer(chosen)
    if write is None and (path is None or history):
        raise UsageError("a zip of runs is a file, and has no rows", fix="-o runs.zip")
    if path and path.exists() and not overwrite:
        raise ConflictError(f"{output} is there already", fix="choose another name, or replace it")
    found, warnings = _found(runs, narrow)
    if write is None:
        done = _packed(output, path, found, objects=objects)
        return replace(done, warnings=(*warnings, *done.warnings))
    table = _table(found, history=history)
    with _opened(path or output, text=chosen in _TEXTS) as stream:
        rows = write(table, stream)
    return Exported(path=path, runs=len(found), rows=rows, warnings=warnings)


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


def _writer(chosen: str) -> Writer | None:
    """Return what writes a table; None for a zip, which is none."""
    if chosen == ZIP:
        return None
    if chosen == "parquet":
        from mltrack.exporters.parquet import write_parquet

        return write_parquet
    from mltrack.exporters.texts import write_csv, write_jsonl

    return write_csv if chosen == "csv" else write_jsonl


def _found(
    texts: str | Sequence[str] | None, narrow: dict[str, Any]
) -> tuple[Sequence["Run"], tuple[str, ...]]:
    """Return the runs that are named, or looked for, and what is to be said of them."""
    if not texts:
        from mltrack.api.search import search_runs

        found = search_runs(**narrow)
        return found, found.warnings
    if said := sorted(name for name, value in narrow.items() if value):
        raise UsageError(
            f"runs are named, and looked for with {', '.join(said)}",
            fix="name them, or look for them, not both",
        )
    from mltrack.api.runs import select_runs

    named = select_runs(texts)
    return list({run.id: run for run in named}.values()), ()


def _table(runs: Sequence["Run"], *, history: bool) -> "Table":
    from mltrack.exporters.tables import table_of_points, table_of_runs

    records = [run.record for run in runs]
    return table_of_points(opened_store(), records) if history else table_of_runs(records)


def _packed(output: Any, path: Path | None, runs: Sequence["Run"], *, objects: bool) -> Exported:  # noqa: ANN401 - a path
    from mltrack.exporters.zips import parcel_of, write_zip

    parcel = parcel_of(opened_store(), [run.record for run in runs], objects=objects)
    with _opened(path or output, text=False) as stream:
        write_zip(parcel, stream)
    return Exported(path=path, runs=len(parcel.runs), warnings=parcel.warnings)


@contextmanager
def _opened(output: Any, *, text: bool) -> Iterator[BinaryIO]:  # noqa: ANN401 - a path or a stream
    from mltrack.models.rows.output_file import replaced, stream_of
    from mltrack.store.atomic import explained

    if not isinstance(output, Path):
        yield stream_of(output, text=text)
        return
    with explained(output):
        output.parent.mkdir(parents=True, exist_ok=True)
    with replaced(output) as stream:
        yield stream
