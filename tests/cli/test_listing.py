"""`ls` lists runs for people and for programs."""

import csv
import io
import json

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository

NAMES = ["id", "name", "experiment", "status", "started", "ended", "params", "metrics", "tags"]


def test_json_has_the_promised_form(store: Cli) -> None:
    document = store("ls", "--output", "json").json()
    assert list(document) == ["format", "runs"]
    assert document["format"] == 1
    newest, _ = document["runs"]
    assert list(newest) == NAMES
    assert (newest["name"], newest["experiment"]) == ("second", "default")
    assert newest["params"] == {"lr": 0.2, "seed": 7}
    assert newest["metrics"] == {"acc": 0.8}


def test_an_empty_store_lists_nothing_and_says_what_to_do(here: Cli) -> None:
    here("init")
    result = here("ls")
    assert result.code == 0
    assert result.out == ""
    assert "no runs yet" in result.err


def test_an_empty_store_is_an_empty_list_in_json(here: Cli) -> None:
    here("init")
    assert here("ls", "-o", "json").json() == {"format": 1, "runs": []}


def test_a_table_names_a_run_by_six_letters_that_every_command_takes(store: Cli) -> None:
    letters = store("ls").out.splitlines()[1].split()[0]
    assert len(letters) == 6
    assert store("show", letters, "--output", "json").json()["run"]["name"] == "second"


def test_a_table_shows_what_tells_runs_apart(store: Cli) -> None:
    title, newest, oldest = store("ls").out.splitlines()
    assert title.split() == ["id", "name", "status", "started", "acc", "lr"]
    assert newest.split()[1:3] == ["second", "finished"]
    assert oldest.split()[-2:] == ["0.9", "0.1"]


def test_jsonl_has_a_run_a_line(store: Cli) -> None:
    lines = store("ls", "-o", "jsonl").out.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["second", "first"]


def test_csv_has_every_parameter_and_metric(store: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(store("ls", "-o", "csv").out)))
    assert [row["params.seed"] for row in rows] == ["7", "7"]
    assert [row["metrics.acc"] for row in rows] == ["0.8", "0.9"]


def test_markdown_is_a_table(store: Cli) -> None:
    title, rule, *rows = store("ls", "-o", "md").out.splitlines()
    assert title == "| id | name | status | started | acc | lr |"
    assert rule == "| --- | --- | --- | --- | --- | --- |"
    assert len(rows) == 2


def test_max_and_min_put_the_best_first(store: Cli) -> None:
    assert store("ls", "--max", "acc", "-o", "json").json()["runs"][0]["name"] == "first"
    assert store("ls", "--min", "acc", "-o", "json").json()["runs"][0]["name"] == "second"


def test_a_best_by_minimum_is_shown_in_a_column_of_its_own(store: Cli) -> None:
    title, best, other = store("ls", "--max", "min acc").out.splitlines()
    assert title.split()[4:] == ["min", "acc", "acc", "lr"]
    assert best.split()[-3:] == ["0.6", "0.8", "0.2"]
    assert other.split()[-3:] == ["0.5", "0.9", "0.1"]


def test_where_keeps_the_runs_that_match(store: Cli) -> None:
    found = store("ls", "--where", "metrics.acc > 0.85 and params.lr < 1", "-o", "json").json()
    assert [run["name"] for run in found["runs"]] == ["first"]


def test_a_filter_that_goes_wrong_is_shown_with_a_caret(store: Cli) -> None:
    result = store("ls", "--where", "metrics.acc > high")
    assert result.code == 2
    assert result.err.splitlines()[1:] == ["  metrics.acc > high", "  " + " " * 14 + "^"]


def test_limit_keeps_the_newest(store: Cli) -> None:
    found = store("ls", "--limit", "1", "-o", "json").json()
    assert [run["name"] for run in found["runs"]] == ["second"]


def test_an_experiment_keeps_its_runs_apart(store: Cli) -> None:
    store("start", "--experiment", "other")
    assert len(store("ls", "--experiment", "other", "-o", "json").json()["runs"]) == 1


def test_a_broken_run_costs_one_warning(store: Cli, repo: Repository) -> None:
    broken = next((repo.path / ".mltrack" / "runs").rglob("run.yaml"))
    broken.write_text("format: 1\nid: [")
    result = store("ls", "-o", "json")
    assert result.code == 0
    assert len(result.json()["runs"]) == 1
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith("warning: ")


def test_nan_and_infinity_are_shown_and_are_texts_in_json(here: Cli, script: Script) -> None:
    script(
        "import mltrack\n"
        "with mltrack.start_run() as run:\n"
        "    run.log_metrics({'a': float('nan'), 'b': float('inf'), 'c': float('-inf')})"
    )
    assert here("ls").out.splitlines()[1].split()[-3:] == ["NaN", "Infinity", "-Infinity"]
    [run] = here("ls", "-o", "json").json()["runs"]
    assert run["metrics"] == {"a": "NaN", "b": "Infinity", "c": "-Infinity"}
