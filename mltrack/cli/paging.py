"""Show through a pager what is longer than the terminal, and only there."""

import contextlib
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from shutil import get_terminal_size

import typer

from mltrack.cli.context import manner

DEFAULT = "less -FRX"


@contextlib.contextmanager
def paged() -> Iterator[None]:
    """Send what is printed inside to the pager, where it is taller than the terminal.

    Where standard output is no terminal, in CI, and where no pager is wanted or found, it is
    printed as it always is.
    """
    command = _pager() if sys.stdout.isatty() else []
    if not command:
        yield
        return
    screen, page = sys.stdout, _Page(_Held())
    sys.stdout = page
    try:
        yield
    except typer.Exit:  # all was printed, and the exit code says what it comes to
        raise
    except BaseException:
        command = []
        raise
    finally:
        sys.stdout = screen
        page.give(command)


class _Held(io.BytesIO):
    """Bytes that look as if they were on the terminal."""

    def isatty(self) -> bool:
        return True


class _Page(io.TextIOWrapper):
    """Standard output that is held back; what is flushed and fits goes to the terminal at once."""

    def __init__(self, held: _Held) -> None:
        self._screen, self._held, self._shown = sys.stdout, held, 0
        super().__init__(
            held, encoding=sys.stdout.encoding, errors=sys.stdout.errors, write_through=True
        )

    def flush(self) -> None:
        super().flush()
        if self._fits():
            self.release()

    def give(self, command: list[str]) -> None:
        """Let go of what is held: to the pager where there is one and it is needed."""
        if self._fits() or not _is_read_by(command, self._held.getvalue()):
            self.release()

    def release(self) -> None:
        """Print what is held on the terminal."""
        self._shown += _height(self._held.getvalue())
        self._screen.buffer.write(self._held.getvalue())
        self._screen.flush()
        self._held.seek(0)
        self._held.truncate()

    def _fits(self) -> bool:
        return self._shown + _height(self._held.getvalue()) < get_terminal_size().lines


def _pager() -> list[str]:
    """Return the command of the pager; empty where none is wanted."""
    if not manner().pager or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return []
    chosen = os.environ.get("MLTRACK_PAGER", os.environ.get("PAGER", DEFAULT))
    with contextlib.suppress(ValueError):  # a quote that is not closed
        words = shlex.split(chosen)
        return [] if words == ["cat"] else words
    return []


def _is_read_by(command: list[str], data: bytes) -> bool:
    """Let somebody read in the pager, and tell whether there was one."""
    if not command:
        return False
    try:
        pager = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - the user's choice
    except OSError:
        return False
    with contextlib.suppress(KeyboardInterrupt):
        pager.communicate(data)
    while pager.poll() is None:
        with contextlib.suppress(KeyboardInterrupt):  # it is the pager's, which lives on
            pager.wait()
    return True


def _height(data: bytes) -> int:
    """Return how many rows of the terminal a text takes, long lines told."""
    from mltrack.cli.tables import rows_of

    columns = get_terminal_size().columns
    return sum(rows_of(line, columns) for line in data.decode(errors="replace").splitlines())
