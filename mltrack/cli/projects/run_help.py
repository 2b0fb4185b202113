"""The help of `mltrack run`, which shows what the project at hand offers."""

from pathlib import Path
from typing import Any

from typer.core import TyperCommand

HERE = "."
_ASKED = "--help"


class RunCommand(TyperCommand):
    """A command that shows in its help what the project at its PATH offers."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer hides it
        """Read the arguments; when help is asked for, find out first of which project."""
        if _ASKED in args and not ctx.resilient_parsing:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            ctx.meta[__name__] = given.get("path")
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Write what the project offers below the options."""
        super().format_epilog(ctx, formatter)
        if __name__ not in ctx.meta:
            return
        path, folder = ctx.meta[__name__], (ctx.parent and ctx.parent.params.get("folder")) or ""
        if isinstance(path, str):
            _write_project(formatter, path)
        elif Path(folder, "project.yaml").exists():
            _write_project(formatter, HERE)


def _write_project(formatter: Any, path: str) -> None:  # noqa: ANN401 - typer hides it
    from mltrack.api.projects.shape import project_shape
    from mltrack.cli.cells import safe
    from mltrack.errors import MltrackError

    try:
        shape = project_shape(path)
    except MltrackError as error:
        formatter.write(f"\nWhat this project offers cannot be read: {safe(error.message)}\n")
        return
    if shape is None:
        formatter.write(f"\nThere is no project.yaml in {safe(path)}.\n")
        return
    for title, rows in _tables(shape):
        with formatter.section(f"{title} of {safe(shape['name'])}"):
            formatter.write_dl([(safe(name), safe(words)) for name, words in rows])


def _tables(shape: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return a title, and the rows below it, for each part of what a project offers."""
    params = [param["name"] for param in shape["params"]]
    entries = [(entry["name"], _entry_words(entry, params)) for entry in shape["entry_points"]]
    rows = [(param["name"], _param_words(param)) for param in shape["params"]]
    return [("Entry points", entries), *([("Parameters", rows)] if rows else [])]


def _entry_words(entry: dict[str, Any], params: list[str]) -> str:
    words = " ".join(entry["command"]) + (" --NAME=VALUE..." if entry["auto"] else "")
    facts = []
    if entry["params"] != params:
        facts.append(f"takes {', '.join(entry['params']) or 'no parameter'}")
    if entry["shell"]:
        facts.append("read by a shell")
    if entry["timeout_seconds"]:
        facts.append(f"at most {entry['timeout_seconds']:g} s")
    return f"{words} ({'; '.join(facts)})" if facts else words


def _param_words(param: dict[str, Any]) -> str:
    facts = [f"list of {param['items']}" if param["items"] else param["type"], _bounds(param)]
    if param["choices"]:
        facts.append(f"one of {' '.join(param['choices'])}")
    if param["default"] is not None:
        facts.append(f"default {param['default'] or 'an empty text'}")
    else:
        facts.append("required" if param["required"] else "optional")
    words = ", ".join(fact for fact in facts if fact)
    return f"{words}: {param['help']}" if param["help"] else words


def _bounds(param: dict[str, Any]) -> str:
    low, high = param["min"], param["max"]
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}" if high is not None else ""
