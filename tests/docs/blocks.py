"""A pytest plugin that runs the blocks of README.md and docs/, a page at a time.

The blocks of a page share their names and one folder, a git repository of their own. Blocks of text
are shown, not run.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

import mltrack
from tests.docs import languages
from tests.support.repository import Repository
from tests.support.world import isolated_variables, removed_variables

CLEANUP = "_cleanup"


def enter(names: dict[str, Any]) -> None:
    """Open a page: a world and a repository that nothing else uses."""
    patch = pytest.MonkeyPatch()
    folder = tempfile.TemporaryDirectory(prefix="mltrack-docs-")
    top = Path(folder.name)
    variables = isolated_variables(top / "home") | languages.prepare_shell(top)
    for name in removed_variables():
        patch.delenv(name)
    for name, value in variables.items():
        patch.setenv(name, value)
    patch.setenv("MPLBACKEND", "Agg")
    project = Repository.create(top / "project").path
    patch.chdir(project)
    patch.syspath_prepend(project)  # as for a script that lies there
    names[CLEANUP] = (patch, folder)


def leave(names: dict[str, Any]) -> None:
    """Close a page: everything is as it was."""
    if run := mltrack.active_run():
        run.finish()
    mltrack.set_experiment("default")
    patch, folder = names.pop(CLEANUP)
    patch.undo()
    folder.cleanup()


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser("shell", languages.run_shell),
        CodeBlockParser("yaml", languages.read_yaml),
        CodeBlockParser("json", languages.read_json),
        CodeBlockParser("jsonl", languages.read_jsonl),
        SkipParser(),
    ],
    path=os.fspath(Path(__file__).parents[2]),
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    setup=enter,
    teardown=leave,
).pytest()
