"""`export` writes runs to a file or a pipe, and asks before it replaces anything."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal


def test_an_export_writes_what_the_ending_of_the_file_says(store: Cli, repo: Repository) -> None:
    done = store("export", "-o", "out/runs.jsonl", "--max", "acc", "--limit", "1")
    assert (done.code, done.out) == (0, "")
    assert done.err.strip() == "1 run in out/runs.jsonl"
    lines = (repo.path / "out/runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["first"]


def test_an_export_goes_to_a_pipe_as_csv(store: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(store("export").out)))
    assert [(row["name"], row["params.lr"]) for row in rows] == [
        ("second", "0.2"),
        ("first", "0.1"),
    ]
    assert store("export", "-o", "-").out == store("export", "--format", "csv").out
    assert len(store("export", "1..2", "--history").out.splitlines()) == 5


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-o", "README.md"], 2, "no format 'md'"),
        (["--format", "xlsx"], 2, "xlsx"),
        (["--format", "parquet"], 2, "name a file: -o runs.parquet"),
        (["--max", "ac"], 2, "did you mean acc"),
        (["--columns", "name, ac"], 2, "did you mean acc"),
        (["--columns", "lr", "--history"], 2, "leave one of them out"),
        (["--where", "metrics.acc >"], 2, "^"),
        (["--experiment", "nosuch"], 3, "nosuch"),
        (["9"], 3, "9"),
        (["1", "--where", "metrics.acc > 0"], 2, "not both"),
        (["-o", "there.csv"], 2, "there already"),
        (["-o", "there.csv/runs.csv", "--yes"], 1, "there.csv"),
    ],
)
def test_what_cannot_be_exported_is_said_in_three_lines(
    store: Cli, repo: Repository, arguments: list[str], code: int, said: str
) -> None:
    (repo.path / "there.csv").write_text("mine", encoding="utf-8")
    done = store("export", *arguments)
    assert (done.code, done.out) == (code, ""), done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert (repo.path / "there.csv").read_text(encoding="utf-8") == "mine"


def test_yes_replaces_a_file(store: Cli, repo: Repository) -> None:
    (repo.path / "there.csv").write_text("mine", encoding="utf-8")
    assert store("export", "-o", "there.csv", "--yes").code == 0
    assert (repo.path / "there.csv").read_text(encoding="utf-8").startswith("run_id,")


def test_chosen_columns_are_those_of_the_listing(store: Cli) -> None:
    chosen = ["--columns", "name, lr as rate, max acc"]
    assert store("export", *chosen).out == store("ls", *chosen, "--output", "csv").out


def test_a_pipe_with_a_name_is_written_to_without_a_question(store: Cli, repo: Repository) -> None:
    os.mkfifo(repo.path / "pipe.csv")
    with subprocess.Popen(["cat", "pipe.csv"], cwd=repo.path, stdout=subprocess.PIPE) as reader:
        assert store("export", "-o", "pipe.csv").code == 0
        assert reader.stdout is not None
        assert len(reader.stdout.read().splitlines()) == 3


MANY = """
import mltrack
with mltrack.start_run() as run:
    for step in range(20_000):
        run.log_metric("x", step)
"""


def test_a_pipe_that_is_closed_is_nobodys_business(here: Cli, script: Script) -> None:
    script(MANY)
    line = f"{sys.executable} -m mltrack export --history | head -1"
    done = subprocess.run(
        ["bash", "-c", line], cwd=here.folder, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["run_id,metric,step,time,value"]
    assert done.stderr == ""


def test_a_pipe_is_given_the_bytes_of_a_file_in_any_locale(here: Cli, script: Script) -> None:
    script("import mltrack\nwith mltrack.start_run(name='名前'): pass")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    told = here("export", "--columns", "name", env={**os.environ, **plain})
    assert told.out.splitlines() == ["name", "名前"]


def test_a_terminal_is_shown_nothing_that_it_acts_on(here: Cli, script: Script) -> None:
    script("import mltrack\nwith mltrack.start_run(params={'a': '\\x1b[2J\\n!'}): pass")
    seen = on_a_terminal("export", cwd=here.folder)
    assert seen.code == 0
    assert "\x1b[2J" not in seen.text
    assert "\ufffd[2J" in seen.text
    assert "\x1b[2J\n!" in here("export").out


def test_an_export_of_nothing_is_a_header(here: Cli, repo: Repository) -> None:
    here("init")
    done = here("export")
    assert (done.code, done.out) == (0, "run_id,name,experiment,status,started,ended\n")
    assert done.err.strip() == "no runs"
    assert Path(repo.path, ".mltrack").is_dir()
