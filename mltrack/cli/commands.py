"""Load the module of a command only when that command is asked for."""

import importlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import typer
from typer.core import TyperGroup

from mltrack.cli.furnishing import furnish
from mltrack.errors import EXIT_REFUSED_TO_RUN, UsageError

_MISUSE = cast("tuple[type[typer.BadParameter], ...]", typer.BadParameter.__bases__)
"""What is raised for words that no command takes: typer has no public name for it."""

_AROUND_NAMES = 6
"""How many columns of a list of commands are neither a name nor what is said of it."""


class Commands(TyperGroup):
    """A group whose commands are named in `table` as `name: "module:attribute"`."""

    table: ClassVar[dict[str, str]] = {}
    sections: ClassVar[dict[str, Iterable[str]]] = {}
    """Under which headings the help names the commands; without any, under one."""
    gives_code_of_a_child: ClassVar[frozenset[str]] = frozenset()
    """Commands whose exit code is another program's, so that their refusals need a code apart."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer hides the class
        """Return the names of the commands, as the table orders them."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - as above
        """Return a command or None; an unknown name loads all, so that the nearest is found."""
        wanted = [cmd_name] if cmd_name in self.table else list(self.table)
        for name in wanted:
            if name not in self.commands:
                self.commands[name] = _loaded(name, self.table[name])
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write what each command is for, section by section."""
        sections = self.sections or {"Commands": self.table}
        width = max(map(len, self.table))
        room = formatter.width - width - _AROUND_NAMES
        for title, names in sections.items():
            commands = {name: self.get_command(ctx, name) for name in names}
            rows = [(n.ljust(width), c.get_short_help_str(room)) for n, c in commands.items()]
            with formatter.section(title):
                formatter.write_dl(rows)

    def make_context(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
        """Read what is said before the command's name."""
        with _our_words():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer hides the class
        """Run the command; where it gives a child's code, its own refusal exits with 125."""
        try:
            with _our_words():
                return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if ctx.invoked_subcommand in self.gives_code_of_a_child:
                error.exit_code = EXIT_REFUSED_TO_RUN  # type: ignore[attr-defined]  # all of ours have one
            raise


@contextmanager
def _our_words() -> Iterator[None]:
    """Say in the form of our errors what typer does not take."""
    try:
        yield
    except _MISUSE as error:
        message = " ".join(error.format_message().split())
        if error.ctx is None or error.message == error.ctx.get_help():
            raise  # help is shown as an error where a group is named alone
        raise UsageError(
            f"{message[:1].lower()}{message[1:].removesuffix('.')}",
            fix=f"{error.ctx.command_path} --help",
        ) from None


def new_app(
    help: str, *, cls: type[TyperGroup] = TyperGroup, add_completion: bool = False
) -> typer.Typer:
    """Return a typer app for a group of commands that loads no rich."""
    return typer.Typer(
        help=help,
        cls=cls,
        no_args_is_help=True,
        add_completion=add_completion,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def _loaded(name: str, place: str) -> Any:  # noqa: ANN401 - typer hides the class
    module, _, attribute = place.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    app = found if isinstance(found, typer.Typer) else _app_of(name, found)
    command = typer.main.get_command(app)
    command.name = name
    furnish(command)
    return command


def _app_of(name: str, function: Callable[..., None]) -> typer.Typer:
    app = new_app("")
    app.command(name)(function)
    return app
