"""The data that a run used is described without its values, and found again."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import mltrack
from mltrack.tracking.datasets import MAX_COLUMNS, facts_of
from tests.support.cli import Cli
from tests.support.repository import Repository

FRAME = {"age": [31, 47], "name": ["Ada", None]}


def logged(data: Any, **told: Any) -> dict[str, Any]:
    """Return what a run says of data."""
    with mltrack.start_run() as run:
        run.log_input(data, "train", **told)
    return dict(mltrack.get_run(run.id).inputs["train"])


def test_a_file_is_named_by_its_sha256_size_and_place(project: Repository) -> None:
    (project.path / "data").mkdir()
    Path("data/churn.csv").write_text("a,b\n1,2\n")
    told = logged("data/churn.csv", context="training")
    assert told == {
        "digest": hashlib.sha256(b"a,b\n1,2\n").hexdigest(),
        "size": 8,
        "source": "data/churn.csv",
        "context": "training",
    }


def test_a_folders_digest_is_that_of_the_sorted_lines_of_sha256sum(project: Repository) -> None:
    (project.path / "data/deep").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "deep/c.txt"):
        (project.path / "data" / name).write_text(name)
    lines = sorted(
        f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n"
        for name in ("a.txt", "b.txt", "deep/c.txt")
    )
    assert logged(Path("data")) == {
        "digest": hashlib.sha256("".join(lines).encode()).hexdigest(),
        "size": 20,
        "files": 3,
        "source": "data",
    }


def test_a_frame_is_told_by_its_columns_and_types_and_no_value() -> None:
    frame = pd.DataFrame(FRAME)
    told = logged(frame)
    assert (told["rows"], list(told["columns"])) == (2, ["age", "name"])
    assert told["columns"]["age"] == "int64"
    assert "source" not in told
    texts = [path.read_text() for path in Path(".mltrack").rglob("*.jsonl")]
    texts += [path.read_text() for path in Path(".mltrack").rglob("run.yaml")]
    assert not any("Ada" in text.replace("Ada Lovelace", "") for text in texts)


def test_a_table_has_one_digest_whatever_library_holds_it() -> None:
    digests = {facts_of(pd.DataFrame(FRAME))["digest"], facts_of(pl.DataFrame(FRAME))["digest"]}
    digests.add(facts_of({"age": np.array([31, 47]), "name": ["Ada", None]})["digest"])
    assert len(digests) == 1


def test_the_digest_of_a_table_is_the_one_that_the_format_specifies() -> None:
    head = '{"name": "age", "dtype": "<i8", "rows": 2}\n'
    content = head.encode() + b"\x1f" + bytes(7) + b"\x2f" + bytes(7)
    content += b'{"name": "name", "dtype": "text", "rows": 2}\n"Ada"\nnull\n'
    assert facts_of(pd.DataFrame(FRAME))["digest"] == hashlib.sha256(content).hexdigest()


def test_the_example_of_the_format_is_what_is_recorded() -> None:
    page = (Path(__file__).parents[2] / "docs" / "format.md").read_text("utf-8")
    example = json.loads(next(x for x in page.splitlines() if x.startswith('{"inputs"')))["inputs"]
    assert facts_of(pd.DataFrame(FRAME)).items() <= example["train"].items()


def test_the_digest_of_an_array_is_the_one_that_the_format_specifies() -> None:
    content = b'{"dtype": "<f8", "shape": [2, 1]}\n' + np.array([1.5, -2.0], dtype="<f8").tobytes()
    for array in (np.array([[1.5], [-2.0]]), np.array([[1.5], [-2.0]], dtype=">f8")):
        assert facts_of(array)["digest"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        {"age": [31, 48], "name": ["Ada", None]},
        {"age": [31, 47], "name": ["Ada", ""]},
        {"years": [31, 47], "name": ["Ada", None]},
        {"name": ["Ada", None], "age": [31, 47]},
        {"age": [31.0, 47.0], "name": ["Ada", None]},
        {"age": [31], "name": ["Ada"]},
    ],
)
def test_another_value_name_order_type_or_row_makes_another_digest(other: Any) -> None:
    assert facts_of(pd.DataFrame(other))["digest"] != facts_of(pd.DataFrame(FRAME))["digest"]


def test_what_is_missing_has_one_digest_wherever_it_came_from() -> None:
    array = np.array([1.0, np.nan])
    odd = np.array([1.0, np.nan])
    odd.view(np.uint64)[1] |= 7  # another NaN
    assert facts_of(array)["digest"] == facts_of(odd)["digest"]
    assert facts_of(pd.DataFrame({"a": array})) == facts_of(pd.DataFrame({"a": odd}))


def test_arrays_lists_and_series_are_data_too() -> None:
    array = logged(np.ones((3, 4)))
    assert (array["rows"], array["shape"], array["type"]) == (3, [3, 4], "float64")
    assert logged([1, "a", [2.5]])["rows"] == 3
    assert logged([{"a": 1}, {"a": "x", "b": None}])["columns"] == {"a": "int | str", "b": ""}
    assert logged(pd.Series([1, 2], name="age"))["columns"] == {"age": "int64"}
    assert logged(pl.Series("age", [1, 2]))["columns"] == {"age": "Int64"}
    assert logged(np.array(["a", None], dtype=object))["rows"] == 2


def test_of_very_many_columns_the_first_are_named() -> None:
    told = logged(pd.DataFrame(np.zeros((1, MAX_COLUMNS + 2))))
    assert (len(told["columns"]), told["columns_more"]) == (MAX_COLUMNS, 2)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://ada:hunter2hunter2@host/data.csv", "https://host/data.csv"),
        ("s3://bucket/data?X-Amz-Signature=abcdef1234&v=2", "s3://bucket/data?X-Amz-Signature=****&v=2"),
        ("https://x.blob/data?sv=1&sig=abcdef1234%3D", "https://x.blob/data?sv=1&sig=****"),
        ("/mnt/lab/data.csv", "data.csv"),
        ("file:///mnt/lab/data.csv", "data.csv"),
        ("warehouse.churn, week 4", "warehouse.churn, week 4"),
        ("ghp_" + "a1" * 18, "****"),
    ],
)  # fmt: skip
def test_a_source_bears_no_secret_and_no_path_of_the_machine(source: str, shown: str) -> None:
    assert logged([1], source=source)["source"] == shown


def test_paths_are_relative_to_the_project_or_to_home(project: Repository, world: Path) -> None:
    (world / "data.csv").write_text("a")
    Path("here.csv").write_text("a")
    assert logged(world / "data.csv")["source"] == "~/data.csv"
    assert logged(project.path / "here.csv")["source"] == "here.csv"
    assert logged(f"../{project.path.name}/here.csv")["source"] == "here.csv"


def test_the_later_description_of_a_name_wins_and_the_others_stay() -> None:
    with mltrack.start_run() as run:
        run.log_input([1], "train", context="training")
        run.log_input([1], "test")
        run.log_input([1, 2], "train")
        live = mltrack.get_run(run.id).inputs
    read = mltrack.get_run(run.id).inputs
    assert live == read
    assert (read["train"]["rows"], "context" in read["train"], len(read)) == (2, False, 2)


def test_the_record_holds_the_inputs_and_one_without_any_has_no_such_key() -> None:
    logged([1])
    with mltrack.start_run():
        pass
    texts = [path.read_text() for path in Path(".mltrack/runs").rglob("run.yaml")]
    assert sorted("\ninputs:" in text for text in texts) == [False, True]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ("missing.csv", mltrack.NotFoundError, r"missing\.csv"),
        ("s3://bucket/data.csv", mltrack.NotFoundError, "source="),
        (7, TypeError, "not int"),
        (b"bytes", TypeError, "not bytes"),
    ],
)
def test_what_is_no_data_says_why(data: Any, error: type[Exception], message: str) -> None:
    with mltrack.start_run() as run, pytest.raises(error, match=message):
        run.log_input(data, "train")


def test_inputs_are_shown_compared_and_looked_for(cli: Cli, project: Repository) -> None:
    for rows in ([1], [1, 2]):
        with mltrack.start_run() as run:
            digest = run.log_input(rows, "train", source="\x1b[31mred", context="training")
    page = cli("show", "1", cwd=project.path).out
    assert "training  2 rows" in page
    assert digest[:12] in page
    assert "\x1b" not in page
    document = cli("show", "1", "--output", "json", cwd=project.path).json()
    assert document["run"]["inputs"]["train"]["digest"] == digest
    differences = cli("compare", "1", "2", "--output", "json", cwd=project.path).json()
    assert [d["key"] for d in differences["differences"] if d["group"] == "inputs"] == [
        "train.digest",
        "train.rows",
    ]
    where = f'inputs.train.digest = "{digest}" and inputs.train.rows > 1'
    assert [r.id for r in mltrack.search_runs(where=where)] == [run.id]


@pytest.mark.parametrize(
    ("width", "told"), [(1, "1 row, 1 column "), (1002, "1 row, 1002 columns ")]
)
def test_the_page_counts_all_columns(cli: Cli, project: Repository, width: int, told: str) -> None:
    with mltrack.start_run() as run:
        run.log_input({f"c{number}": [1] for number in range(width)}, "train")
    assert told in cli("show", "1", cwd=project.path).out


def test_hostile_names_of_columns_reach_no_terminal(cli: Cli, project: Repository) -> None:
    for name in ("\x1b[2J", "\u202e\x07", "yes", "a" * 2000, "[/bold]"):
        with mltrack.start_run() as run:
            run.log_input(pd.DataFrame({name: [1]}), "train")
        assert list(mltrack.get_run(run.id).inputs["train"]["columns"]) == [name]
    for command in (["compare", "1..5", "--all"], ["show", "1"], ["show", "5"]):
        for output in ([], ["--output", "json"]):
            shown = cli(*command, *output, cwd=project.path)
            assert shown.code == 0, shown.err
            assert not {"\x1b", "\x07", "\u202e"} & set(shown.out + shown.err)


def test_a_row_of_inputs_that_makes_no_sense_is_passed_over() -> None:
    with mltrack.start_run() as run:
        run.log_input([1], "train")
        journal = next(Path(".mltrack/runs").rglob("metrics.jsonl"))
        with journal.open("a") as file:
            for odd in ([1], {"train": 7}, "x", {"other": None}):
                file.write(json.dumps({"inputs": odd}) + "\n")
        run.log_input([2], "test")
    assert sorted(mltrack.get_run(run.id).inputs) == ["test", "train"]
