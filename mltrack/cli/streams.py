"""Make standard output and standard error safe to print to, whatever stands for them."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from mltrack.cli.signs import IN_PLAIN_SIGNS, register
from mltrack.errors import StoreWriteError

_OUT, _ERR = 1, 2


class _Output(io.TextIOWrapper):
    """Standard output that says why it takes nothing more, and then lets go of the rest."""

    def write(self, text: str) -> int:
        with explained():
            return super().write(text)

    def flush(self) -> None:
        with explained():
            super().flush()


class _Errors(io.TextIOWrapper):
    """Standard error that swallows what cannot be said, so that it changes no exit code."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            _drop(_ERR)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            _drop(_ERR)


@contextmanager
def explained() -> Iterator[None]:
    """Say of standard output why it takes nothing more, and let go of the rest.

    Raises:
        StoreWriteError: what is written inside could not be written, other than to a closed pipe.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise StoreWriteError(
            f"could not write to standard output: {error.strerror or error}",
            fix="free some space, or send the output elsewhere",
        ) from error


def prepare() -> None:
    """Take over standard output; a stream that was closed before we began swallows everything."""
    _occupy_closed_numbers()
    register()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = _Output(
            sys.stdout.buffer,
            encoding=sys.stdout.encoding,
            errors=IN_PLAIN_SIGNS,
            line_buffering=sys.stdout.line_buffering,
            write_through=sys.stdout.write_through,
        )
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _Errors(
            sys.stderr.buffer,
            encoding=sys.stderr.encoding,
            errors=IN_PLAIN_SIGNS,
            line_buffering=True,
            write_through=sys.stderr.write_through,
        )
    sys.stdout = sys.stdout or _swallowing(_OUT)
    sys.stderr = sys.stderr or _swallowing(_ERR)


@contextmanager
def answers_alone() -> Iterator[TextIO]:
    """Give what answers are to be written to; what a model prints meanwhile is talk, not an answer.

    Whatever writes to standard output inside, from Python or below it, reaches standard error.
    """
    sys.stdout.flush()
    answers = _Output(
        io.BufferedWriter(io.FileIO(os.dup(_OUT), "w")),
        encoding="utf-8",
        errors="backslashreplace",
        newline="",
        write_through=True,
    )
    os.dup2(_ERR, _OUT)
    try:
        yield answers
        answers.flush()
    except (OSError, StoreWriteError):
        _drop(answers.fileno())
        raise
    finally:
        with suppress(OSError, StoreWriteError):
            sys.stdout.flush()
        os.dup2(answers.fileno(), _OUT)
        answers.close()


def drop_output() -> None:
    """Let nothing more be written to what takes nothing, not even at exit."""
    _drop(_OUT)


def _drop(number: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _occupy_closed_numbers() -> None:
    """Keep the numbers of standard streams taken, else a file of the store would get one."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _ERR:
        pass
    os.close(number)


def _swallowing(number: int) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.FileIO(number, "w"), encoding="utf-8", write_through=True)
