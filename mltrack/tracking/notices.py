"""Say a line to whoever watches the training; saying it never fails."""

import contextlib
import sys

_said: set[str] = set()


def say(line: str) -> None:
    """Write one line to standard error, if there is one; no character of it acts on a terminal."""
    if not line.isprintable():
        line = "".join(c if c.isprintable() else "\ufffd" for c in line)
    with contextlib.suppress(AttributeError, OSError, ValueError):  # closed, or None under pythonw
        sys.stderr.write(f"mltrack: {line}\n")
        sys.stderr.flush()


def say_once(line: str) -> None:
    """Say a line unless this process has said it already."""
    if line not in _said:
        _said.add(line)
        say(line)
