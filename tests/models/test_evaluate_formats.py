"""Files of every format give the figures of the same rows, and name the rows that lack a target."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mltrack
from mltrack.errors import UsageError
from mltrack.models import loaded, opening
from tests.support.repository import Repository
from tests.support.tracked import project

__all__ = ["project"]


@pytest.fixture
def packaged(folder: Path) -> loaded.LoadedModel:
    """Return the packaged classifier, loaded."""
    return opening.load_package(folder)


@pytest.fixture
def rows(frame: pd.DataFrame, target: Any) -> pd.DataFrame:
    """Return rows with their truth."""
    return frame.assign(sick=target, region=["north", "south"] * 20)


def as_csv(rows: pd.DataFrame, path: Path) -> None:
    rows.to_csv(path, index=False)


def as_packed_csv(rows: pd.DataFrame, path: Path) -> None:
    path.write_bytes(gzip.compress(rows.to_csv(index=False).encode()))


def as_jsonl(rows: pd.DataFrame, path: Path) -> None:
    lines = [
        json.dumps(row) for row in rows.astype(object).where(rows.notna(), None).to_dict("records")
    ]
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def as_parquet(rows: pd.DataFrame, path: Path) -> None:
    rows.to_parquet(path, index=False)


Write = Callable[[pd.DataFrame, Path], None]
FORMATS = {"t.csv": as_csv, "t.csv.gz": as_packed_csv, "t.jsonl": as_jsonl, "t.parquet": as_parquet}


@pytest.mark.parametrize(("name", "write"), FORMATS.items(), ids=FORMATS)
def test_every_format_gives_the_same_figures_and_slices(
    name: str, write: Write, packaged: loaded.LoadedModel, rows: pd.DataFrame, project: Repository
) -> None:
    write(rows, project.path / name)
    found = mltrack.evaluate(packaged, name, target="sick", by=["region"])
    expected = mltrack.evaluate(packaged, rows, target="sick", by=["region"])
    assert found.metrics == expected.metrics
    assert found.slices == expected.slices


@pytest.mark.parametrize(
    ("name", "write", "where"),
    [
        ("t.csv", as_csv, "line 4"),
        ("t.csv.gz", as_packed_csv, "line 4"),
        ("t.jsonl", as_jsonl, "line 5"),
        ("t.parquet", as_parquet, "row 2"),
    ],
)
def test_a_row_without_a_target_is_named(
    name: str,
    write: Write,
    where: str,
    packaged: loaded.LoadedModel,
    rows: pd.DataFrame,
    project: Repository,
) -> None:
    write(rows.assign(sick=rows["sick"].astype(float).where(rows.index != 2)), project.path / name)
    with pytest.raises(UsageError, match=where):
        mltrack.evaluate(packaged, name, target="sick")


@pytest.mark.parametrize(("name", "write"), FORMATS.items(), ids=FORMATS)
def test_an_unknown_target_offers_the_nearest_column(
    name: str, write: Write, packaged: loaded.LoadedModel, rows: pd.DataFrame, project: Repository
) -> None:
    write(rows, project.path / name)
    with pytest.raises(UsageError, match="did you mean sick"):
        mltrack.evaluate(packaged, name, target="sikc")
