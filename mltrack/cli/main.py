"""The frame of the command line: the table of commands and the options before a command's name."""

import gc
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from mltrack.cli import streams
from mltrack.cli.commands import Commands, new_app
from mltrack.cli.context import Manner, set_manner
from mltrack.cli.errors import exit_code_of
from mltrack.version import __version__

SECTIONS = {
    "Runs": {
        "ls": "runs.ls:ls",
        "show": "runs.show:show",
        "compare": "runs.compare:compare",
        "diff": "runs.diff:diff",
        "plot": "runs.plot:plot",
        "report": "runs.report:report",
        "logs": "runs.logs:logs",
        "artifact": "runs.artifact:app",
        "tag": "runs.tag:tag",
        "note": "runs.note:note",
        "rename": "runs.rename:rename",
        "rm": "runs.rm:rm",
        "restore": "runs.restore:restore",
        "experiment": "runs.experiment:app",
    },
    "Projects": {
        "run": "projects.run:app",
        "rerun": "projects.rerun:rerun",
        "verify": "projects.verify:verify",
        "env": "projects.env:app",
    },
    "Models": {
        "register": "registry.register:register",
        "promote": "registry.promote:promote",
        "rollback": "registry.rollback:rollback",
        "model": "registry.model:app",
        "registry": "registry.registry:app",
        "predict": "models.predict:predict",
        "evaluate": "models.evaluate:evaluate",
    },
    "Log from a shell": {
        "start": "runs.start:start",
        "log": "runs.log:app",
        "finish": "runs.finish:finish",
    },
    "The store": {
        "init": "store.init:init",
        "status": "store.status:status",
        "add": "store.add:add",
        "import": "store.import_:import_",
        "export": "store.export:export",
        "fsck": "store.fsck:fsck",
        "gc": "store.gc:gc",
        "config": "store.config:app",
    },
}
TABLE = {name: place for section in SECTIONS.values() for name, place in section.items()}


class MltrackCommands(Commands):
    """The commands of mltrack."""

    table: ClassVar[dict[str, str]] = {
        name: f"mltrack.cli.{place}" for name, place in TABLE.items()
    }
    sections: ClassVar[dict[str, Iterable[str]]] = dict(SECTIONS)
    gives_code_of_a_child = frozenset({"run", "rerun"})


app = new_app(
    "The experiment store you can git merge: runs, projects, models and a registry as plain files.",
    cls=MltrackCommands,
    add_completion=True,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"mltrack {__version__}")
        raise typer.Exit


@app.callback()
def frame(
    folder: Annotated[
        Path | None,
        typer.Option("-C", metavar="DIR", exists=True, file_okay=False, help="Work as if in DIR."),
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="PATH", help="Use the store at PATH.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print data, warnings and errors only.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
    utc: Annotated[bool, typer.Option("--utc", help="Show times in UTC, not local time.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback has done it all
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take what is said before the command's name."""
    set_manner(Manner(quiet=quiet, verbose=verbose, utc=utc))
    if store is not None or folder is not None or quiet:
        from mltrack.api.store import use

        use(store, folder, quiet=quiet)


def main() -> None:
    """Run the command line and exit with its code.

    What was loaded by now, and what is left at the end, is not searched for garbage: at the exit
    alone that takes as long as some commands.
    """
    streams.prepare()
    if "_MLTRACK_COMPLETE" in os.environ:
        from mltrack.cli import bash_words

        bash_words.mend()
    command = typer.main.get_command(app)
    gc.freeze()
    gc.enable()
    code = exit_code_of(lambda: command.main(prog_name="mltrack"))
    gc.freeze()
    sys.exit(code)
