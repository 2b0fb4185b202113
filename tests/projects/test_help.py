"""`mltrack run --help` shows what the project at hand offers, and Tab completes it."""

import os
from pathlib import Path

import pytest

from tests.docs.cli_reference import reference
from tests.support.cli import Cli

TEXT = """\
format: 1
name: churn
params:
  lr: {type: float, default: 0.1, min: 0, max: 1, help: how far one step goes}
  solver: {choices: [lbfgs, saga]}
  layers: {type: list, items: int, optional: true}
  steps: {type: int, default: 5, min: 1}
entry_points:
  main: {command: [python, train.py, "--lr={lr}", "{solver}"]}
  evaluate: {module: churn.evaluate, args: auto, params: [lr], timeout_seconds: 60}
  count: {command: "wc -l data.csv | sort", shell: true, params: []}
"""


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def folder(tmp_path: Path, wide: None) -> Path:
    inner = tmp_path / "my project"
    inner.mkdir()
    (inner / "project.yaml").write_text(TEXT, encoding="utf-8")
    return inner


def completed(cli: Cli, words: str, cwd: Path) -> list[str]:
    """Return what bash is offered after some words."""
    asked = {
        "_MLTRACK_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    return cli(cwd=cwd, env={**os.environ, **asked}).out.split()


def test_the_help_ends_with_the_projects_own_entry_points_and_parameters(
    cli: Cli, folder: Path
) -> None:
    done = cli("run", "my project", "--help")

    assert done.code == 0
    assert done.out.partition("Entry points of churn:\n")[2].splitlines() == [
        "  main      python train.py --lr={lr} {solver}",
        "  evaluate  python -m churn.evaluate --NAME=VALUE... (takes lr; at most 60 s)",
        "  count     wc -l data.csv | sort (takes no parameter; read by a shell)",
        "",
        "Parameters of churn:",
        "  lr      float, 0 to 1, default 0.1: how far one step goes",
        "  solver  str, one of lbfgs saga, required",
        "  layers  list of int, optional",
        "  steps   int, at least 1, default 5",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--help"],
        ["run", "-P", "lr=1", "--help", "."],
        ["run", "--help", "project.yaml"],
        ["run", "-e", "evaluate", "--help"],
    ],
)
def test_the_project_is_found_wherever_its_path_stands(
    cli: Cli, folder: Path, arguments: list[str]
) -> None:
    assert "Entry points of churn:" in cli(*arguments, cwd=folder).out


def test_the_project_is_found_from_another_folder(cli: Cli, folder: Path) -> None:
    assert "Entry points of churn:" in cli("-C", str(folder), "run", "--help").out


def test_a_folder_without_a_project_has_the_plain_help(cli: Cli, wide: None) -> None:
    plain = cli("run", "--help")
    named = cli("run", "elsewhere", "--help")

    assert (plain.code, named.code) == (0, 0)
    assert plain.out.endswith("Show this message and exit.\n")
    assert named.out == f"{plain.out}\nThere is no project.yaml in elsewhere.\n"


def test_a_broken_project_has_the_plain_help_and_a_line_that_says_why(
    cli: Cli, folder: Path
) -> None:
    file = folder / "project.yaml"
    file.write_text(TEXT.replace("choices", "chioces"), encoding="utf-8")

    done = cli("run", "--help", cwd=folder)

    assert done.code == 0
    assert done.out.endswith(
        "Show this message and exit.\n\nWhat this project offers cannot be read: "
        "project.yaml:5: unknown key chioces, did you mean choices?\n"
    )


def test_what_a_stranger_wrote_cannot_act_on_the_terminal(cli: Cli, folder: Path) -> None:
    file = folder / "project.yaml"
    file.write_text(TEXT.replace("how far", '"\\e[31mred"').replace(" one step goes", ""), "utf-8")

    done = cli("run", "--help", cwd=folder)

    assert "\ufffd[31mred" in done.out
    assert "\x1b" not in done.out


def test_the_reference_of_the_command_line_knows_no_project(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    assert "churn:" not in reference()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("mltrack run -e ", ["main", "evaluate", "count"]),
        ("mltrack run . -e ev", ["evaluate"]),
        ("mltrack run -P ", ["lr=", "solver=", "layers=", "steps="]),
        ("mltrack run . -e main --param s", ["solver=", "steps="]),
        ("mltrack -C .. run -P l", []),
    ],
)
def test_tab_offers_the_names_of_the_project_at_hand(
    cli: Cli, folder: Path, words: str, offered: list[str]
) -> None:
    assert completed(cli, words, folder) == offered


def test_tab_offers_the_names_of_a_project_elsewhere(cli: Cli, folder: Path) -> None:
    folder.rename(folder.parent / "other")

    assert completed(cli, "mltrack run other -P l", folder.parent) == ["lr=", "layers="]
    assert completed(cli, "mltrack -C other run -P l", folder.parent) == ["lr=", "layers="]


def test_tab_offers_nothing_of_a_broken_project(cli: Cli, folder: Path) -> None:
    (folder / "project.yaml").write_text("- a\n", encoding="utf-8")

    assert completed(cli, "mltrack run -P ", folder) == []
