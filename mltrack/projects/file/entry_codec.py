"""Read one entry point from a project file."""

import math
from collections.abc import Collection
from pathlib import Path

from mltrack.projects import shell, templates
from mltrack.projects.file.fields import Fields
from mltrack.projects.file.places import file_named
from mltrack.projects.spec import EntryPoint

KINDS = ("command", "module", "file")
KEYS = (*KINDS, "args", "params", "shell", "timeout_seconds")
AUTO = "auto"


def read_entry(section: Fields, name: str, declared: Collection[str], folder: Path) -> EntryPoint:
    """Return the entry point that `entry_points.NAME` describes.

    Raises:
        UsageError: it starts nothing, or two things; a key does not fit; a placeholder names no
            parameter of it.
    """
    fields = section.section(name, KEYS)
    kind = fields.only_one(KINDS, "an entry point starts one thing")
    if kind is None:
        raise fields.fault(
            f"the entry point {name} starts nothing",
            fix="give it command: [python, train.py], module: package.module or file: train.py",
        )
    _check_keys_fit(fields, kind)
    taken = _taken(fields, declared)
    is_shell = fields.get("shell", bool) or False
    auto = fields.raw("args") == AUTO
    entry = EntryPoint(
        name=name,
        command=_command(fields, is_shell=is_shell) if kind == "command" else (),
        module=_module(fields) if kind == "module" else "",
        file=_file(fields, folder) if kind == "file" else "",
        args=() if auto else _args(fields),
        auto=auto,
        params=taken,
        shell=is_shell,
        timeout_seconds=_timeout(fields),
    )
    _check_templates(fields, entry, declared)
    return entry


def _check_keys_fit(fields: Fields, kind: str) -> None:
    if fields.has("args") and kind == "command":
        raise fields.fault("args is for module and file", "args", fix="add them to the command")
    if fields.get("shell", bool) and kind != "command":
        raise fields.fault(f"a shell reads a command, not a {kind}", "shell", fix="remove it")


def _taken(fields: Fields, declared: Collection[str]) -> tuple[str, ...] | None:
    """Return the parameters that the entry point names; None when it takes all."""
    if not fields.has("params"):
        return None
    names = fields.texts("params")
    for index, name in enumerate(names):
        with fields.located("params", index):
            templates.check_name(name, declared)
    return names


def _command(fields: Fields, *, is_shell: bool) -> tuple[str, ...]:
    given = fields.raw("command")
    if is_shell and isinstance(given, list):
        raise fields.fault(
            "with shell: true the command is one text", "command", fix="or remove shell: true"
        )
    if not is_shell and isinstance(given, str):
        raise fields.fault(
            "command must be a list",
            "command",
            why="no shell divides it into words",
            fix="as in: [python, train.py], or add shell: true",
        )
    template = (fields.require("command", str),) if is_shell else fields.texts("command")
    if not template or not template[0].strip():
        raise fields.fault("the command is empty", "command", fix="command: [python, train.py]")
    return template


def _module(fields: Fields) -> str:
    module: str = fields.require("module", str)
    if all(part.isidentifier() for part in module.split(".")):
        return module
    raise fields.fault(
        f"{module!r} is no name of a module", "module", fix="as in: churn.evaluate, without .py"
    )


def _file(fields: Fields, folder: Path) -> str:
    file: str = fields.require("file", str)
    with fields.located("file"):
        file_named(file, folder)
    return file


def _args(fields: Fields) -> tuple[str, ...]:
    if isinstance(fields.raw("args"), str):
        raise fields.fault(
            "args must be auto or a list", "args", fix='as in: auto, or ["--lr={lr}", --fast]'
        )
    return fields.texts("args")


def _timeout(fields: Fields) -> float | None:
    seconds: float | None = fields.get("timeout_seconds", float)
    if seconds is None or (math.isfinite(seconds) and seconds > 0):
        return seconds
    raise fields.fault(
        f"timeout_seconds must be more than 0, not {seconds}",
        "timeout_seconds",
        fix="give a number of seconds, or remove it to wait for ever",
    )


def _check_templates(fields: Fields, entry: EntryPoint, declared: Collection[str]) -> None:
    key = "command" if entry.command else "args"
    for index, element in enumerate(entry.command or entry.args):
        with fields.located(key, index):
            templates.check(element, declared)
            if entry.shell:
                shell.check(element)
        for name in templates.names_in(element):
            if not entry.takes(name):
                raise fields.fault(
                    f"{{{name}}} is no parameter of the entry point {entry.name}",
                    key,
                    index,
                    why=f"its params are: {', '.join(entry.params or ()) or 'none'}",
                    fix=f"add {name} to them",
                )
