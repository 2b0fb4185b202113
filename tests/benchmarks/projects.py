"""Figures of `mltrack run`: a trivial project in an environment that is there already."""

import json
import os
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.costs import MLTRACK, child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio

_PROJECT = """\
format: 1
name: trivial
env: {requirements: []}
entry_points:
  main: {command: [python, train.py]}
"""
_LISTENING = """\
#!/bin/sh
{ printf '%s\\037' "$@"; echo; } >> "$HEARD"
exec GIT "$@"
"""


class _Project(NamedTuple):
    """A project that was run, the Python of its environment, and the git commands that it took."""

    folder: Path
    python: Path
    commands: Path


@cache
def _project(place: Place) -> _Project:
    folder = place.repository("project")
    (folder / "project.yaml").write_text(_PROJECT)
    place.git(folder, "add", ".")
    place.git(folder, "commit", "-q", "-m", "Describe it")
    place.say("making its environment")
    place.spent([MLTRACK, "run", "."], folder)
    python = next((place.scratch / "home/mltrack/envs").glob("*/bin/python"))
    return _Project(folder, python, _commands(place, folder))


def _commands(place: Place, folder: Path) -> Path:
    """Let git be a script that writes down what it is asked, for one run."""
    listening = place.new("listening")
    git, heard = listening / "git", listening / "heard"
    heard.touch()
    git.write_text(_LISTENING.replace("GIT", shutil.which("git") or "git"))
    git.chmod(0o755)
    path = f"{listening}{os.pathsep}{os.environ['PATH']}"
    place.spent([MLTRACK, "run", "."], folder, {"PATH": path, "HEARD": str(heard)})
    commands = [line.split("\037")[:-1] for line in heard.read_text().splitlines()]
    place.say(f"{len(commands)} git commands")
    file = listening / "commands.json"
    file.write_text(json.dumps(commands))
    return file


def _run(place: Place) -> Measured:
    """All processes of both count: git's and the script's too.

    The git commands of the floor are those that a run was seen to give, whatever they are: one
    fewer makes both cheaper.
    """
    project = _project(place)
    floor = child("floor_project", project.python, project.commands)
    return ratio(
        *place.pairs(
            lambda: place.spent([MLTRACK, "run", "."], project.folder).cpu,
            lambda: place.spent(floor, project.folder).cpu,
        )
    )


def _multiple(place: Place) -> Measured:
    """By the clock, as the multiples of others were measured; the script prints one line."""
    project = _project(place)
    return ratio(
        *place.pairs(
            lambda: place.spent([MLTRACK, "run", "."], project.folder).wall,
            lambda: place.spent([project.python, "train.py"], project.folder).wall,
        )
    )


FIGURES = (
    Figure(
        name="run",
        what="`mltrack run` of a trivial project, cached environment",
        floor="import typer, C loader's parse of project.yaml, the same git commands, the script",
        bar=Bar(1.5),
        measure=_run,
    ),
    Figure(
        name="run-multiple",
        what="the same, by the clock",
        floor="the script alone (MLflow 320, `dvc repro` 63, `guild run` 58)",
        measure=_multiple,
    ),
)
