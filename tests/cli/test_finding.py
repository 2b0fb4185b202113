"""`ls` sorts, chooses columns and groups runs, and prints them for people and for programs."""

import csv
import io

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository

SEEDS = """
import mltrack
for lr in (0.1, 0.3):
    for seed, more in ((1, 0.0), (2, 0.02)):
        with mltrack.start_run(name=f"lr{lr}", params={"lr": lr, "seed": seed}) as run:
            run.log_metrics({"acc": lr + more, "loss": 1 - lr})
"""
FAMILY = """
import mltrack
with mltrack.start_run(name="sweep") as sweep:
    with mltrack.start_run(name="trial", parent=sweep):
        pass
"""


@pytest.fixture
def seeds(here: Cli, script: Script) -> Cli:
    script(SEEDS)
    return here


def test_columns_are_those_that_were_asked_for(seeds: Cli) -> None:
    shown = seeds("ls", "--columns", "lr, max acc as best", "--sort", "acc desc", "-n", "2")
    assert shown.out.splitlines() == ["lr   best", "0.3  0.32", "0.3  0.3"]
    document = seeds("ls", "--columns", "lr", "-o", "json").json()
    assert list(document["runs"][0])[:3] == ["id", "name", "experiment"]
    rows = list(csv.reader(io.StringIO(seeds("ls", "--columns", "id,lr", "-o", "csv").out)))
    assert rows[0] == ["id", "params.lr"]
    assert len(rows[1][0]) == len("20260131-120000-abcdefgh")
    assert seeds("ls", "--columns", "lr as a, acc as b", "-o", "md").out.startswith("| a | b |\n")
    titled = seeds("ls", "--columns", 'lr as my.lr, acc as "best one"', "-n", "1").out
    assert titled.splitlines() == ["my.lr  best one", "0.3    0.32"]


def test_what_runs_are_sorted_by_is_shown(seeds: Cli) -> None:
    title, first, *_ = seeds("ls", "--sort", "min loss desc").out.splitlines()
    assert title.split()[:5] == ["id", "name", "status", "started", "min"]
    assert first.split()[5] == "0.9"


def test_an_unknown_column_names_the_nearest(seeds: Cli) -> None:
    failed = seeds("ls", "--columns", "ac")
    assert failed.code == 2
    assert failed.err.splitlines()[0] == "error: no run has ac, did you mean acc?"


def test_seeds_become_one_row_with_mean_and_deviation(seeds: Cli) -> None:
    shown = seeds("ls", "--group", "seed", "--max", "acc").out.splitlines()
    assert shown[0].split() == ["lr", "n", "acc", "loss"]
    assert shown[1] == "0.3  2  0.31 ± 0.014  0.7 ± 0"
    assert len(shown) == 3
    one = seeds("ls", "--by", "seed,lr", "-n", "1", "--columns", "acc").out.splitlines()
    assert one == ["n  acc", "1  0.32"]


def test_groups_come_for_programs_with_mean_std_and_n(seeds: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(seeds("ls", "--by", "lr", "-o", "csv").out)))
    assert list(rows[0])[:5] == [
        "params.lr",
        "n",
        *(f"metrics.acc.{f}" for f in ("mean", "std", "n")),
    ]
    assert float(rows[0]["metrics.acc.mean"]) == pytest.approx(0.31)
    first = seeds("ls", "--by", "lr", "-o", "json").json()["groups"][0]
    assert list(first) == ["by", "n", "runs", "metrics"]
    assert first["by"] == {"params.lr": 0.3}
    assert first["metrics"]["loss"]["n"] == 2
    assert seeds("ls", "--by", "lr", "--group", "seed").code == 2
    assert "two columns are called n" in seeds("ls", "--by", "lr", "--columns", "lr as n").err
    none = seeds("ls", "--by", "lr", "--since", "2100-01-01", "-o", "json")
    assert none.json() == {"format": 1, "groups": []}


@pytest.mark.parametrize("option", [("--children",), ("--spark", "acc")])
def test_what_shows_single_runs_does_not_go_with_groups(
    seeds: Cli, option: tuple[str, ...]
) -> None:
    failed = seeds("ls", "--group", "seed", *option)
    assert failed.code == 2
    assert f"{option[0]} shows single runs" in failed.err


@pytest.mark.parametrize(
    "option", ["--status", "--since", "--experiment", "--parent", "--tag", "--rev", "--branch"]
)
def test_an_option_that_narrows_is_not_passed_over_for_being_empty(seeds: Cli, option: str) -> None:
    failed = seeds("ls", option, "")
    assert (failed.code in {2, 3}, failed.out) == (True, "")


def test_children_are_indented_below_their_run(here: Cli, script: Script) -> None:
    script(FAMILY)
    _, sweep, trial = here("ls", "--children").out.splitlines()
    assert sweep.split()[1] == "sweep"
    assert trial.startswith("  ")
    assert trial.split()[1] == "trial"
    first, second = here("ls", "--children", "-o", "json").json()["runs"]
    assert (first["parent"], second["parent"]) == (None, first["id"])


def test_runs_of_another_commit_are_listed_and_shown(seeds: Cli, repo: Repository) -> None:
    repo.commit("Runs")
    repo.git("rm", "-rq", ".mltrack/runs")
    assert "no runs" in seeds("ls").err
    assert len(seeds("ls", "--rev", "HEAD").out.splitlines()) == 5
    assert "lr0.3" in seeds("show", "1", "--rev", "HEAD").out
    assert seeds("ls", "--rev", "nowhere").code == 3
    assert len(seeds("ls", "--branch", "HEAD~1..HEAD").out.splitlines()) == 5
    assert "acc curve" in seeds("ls", "--rev", "HEAD", "--spark", "acc").out


def test_without_runs_nothing_is_grouped_and_nothing_is_a_mistake(here: Cli) -> None:
    here("init")
    for options in (("--group", "seed"), ("--by", "lr"), ("--columns", "lr"), ("--sort", "name")):
        done = here("ls", *options)
        assert (done.code, done.out) == (0, "")
        assert "no runs yet" in done.err
