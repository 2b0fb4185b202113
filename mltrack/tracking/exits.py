"""Know the exit code that ended a program: `sys.exit` leaves no other sign behind."""

import sys
from types import FrameType
from typing import Any, NoReturn

_exit = sys.exit
_said: list[Any] = []
_outermost: list[FrameType] = []


def watch() -> None:
    """From now on, note with which code `sys.exit` is called."""
    frame = _frame_of_the_program()
    if frame is not None and sys.exit is not _noting_exit:
        _outermost[:] = [frame]
        sys.exit = _noting_exit


def _frame_of_the_program() -> FrameType | None:
    import threading

    frame = sys._current_frames().get(threading.main_thread().ident or 0)  # noqa: SLF001
    while frame is not None and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _noting_exit(status: Any = None, /) -> NoReturn:  # noqa: ANN401 - whatever sys.exit takes
    _said[:] = [status]
    _exit(status)


def left_by() -> SystemExit | None:
    """Return the `SystemExit` that ended the program, once it has; None where none is known.

    One that somebody caught ended nothing: then the program's outermost frame came to its end.
    """
    if not _said or not _outermost or _has_returned(_outermost[0]):
        return None
    return SystemExit(_said[0])


def _has_returned(frame: FrameType) -> bool:
    import dis

    code = frame.f_code.co_code
    return dis.opname[code[frame.f_lasti]].startswith("RETURN")
