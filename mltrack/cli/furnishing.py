"""Give commands what all of their kind have: the options of a listing, a pager, kept examples."""

import functools
from collections.abc import Callable
from typing import Any

from typer.core import TyperOption

from mltrack.cli.context import manner, set_manner

EXAMPLES = "Examples:\n"
PAGED = frozenset({"show", "ls", "compare", "diff", "history", "logs"})
"""Commands that print what may be long, and ask nothing."""
_LIVE = ("watch", "follow")
_KEEP_LINES = "\b\n"  # typer's mark for a paragraph that is not wrapped anew


def furnish(command: Any) -> None:  # noqa: ANN401 - typer hides the class
    """Furnish a command, and every one below it."""
    if command.help and EXAMPLES in command.help and _KEEP_LINES not in command.help:
        command.help = command.help.replace(EXAMPLES, _KEEP_LINES + EXAMPLES)
    below = getattr(command, "commands", None)
    for inner in (below or {}).values():
        furnish(inner)
    if below is not None or any(option.name == "no_pager" for option in command.params):
        return
    if _is_listing(command):
        command.params.append(
            _flag("--wide", "-w", "All columns, uncut, on a terminal too.", _wide)
        )
    if command.name in PAGED:
        command.params.append(_flag("--no-pager", "", "Print it, however long it is.", _unpaged))
        command.callback = _through_a_pager(command.callback)


def _is_listing(command: Any) -> bool:  # noqa: ANN401 - typer hides the class
    """Tell whether a command prints a table whose columns may not fit."""
    options = [option for option in command.params if option.name == "output"]
    return any("table" in getattr(option.type, "choices", ()) for option in options)


def _flag(long: str, short: str, help: str, act: Callable[[], None]) -> TyperOption:
    def told(_context: object, _option: object, given: object) -> None:
        if given:
            act()

    names = [long, short] if short else [long]
    return TyperOption(
        param_decls=names, is_flag=True, expose_value=False, callback=told, help=help, default=False
    )


def _wide() -> None:
    set_manner(manner()._replace(wide=True))


def _unpaged() -> None:
    set_manner(manner()._replace(pager=False))


def _through_a_pager(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def called(**given: Any) -> Any:  # noqa: ANN401 - whatever the command takes
        if any(given.get(name) for name in _LIVE):
            return callback(**given)
        from mltrack.cli.paging import paged

        with paged():
            return callback(**given)

    return called
