"""How a run ends that an exception leaves: its status, a line, and the traceback to keep."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mltrack.store.secrets import masked_text
from mltrack.tracking import notices
from mltrack.tracking.relative import shown, shown_file

if TYPE_CHECKING:
    from traceback import TracebackException

MAX_ERROR_LENGTH = 1000
MAX_TRACEBACK_LINES = 100
MAX_TRACEBACK_BYTES = 32 * 1024
_LOOKED_AT = 64 * MAX_TRACEBACK_BYTES  # longer texts lose their beginning before they are masked


class Outcome(NamedTuple):
    """How a run ends.

    Attributes:
        status: finished, failed or killed.
        error: what ended it, in one line.
        traceback: where that came from, in several lines; empty where there is nothing to tell.
    """

    status: str
    error: str = ""
    traceback: str = ""


FINISHED = Outcome("finished")


def outcome_of(error: BaseException | None, project: Path) -> Outcome:
    """Return how a run ends that an exception leaves.

    No secret and no path of the project or the home folder is in what it says.

    Args:
        error: the exception; None where nothing went wrong.
        project: the folder that paths are told from.
    """
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return FINISHED
    if isinstance(error, KeyboardInterrupt):
        return Outcome("killed", "KeyboardInterrupt")
    line = f"{type(error).__name__}: {_said_by(error)}".partition("\n")[0]
    cleaned = shown(_without_secrets(line[:_LOOKED_AT]), project)
    return Outcome("failed", cleaned[:MAX_ERROR_LENGTH], traceback_of(error, project))


def _said_by(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an exception of the program's own that cannot show itself
        return ""


def traceback_of(error: BaseException, project: Path) -> str:
    """Return the end of an exception's traceback, or nothing where it cannot be told."""
    from traceback import TracebackException

    try:
        told = TracebackException.from_exception(error)
        for each in _with_causes(told):
            for frame in each.stack:
                frame.filename = shown_file(frame.filename, project)
        text = "".join(told.format())
    except Exception:  # noqa: BLE001 - what tells of an exception must not raise one
        return ""
    return _bounded(shown(_without_secrets(text[-_LOOKED_AT:]), project))


def _without_secrets(text: str) -> str:
    masked = masked_text(text)
    if masked != text:
        notices.say_once("the traceback holds what looks like a secret, which was masked in it")
    return masked


def _with_causes(told: "TracebackException") -> Iterator["TracebackException"]:
    """Yield an exception with those that it came from and those that it groups."""
    waiting = [told]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += [cause for cause in (each.__cause__, each.__context__) if cause is not None]
        waiting += getattr(each, "exceptions", None) or []


def _bounded(text: str) -> str:
    """Return the last lines of a text: the end of a traceback says most."""
    lines = text.encode("utf-8", "replace").decode().splitlines()
    kept, room = lines[-MAX_TRACEBACK_LINES:], MAX_TRACEBACK_BYTES
    for index in range(len(kept) - 1, -1, -1):
        room -= len(kept[index].encode()) + 1
        if room < 0:
            kept = kept[index + 1 :] or [
                kept[-1].encode()[:MAX_TRACEBACK_BYTES].decode(errors="ignore")
            ]
            break
    left_out = len(lines) - len(kept)
    return "\n".join([f"... {left_out} lines before", *kept] if left_out else kept)
