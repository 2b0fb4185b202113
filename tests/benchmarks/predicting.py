"""Figures of predicting the rows of a file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.costs import MLTRACK, child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio

MANY, FEW, TIMES = 1_000_000, 2_000, 10
_PIECE_BYTES = 2**24


def _ask(source: str, target: str) -> list[str]:
    return [MLTRACK, "predict", "./model", source, "-o", target, "--trust"]


def _predicted(place: Place, source: str, target: str) -> Measured:
    """Each try is a fresh process; the model's package is checked whole each time."""
    folder = _folder(place)
    ours, floor = _ask(source, f"ours-{target}"), child("floor_predict", source, f"floor-{target}")
    measured = ratio(
        *place.pairs(
            lambda: place.spent(ours, folder).cpu,
            lambda: place.spent(floor, folder).cpu,
            tries=7,
        ),
        "s",
    )
    if target.endswith(".csv"):
        assert (folder / f"ours-{target}").read_bytes() == (folder / f"floor-{target}").read_bytes()
    return measured


def _memory(place: Place, kind: str, longer: Callable[[Path, Path], None]) -> Measured:
    """The peaks of whole processes, of ten times the rows and of the rows."""
    folder = _folder(place)
    long = folder / f"long.{kind}"
    longer(folder / f"rows.{kind}", long)
    many = place.peak_mib(_ask(long.name, "long-out.csv"), folder)
    few = place.peak_mib(_ask(f"rows.{kind}", "out.csv"), folder)
    long.unlink()
    return Measured(many / few, f"{many:.4g} MiB", f"{few:.4g} MiB")


def _longer_csv(source: Path, target: Path) -> None:
    with source.open("rb") as file, target.open("wb") as long:
        long.write(file.readline())
        begin = file.tell()
        for _ in range(TIMES):
            file.seek(begin)
            while piece := file.read(_PIECE_BYTES):
                long.write(piece)


def _longer_parquet(source: Path, target: Path) -> None:
    from pyarrow import parquet

    table = parquet.read_table(source)
    with parquet.ParquetWriter(target, table.schema) as writer:
        for _ in range(TIMES):
            writer.write_table(table)


def _folder(place: Place) -> Path:
    """Return a folder with rows and a model, made once in a bench."""
    folder = place.scratch / "predicting"
    if not folder.exists():
        place.say("rows and a model")
        count = place.size(MANY, FEW)
        place.spent(child("rows", count), place.new("predicting"))
    return folder


_FLOOR = "a plain script: pandas reads pieces of 50,000 rows, the model predicts, they are written"
FIGURES = (
    Figure(
        name="predict",
        what="`mltrack predict` of 1,000,000 rows of 10 columns, CSV to CSV",
        floor=_FLOOR,
        bar=Bar(1.3),
        measure=partial(_predicted, source="rows.csv", target="out.csv"),
    ),
    Figure(
        name="predict-to-parquet",
        what="the same, CSV to Parquet",
        floor="the same",
        bar=Bar(1.3),
        measure=partial(_predicted, source="rows.csv", target="out.parquet"),
    ),
    Figure(
        name="predict-parquet",
        what="the same, Parquet to Parquet",
        floor="the same, reading with pyarrow",
        bar=Bar(1.3),
        measure=partial(_predicted, source="rows.parquet", target="out.parquet"),
    ),
    Figure(
        name="memory-predict",
        what="peak memory of predicting 10,000,000 rows of CSV",
        floor="of 1,000,000",
        bar=Bar(1.2),
        measure=partial(_memory, kind="csv", longer=_longer_csv),
    ),
    Figure(
        name="memory-predict-parquet",
        what="the same of Parquet",
        floor="of 1,000,000",
        bar=Bar(1.2),
        measure=partial(_memory, kind="parquet", longer=_longer_parquet),
    ),
)
