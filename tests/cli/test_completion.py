"""Tab offers what the store has: runs, keys, experiments and models; it never says an error."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import mltrack
from mltrack.cli.main import app
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


NAMED = re.compile(r"\[?(RUN|MODEL|NAME\[?/|NAME\[@|STAGE|STATUS|KEYS?|FILTER|EXPERIMENT)")
UNKNOWN = {("start", "job"), ("config get", "key")}
"""What a store does not tell: the keys of jobs are the scheduler's, and settings have their own."""


def parameters(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every argument and option of a command, and of those below it."""
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from parameters(command.get_command(None, name), f"{path} {name}".strip())
    yield from ((path, param) for param in command.params)


def test_whatever_names_something_of_the_store_is_completed() -> None:
    found = parameters(typer.main.get_command(app))
    silent = {
        (path, param.name)
        for path, param in found
        if NAMED.match(param.metavar or "") and param._custom_shell_complete is None
    }
    assert silent == UNKNOWN


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
        ("mltrack model ls --stage d", ["dev"]),
        ("mltrack evaluate x data.csv --against churn/", ["churn/1"]),
        ("mltrack ls --status fi", ["finished"]),
        ("mltrack show zzz", []),
    ],
)
def test_tab_offers_what_the_store_has(here: Cli, words: str, expected: list[str]) -> None:
    assert offered(here, words) == expected


@pytest.mark.parametrize("words", ["show ", "compare 1 ", "export ", "ls --parent ", "add "])
def test_tab_offers_the_newest_runs(here: Cli, words: str) -> None:
    handles = [line.split()[0] for line in here("ls").out.splitlines()[1:]]
    assert offered(here, f"mltrack {words}") == handles


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["predict", "churn", "@"], ["@champion"]),
        (["predict", "churn", "@", "ch"], ["@champion"]),
        (["predict", "churn", "@", "no"], []),
        (["show", "@", "max"], []),
        (["@"], []),
    ],
)
def test_what_bash_cuts_in_two_is_completed(
    here: Cli, pieces: list[str], expected: list[str]
) -> None:
    asked = {"_MLTRACK_COMPLETE": "complete_bash", "COMP_CWORD": f"{len(pieces)}"}
    done = here(env={**os.environ, **asked, "COMP_WORDS": "\n".join(["mltrack", *pieces])})
    assert (done.out.split(), done.err) == (expected, "")


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


BASH = """
eval "$(_MLTRACK_COMPLETE=source_bash mltrack)"
complete -p mltrack | grep -o -- '-F [^ ]*' | cut -c4- > function
COMP_WORDS=({words} "") COMP_CWORD={at}
"$(cat function)" mltrack "" --where
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
compdef() {{ function=$1 }}
_arguments() {{ print -rl -- "$@" }}
eval "$(_MLTRACK_COMPLETE=source_zsh mltrack)"
words=({words} "") CURRENT={at}+1
$function
"""
FISH = """
_MLTRACK_COMPLETE=source_fish mltrack | source
complete --do-complete '{words} '
"""
SHELLS = {"bash": (BASH, ["-c"]), "zsh": (ZSH, ["-fc"]), "fish": (FISH, ["--no-config", "-c"])}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_keys_and_runs_and_runs_nothing_of_their_names(
    here: Cli, tmp_path: Path, shell: str
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    assert "params.lr" in completed(shell, "mltrack ls --where", here, tmp_path)
    handles = [line.split()[0] for line in here("ls").out.splitlines()[1:]]
    told = completed(shell, "mltrack show", here, tmp_path)
    assert handles == [handle for handle in handles if handle in told]
    assert not list(here.folder.rglob("evil"))


def completed(shell: str, words: str, cli: Cli, tmp_path: Path) -> str:
    """Return what a shell that is really there offers after some words."""
    program = tmp_path / "bin" / "mltrack"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m mltrack "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script, options = SHELLS[shell]
    asked = script.format(words=words, at=len(words.split()))
    done = subprocess.run(
        [shell, *options, asked],
        cwd=cli.folder,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout
