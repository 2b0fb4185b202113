"""The commands of a day, in one process: `python -m tests.system.everyday` reads their words.

Standard input holds a JSON list of command lines; each is run, and what came of it is printed.
"""

import contextlib
import io
import json
import os
import sys
from functools import partial

import typer

from mltrack.api import store
from mltrack.cli import streams
from mltrack.cli.errors import exit_code_of
from mltrack.cli.main import app
from tests.system.shim import VARIABLE, Shim


def main() -> None:
    """Print a line of JSON for each command: its exit code and all that it said."""
    if os.environ.get(VARIABLE):
        Shim().without_locks()
    if "TEST_UMASK" in os.environ:
        os.umask(int(os.environ["TEST_UMASK"], 8))
    streams.prepare()
    command = typer.main.get_command(app)
    for words in json.load(sys.stdin):
        store.use()
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = exit_code_of(partial(command.main, words, prog_name="mltrack"))
        sys.stdout.write(f"{json.dumps([words, code, out.getvalue(), err.getvalue()])}\n")


if __name__ == "__main__":
    main()
