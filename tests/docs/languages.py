"""What it means to run a block of a page: a shell block, a YAML block, a JSON block."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sybil import Example

from mltrack.projects.file import codec
from mltrack.store.yaml_reader import parse
from tests.support.project_files import is_project, lay_files

TIMEOUT_SECONDS = 600
_SHELL = """set -aeuo pipefail
[ -e "$MLTRACK_DOCS_STATE" ] && . "$MLTRACK_DOCS_STATE"
{block}
export -p | grep -v ' PWD=' > "$MLTRACK_DOCS_STATE"
"""


def prepare_shell(folder: Path) -> dict[str, str]:
    """Make the command `mltrack` in `folder` and return the variables with which bash finds it."""
    command = folder / "bin" / "mltrack"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mltrack "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    python = Path(sys.executable).parent
    return {
        "PATH": os.pathsep.join([str(command.parent), str(python), os.environ["PATH"]]),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "MLTRACK_DOCS_STATE": str(folder / "state.sh"),
    }


def run_shell(example: Example) -> None:
    """Run a block with bash; its variables are there for the next block of the page."""
    run_bash(example.parsed)


def run_bash(block: str, folder: Path | None = None) -> None:
    """Run a text with bash, in this folder or, if it is None, in the current one."""
    done = subprocess.run(
        ["bash", "-c", _SHELL.replace("{block}", block)],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}{done.stderr}"


def read_yaml(example: Example) -> None:
    """Read a block as the store reads YAML, and as a project file where it is one."""
    document = parse(example.parsed.encode(), example.path)
    if is_project(document.value):
        with tempfile.TemporaryDirectory() as folder:
            lay_files(Path(folder), example.parsed)
            codec.read(Path(folder))


def read_json(example: Example) -> None:
    """Read a block as one JSON document."""
    json.loads(example.parsed)


def read_jsonl(example: Example) -> None:
    """Read a block as a JSON document a line."""
    for line in example.parsed.splitlines():
        json.loads(line)
