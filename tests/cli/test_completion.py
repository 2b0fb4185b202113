"""Tab offers what the store has: runs, keys, experiments and models; it never says an error."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mltrack
from tests.registry.project import NAME, package
from tests.support.cli import Cli
from tests.support.repository import Repository


@pytest.fixture
def here(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Return the command in a store with two runs and a model."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    mltrack.set_experiment("trees")
    for name in ("first", "second $(touch evil) `id`"):
        with mltrack.start_run(name=name, params={"lr": 0.1, "a $(b)": 1}) as run:
            run.log_metric("acc", 0.5)
    mltrack.set_experiment("default")
    mltrack.register_model(package(repo.path / "package"), NAME)
    mltrack.alias_model(f"{NAME}/1", "champion")
    return Cli(repo.path)


def offered(cli: Cli, words: str, *, shell: str = "bash", cwd: Path | None = None) -> list[str]:
    """Return the lines that a shell is given for the last of some words."""
    asked = {
        "_MLTRACK_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = cli(cwd=cwd, env={**os.environ, **asked})
    assert done.err == ""
    return done.out.split("\n")[:-1] if done.out.strip() else []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mltrack ls --max ", ["acc"]),
        ("mltrack ls --where par", ["params.lr"]),
        ("mltrack ls --where metrics.", ["metrics.acc"]),
        ("mltrack ls --group par", ["params.lr"]),
        ("mltrack ls --spark ", ["acc"]),
        ("mltrack ls --experiment t", ["trees"]),
        ("mltrack experiment show tr", ["trees"]),
        ("mltrack promote ", ["churn", "churn/1", "churn@champion"]),
        ("mltrack promote churn/", ["churn/1"]),
        ("mltrack predict churn@", ["churn@champion"]),
        ("mltrack promote churn/1 --to st", ["staging"]),
        ("mltrack show zzz", []),
    ],
)
def test_tab_offers_what_the_store_has(here: Cli, words: str, expected: list[str]) -> None:
    assert offered(here, words) == expected


@pytest.mark.parametrize("words", ["show ", "compare 1 ", "export ", "ls --parent ", "add "])
def test_tab_offers_the_newest_runs(here: Cli, words: str) -> None:
    handles = [line.split()[0] for line in here("ls").out.splitlines()[1:]]
    assert offered(here, f"mltrack {words}") == handles


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_given_the_name_of_a_run_as_plain_text(here: Cli, shell: str) -> None:
    text = "\n".join(offered(here, "mltrack show ", shell=shell))
    assert "first" in text
    assert "second" in text
    assert "$(" not in text
    assert "`id`" not in text


def test_tab_looks_into_the_store_that_is_named(here: Cli, tmp_path: Path) -> None:
    assert offered(here, f"mltrack -C {here.folder} ls --max ", cwd=tmp_path) == ["acc"]
    assert offered(here, f"mltrack --store {here.folder} ls --max ", cwd=tmp_path) == ["acc"]


def test_tab_offers_nothing_where_there_is_no_store_or_a_broken_one(
    here: Cli, tmp_path: Path
) -> None:
    assert offered(here, "mltrack show ", cwd=tmp_path) == []
    (here.folder / ".mltrack" / "config.yaml").write_text("stages: {", encoding="utf-8")
    assert offered(here, "mltrack promote x --to ") == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_itself_completes_a_key(here: Cli, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "mltrack"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m mltrack "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    asked = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    script = """
eval "$(_MLTRACK_COMPLETE=source_bash mltrack)"
complete -p mltrack | grep -o -- '-F [^ ]*' | cut -c4- > function
COMP_WORDS=(mltrack ls --where par) COMP_CWORD=3
"$(cat function)" mltrack par --where
echo "${COMPREPLY[@]}"
"""
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=here.folder,
        env=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("params.lr\n", "")
