"""The argument list with which an entry point starts: pure, and no value becomes two elements."""

from collections.abc import Iterable, Mapping

from mltrack.projects import shell, templates
from mltrack.projects.params import shown
from mltrack.projects.spec import EntryPoint, Param, ParamType, Value

PYTHON = "python"


def argv_of(
    entry: EntryPoint, params: Mapping[str, Param], values: Mapping[str, Value]
) -> list[str]:
    """Return the whole argument list of an entry point.

    Args:
        entry: what starts.
        params: what the project declares, in its order.
        values: the value of every parameter that the entry point takes.
    """
    texts = {name: shown(value) for name, value in values.items()}
    if entry.shell:
        return shell.argv_of(entry.command[0], texts)
    argv = [templates.formatted(element, texts) for element in template_of(entry)]
    if entry.auto:
        argv += _flags((param for name, param in params.items() if entry.takes(name)), values)
    return argv


def template_of(entry: EntryPoint) -> list[str]:
    """Return the argument list as it is written: with placeholders, without automatic arguments."""
    if entry.module:
        return [PYTHON, "-m", entry.module, *entry.args]
    if entry.file:
        return [PYTHON, entry.file, *entry.args]
    return list(entry.command)


def _flags(params: Iterable[Param], values: Mapping[str, Value]) -> list[str]:
    return [flag for param in params for flag in _flags_of(param, values.get(param.name))]


def _flags_of(param: Param, value: Value) -> list[str]:
    """Return a parameter as options; `=` keeps a value that begins with a dash a value."""
    if value is None:
        return []
    if isinstance(value, bool) and param.type is ParamType.BOOL:
        return _switch(param, on=value)
    items = value if isinstance(value, list) and param.type is ParamType.LIST else [value]
    return [f"--{param.name}={shown(item)}" for item in items]


def _switch(param: Param, *, on: bool) -> list[str]:
    if on:
        return [f"--{param.name}"]
    return [f"--no-{param.name}"] if param.default is True else []
