"""Runs handed on: a table of runs or points, with every value as it was logged."""

import csv
import io
import json
import math
import shutil
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pytest
from pyarrow import parquet

import mltrack
from mltrack.errors import ConflictError, MissingExtraError, NotFoundError, UsageError
from mltrack.exporters import tables
from mltrack.exporters.parquet import write_parquet
from mltrack.exporters.tables import Column, Kind, Table
from mltrack.exporters.texts import write_csv, write_jsonl
from tests.support.repository import Repository

FORMULA = '=HYPERLINK("http://example.org", "a\r\nb")'


@pytest.fixture(autouse=True)
def _here(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")


@pytest.fixture
def ids() -> list[str]:
    """Return the ids of two runs, the newest first; not all their values are of one type."""
    first = {"lr": 0.1, "seed": 2**60 + 1, "on": True, "note": FORMULA, "mixed": 1, "rate": 1}
    second = {"lr": math.inf, "seed": 3, "mixed": "one", "rate": 0.5, "layers": [1, 2]}
    found = []
    for params, loss in ((first, math.nan), (second, -math.inf)):
        with mltrack.start_run(params=params, tags={"é": "ü"}) as run:
            run.log_metric("loss", loss, step=3)
            run.log_metric("acc", 0.1 + 0.2)
        found.append(run.id)
    return found[::-1]


def test_csv_has_every_value_exactly(ids: list[str], tmp_path: Path) -> None:
    done = mltrack.export_runs(tmp_path / "runs.csv")

    text = (tmp_path / "runs.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert (done.runs, done.rows, [row["run_id"] for row in rows]) == (2, 2, ids)
    assert rows[1]["params.note"] == FORMULA
    assert [row["params.seed"] for row in rows] == ["3", str(2**60 + 1)]
    assert [row["params.lr"] for row in rows] == ["Infinity", "0.1"]
    assert [row["params.on"] for row in rows] == ["", "true"]
    assert [row["params.layers"] for row in rows] == ["[1, 2]", ""]
    assert [row["metrics.loss"] for row in rows] == ["-Infinity", "NaN"]
    assert float(rows[0]["metrics.acc"]) == 0.1 + 0.2
    assert datetime.fromisoformat(rows[0]["started"]).tzinfo == UTC


def test_jsonl_has_the_same_columns_and_keeps_each_value(ids: list[str], tmp_path: Path) -> None:
    mltrack.export_runs(tmp_path / "runs.jsonl")
    mltrack.export_runs(tmp_path / "runs.csv")

    text = (tmp_path / "runs.jsonl").read_text(encoding="ascii")
    newest, oldest = map(json.loads, text.splitlines())
    header = (tmp_path / "runs.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert list(newest) == header.split(",")
    assert newest["params.layers"] == [1, 2]
    assert (newest["params.mixed"], oldest["params.mixed"]) == ("one", 1)
    assert (newest["metrics.loss"], oldest["metrics.loss"]) == ("-Infinity", "NaN")
    assert oldest["tags.é"] == "ü"


def test_parquet_has_typed_columns(ids: list[str], tmp_path: Path) -> None:
    mltrack.export_runs(tmp_path / "runs.parquet")

    table = parquet.read_table(tmp_path / "runs.parquet")
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["started"] == "timestamp[ms, tz=UTC]"
    assert (kinds["params.lr"], kinds["params.seed"], kinds["params.on"]) == (
        *("double", "int64"),
        "bool",
    )
    assert (kinds["params.mixed"], kinds["params.rate"]) == ("string", "double")
    columns = table.to_pydict()
    assert columns["run_id"] == ids
    assert columns["params.seed"] == [3, 2**60 + 1]
    assert columns["params.mixed"] == ["one", "1"]
    assert columns["params.layers"] == ["[1, 2]", None]
    assert columns["metrics.loss"][0] == -math.inf
    assert math.isnan(columns["metrics.loss"][1])


def test_a_history_is_a_row_a_point(ids: list[str], tmp_path: Path) -> None:
    for ending in ("csv", "jsonl", "parquet"):
        done = mltrack.export_runs(tmp_path / f"points.{ending}", ids[1], history=True)
        assert (done.runs, done.rows) == (1, 2)

    rows = [json.loads(line) for line in (tmp_path / "points.jsonl").read_text().splitlines()]
    assert list(rows[0]) == ["run_id", "metric", "step", "time", "value"]
    assert [(r["run_id"], r["metric"], r["step"], r["value"]) for r in rows] == [
        (ids[1], "acc", 0, 0.1 + 0.2),
        (ids[1], "loss", 3, "NaN"),
    ]
    points = parquet.read_table(tmp_path / "points.parquet")
    assert [str(field.type) for field in points.schema] == [
        *("string", "string", "int64", "timestamp[ms, tz=UTC]", "double"),
    ]


def test_columns_are_chosen_as_a_listing_chooses_them(ids: list[str], tmp_path: Path) -> None:
    chosen = "started, min loss as least, mixed, on, note as `a, b`"
    for ending in ("csv", "jsonl", "parquet"):
        mltrack.export_runs(tmp_path / f"runs.{ending}", columns=chosen)

    text = (tmp_path / "runs.csv").read_bytes().decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    started = [run.to_json()["started"] for run in mltrack.search_runs()]
    assert rows == [
        ["started", "least", "params.mixed", "params.on", "a, b"],
        [started[0], "-Infinity", "one", "", ""],
        [started[1], "NaN", "1", "true", FORMULA],
    ]
    lines = (tmp_path / "runs.jsonl").read_text(encoding="ascii").splitlines()
    assert json.loads(lines[1])["params.mixed"] == 1
    table = parquet.read_table(tmp_path / "runs.parquet")
    kinds = ["timestamp[ms, tz=UTC]", "double", "string", "bool", "string"]
    assert [str(field.type) for field in table.schema] == kinds


def test_columns_are_known_though_no_run_is_left(ids: list[str]) -> None:
    text = io.StringIO()
    mltrack.export_runs(text, columns="acc, seed", where="metrics.acc > 7")
    mltrack.export_runs(text, ids[0], columns="note")
    assert text.getvalue().splitlines() == ["metrics.acc,params.seed", "params.note", '""']
    with pytest.raises(UsageError, match="did you mean seed"):
        mltrack.export_runs(text, ids[0], columns="sead")


def test_wishes_that_do_not_go_together_are_refused(ids: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--history writes points"):
        mltrack.export_runs(tmp_path / "runs.csv", columns="acc", history=True)
    with pytest.raises(UsageError, match="has no rows"):
        mltrack.export_runs(tmp_path / "runs.zip", columns="acc")
    with pytest.raises(UsageError, match="another commit"):
        mltrack.export_runs(tmp_path / "runs.zip", rev="HEAD")


def test_runs_are_written_as_another_commit_has_them(ids: list[str], repo: Repository) -> None:
    repo.commit("two runs")
    folder = repo.path / ".mltrack" / "runs"
    shutil.rmtree(folder)
    text = io.StringIO()
    mltrack.export_runs(text, rev="HEAD", history=True)
    assert len(text.getvalue().splitlines()) == 5


def test_a_file_is_not_written_into_the_store_or_over_a_folder(
    ids: list[str], repo: Repository, tmp_path: Path
) -> None:
    (tmp_path / "runs.csv").mkdir()
    for place, said in ((tmp_path / "runs.csv", "is a folder"), (".mltrack/x.csv", "in the store")):
        with pytest.raises(UsageError, match=said):
            mltrack.export_runs(place, overwrite=True)
    assert not (repo.path / ".mltrack" / "x.csv").exists()


def test_points_that_are_lost_are_said(ids: list[str], repo: Repository, tmp_path: Path) -> None:
    (journal,) = repo.path.glob(f".mltrack/runs/*/*/{ids[0]}/metrics.jsonl")
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])
    done = mltrack.export_runs(tmp_path / "points.csv", history=True)
    assert (done.runs, done.rows) == (2, 2)
    assert len(done.warnings) == 1
    assert f"run {ids[0]}" in done.warnings[0]


def test_a_run_with_more_points_than_memory_has_room_for_is_read_in_parts(
    ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mltrack.export_runs(tmp_path / "whole.csv", history=True)
    monkeypatch.setattr(tables, "MOST_POINTS", 1)
    mltrack.export_runs(tmp_path / "parts.csv", history=True)
    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_frame_has_a_column_of_the_right_type_for_each_value(ids: list[str]) -> None:
    frame = mltrack.search_runs().to_dataframe()

    assert list(frame["run_id"]) == ids
    assert list(frame.columns[:6]) == [
        *("run_id", "name", "experiment", "status", "started", "ended"),
    ]
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds["started"] == kinds["ended"] == "datetime64[ms, UTC]"
    assert (kinds["params.seed"], kinds["params.lr"], kinds["params.on"]) == (
        *("int64", "float64"),
        "boolean",
    )
    assert list(frame["params.seed"]) == [3, 2**60 + 1]
    assert frame["metrics.loss"][0] == -math.inf
    assert math.isnan(frame["metrics.loss"][1])
    assert frame["params.on"][0] is pd.NA
    assert frame["params.layers"].isna().tolist() == [False, True]


def test_a_frame_of_no_runs_has_the_columns_of_every_run(ids: list[str]) -> None:
    frame = mltrack.search_runs(limit=0).to_dataframe()
    assert list(frame.columns) == ["run_id", "name", "experiment", "status", "started", "ended"]
    assert len(frame) == 0


def test_the_history_of_a_metric_is_a_frame(ids: list[str]) -> None:
    run = mltrack.get_run(ids[0])
    frame = run.history("loss").to_dataframe()

    assert list(frame.columns) == ["step", "time", "value"]
    assert [str(kind) for kind in frame.dtypes] == ["int64", "datetime64[ms, UTC]", "float64"]
    assert (frame["step"][0], frame["value"][0]) == (3, -math.inf)
    assert abs(frame["time"][0].timestamp() - run.history("loss")[0].time) < 0.0005
    assert len(run.history("nothing").to_dataframe()) == 0


@pytest.mark.parametrize(
    ("package", "ask"),
    [
        ("pandas", lambda: mltrack.search_runs().to_dataframe()),
        ("pandas", lambda: mltrack.search_runs()[0].history("loss").to_dataframe()),
        ("pyarrow", lambda: mltrack.export_runs("runs.parquet")),
    ],
    ids=["runs", "history", "parquet"],
)
def test_a_missing_package_is_named_with_its_extra(
    ids: list[str], monkeypatch: pytest.MonkeyPatch, package: str, ask: object
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    extra = {"pandas": "pandas", "pyarrow": "parquet"}[package]
    with pytest.raises(MissingExtraError, match=rf"mltrack-local\[{extra}\]"):
        ask()  # type: ignore[operator]  # of every case
    assert not Path("runs.parquet").exists()


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(
    ids: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "runs.csv"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(ConflictError, match="there already"):
        mltrack.export_runs(file)
    with pytest.raises(NotFoundError):
        mltrack.export_runs(file, "zzzzzzzz", overwrite=True)
    assert file.read_text(encoding="utf-8") == "mine"
    mltrack.export_runs(file, overwrite=True)
    assert file.read_text(encoding="utf-8").startswith("run_id,")
    assert list(tmp_path.glob(".*")) == []


def test_a_stream_is_written_to(ids: list[str]) -> None:
    text, data = io.StringIO(), io.BytesIO()
    mltrack.export_runs(text, where="params.seed = 3")
    mltrack.export_runs(data, limit=1)
    assert text.getvalue() == data.getvalue().decode()
    assert len(text.getvalue().splitlines()) == 2


def test_a_format_that_is_not_known_offers_the_nearest(ids: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean parquet"):
        mltrack.export_runs(tmp_path / "runs.parqet")
    with pytest.raises(UsageError, match="has no ending"):
        mltrack.export_runs(tmp_path / "runs")
    with pytest.raises(UsageError, match="looked for with limit"):
        mltrack.export_runs(tmp_path / "runs.csv", "1", limit=3)


@pytest.mark.parametrize(
    ("write", "points", "most_bytes"),
    [
        (write_csv, 10_000, 1_500_000),
        (write_jsonl, 10_000, 1_500_000),
        (write_parquet, 100_000, 8_000_000),
    ],
)
def test_points_pass_through_little_memory(
    write: Callable[[Table, BinaryIO], int], points: int, most_bytes: int, tmp_path: Path
) -> None:
    columns = (Column("step", Kind.INTEGER), Column("time", Kind.TIME), Column("x", Kind.NUMBER))
    table = Table(columns, lambda: ((n, n, n / 7) for n in range(points)))
    write(Table(columns, lambda: iter([])), io.BytesIO())
    tracemalloc.start()
    with (tmp_path / "points").open("wb") as file:
        assert write(table, file) == points
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most_bytes
