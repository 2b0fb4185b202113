"""mltrack logs: the output that a run printed."""

import sys
import time
from collections.abc import Iterable
from functools import partial
from typing import Annotated

import typer

from mltrack.cli.options import RunArgument
from mltrack.cli.output import warn
from mltrack.cli.runs.raw_output import for_a_terminal
from mltrack.cli.streams import explained
from mltrack.cli.tables import is_styled

_SECONDS_BETWEEN = 0.25
_BLOCK = 64 * 1024


def logs(
    run: RunArgument,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what comes until the run ends.")
    ] = False,
) -> None:
    """Print the output of a run.

    `mltrack run` keeps it, on the machine where it ran: the end, where it is longer than the
    setting capture.output_bytes. Colours are shown on a terminal, and nothing else that it would
    act on; a file or a pipe gets every byte.

    Examples:
      mltrack logs 1
      mltrack logs 1 -f
    """
    from mltrack.api.runs.runs import followed_output, opened_output

    with opened_output(run) as kept:
        if not kept.is_whole:
            warn("the beginning is not kept any more: it went where newer output needed its room")
        if not follow:
            _print(block for part in kept.files for block in iter(partial(part.read, _BLOCK), b""))
    if follow:
        _print(followed_output(run, _wait))


def _print(blocks: Iterable[bytes]) -> None:
    """Print what comes: to a terminal without what it acts on, else as it is."""
    if sys.stdout.isatty():
        for text in for_a_terminal(blocks, styled=is_styled()):
            sys.stdout.write(text)
    else:
        for block in blocks:
            with explained():
                sys.stdout.buffer.write(block)


def _wait() -> None:
    sys.stdout.flush()
    time.sleep(_SECONDS_BETWEEN)
