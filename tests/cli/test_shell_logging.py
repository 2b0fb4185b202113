"""A shell script, or any other language, can log a run."""

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.support.cli import Cli
from tests.support.repository import Repository


def _run(here: Cli, selector: str = "1") -> Any:
    return here("show", selector, "-o", "json").json()["run"]


def test_start_prints_the_id_alone(here: Cli) -> None:
    result = here("start", "--name", "nightly", "-P", "lr=0.1", "-P", "solver=lbfgs", "-t", "a=1")
    run = _run(here)
    assert result.out == f"{run['id']}\n"
    assert (run["name"], run["status"]) == ("nightly", "running")
    assert run["params"] == {"lr": 0.1, "solver": "lbfgs"}
    assert run["tags"] == {"a": "1"}


def test_log_finds_the_only_started_run(here: Cli) -> None:
    here("start")
    assert here("log", "metric", "loss", "0.5").code == 0
    assert here("log", "metric", "loss", "-0.25", "--step", "7").code == 0
    assert here("log", "param", "depth", "3").code == 0
    assert here("log", "tag", "note", "fine").code == 0
    run = _run(here)
    assert run["summaries"]["loss"] == {
        "last": -0.25, "last_step": 7, "min": -0.25, "max": 0.5, "count": 2,
    }  # fmt: skip
    assert (run["params"], run["tags"]) == ({"depth": 3}, {"note": "fine"})


@pytest.mark.parametrize(
    "text", ["1_000", "007", "\uff11\uff12", "1e999", "9" * 5000, "0x10", " 1"]
)
def test_a_parameter_that_only_resembles_a_number_stays_the_text(here: Cli, text: str) -> None:
    here("start")
    here("log", "param", "release", text)
    assert _run(here)["params"] == {"release": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("-0.5", -0.5), ("+1", 1), (".5", 0.5), ("1e-4", 1e-4), ("nan", "NaN"), ("0", 0)],
)
def test_a_parameter_that_is_a_number_is_kept_as_one(here: Cli, text: str, value: object) -> None:
    here("start")
    here("log", "param", "lr", text)
    assert _run(here)["params"] == {"lr": value}


def test_a_long_value_is_not_said_again_whole(here: Cli) -> None:
    here("start")
    done = here("log", "param", "prompt", "z" * 100_000)
    assert done.code == 0
    assert len(done.err) < 200


def test_two_started_runs_are_one_too_many_to_guess(here: Cli) -> None:
    here("start")
    here("start")
    assert here("log", "metric", "loss", "1").code == 2


def test_no_started_run_is_a_usage_error(store: Cli) -> None:
    assert store("log", "metric", "loss", "1").code == 2


def test_the_variable_names_the_run(here: Cli) -> None:
    first = here("start").out.strip()
    here("start")
    environment = {**os.environ, "MLTRACK_RUN_ID": first}
    assert here("log", "metric", "loss", "1", env=environment).code == 0
    assert _run(here, first)["metrics"] == {"loss": 1}


def test_finish_ends_the_run_as_it_is_told(here: Cli) -> None:
    here("start")
    result = here("finish", "--as", "failed")
    assert result.out.strip() == _run(here)["id"]
    assert _run(here)["status"] == "failed"


def test_finish_twice_is_a_mistake(here: Cli) -> None:
    run_id = here("start").out.strip()
    here("finish")
    assert here("finish", run_id).code == 2


def test_how_a_killed_run_ended_is_never_guessed(here: Cli, repo: Repository) -> None:
    code = "import mltrack, os; mltrack.start_run(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code], cwd=repo.path, check=False)
    refused = here("finish", "1")
    assert (refused.code, _run(here)["status"]) == (2, "lost")
    assert "--as lost" in refused.err
    assert here("finish", "1", "--as", "failed").code == 0
    assert _run(here)["status"] == "failed"


def test_a_metric_that_is_no_number_is_refused(here: Cli) -> None:
    here("start")
    result = here("log", "metric", "loss", "high")
    assert result.code == 2
    assert "mltrack log tag NAME VALUE" in result.err
    assert _run(here)["metrics"] == {}


def test_a_late_metric_needs_its_run_named(store: Cli) -> None:
    assert store("log", "metric", "test/acc", "0.7", "--run", "1").code == 0
    assert _run(store)["metrics"] == {"acc": 0.8, "test/acc": 0.7}


def test_a_folder_is_logged_whole(here: Cli, repo: Repository) -> None:
    repo.write("out/a.txt", "a")
    repo.write("out/deep/b.txt", "b")
    here("start")
    here("log", "artifact", "out", "--to", "results")
    assert [entry["path"] for entry in _run(here)["artifacts"]] == [
        "results/a.txt",
        "results/deep/b.txt",
    ]


def test_an_experiment_that_would_climb_out_is_refused(here: Cli) -> None:
    assert here("start", "--experiment", "../x").code == 2
