"""Ask before something is done that was not meant, where there is somebody to ask."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mltrack.cli.cells import safe
from mltrack.errors import TrustError, UsageError

_Done = TypeVar("_Done")


def confirm(
    question: str, *, yes: bool, why: str, fix: str = "add --yes, or name the run by its handle"
) -> None:
    """Return when it is to be done.

    Args:
        question: what is asked, ending in a question mark.
        yes: it was agreed to beforehand.
        why: why it is asked at all.
        fix: what to do where nobody can be asked.

    Raises:
        UsageError: nobody is there to ask, or the answer was no.
    """
    if yes:
        return
    if not _somebody_is_there():
        raise UsageError(f"not done: {why}", fix=fix)
    if not _says_yes(question):
        raise UsageError("not done: the answer was no")


def agreed(output: str | Path, *, yes: bool) -> bool:
    """Tell whether a file is there that is to be replaced; it was agreed to, or was asked.

    Raises:
        UsageError: nobody is there to ask, or the answer was no.
    """
    from mltrack.api.output_files import is_there

    there = is_there(output)
    if there:
        confirm(
            f"replace {safe(f'{output}')}?",
            yes=yes,
            why=f"{output} is there already",
            fix="add --yes, or name another file with -o",
        )
    return there


def with_trust(act: Callable[[bool], _Done], *, trust: bool) -> _Done:
    """Do what needs trust; where it was not given, ask for it, if there is somebody to ask.

    Args:
        act: is told whether the user trusts what it is about to use.
        trust: whether that was said beforehand.

    Raises:
        TrustError: nobody is there to ask, or the answer was no.
    """
    try:
        return act(trust)
    except TrustError as error:
        if trust or not _somebody_is_there():
            raise
        sys.stderr.write(f"{safe(error.message)}:\n{safe(error.why)}\n")
        if not _says_yes("trust it?"):
            raise
    return act(True)


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _says_yes(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
