"""Ask the person at work for a text: from a pipe, else in their editor."""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from mltrack.errors import UsageError

_FIX = "give the text as an argument, or set EDITOR"


def text_given(text: str | None, *, about: str) -> str:
    """Return the text that was given, else what stands on standard input, else what is written.

    Args:
        text: what the command line says; None or `-` means that it says nothing.
        about: what the text is about, for who opens the editor.

    Raises:
        UsageError: there is no editor, or it went wrong.
    """
    if text is not None and text != "-":
        return text
    if text == "-" or not sys.stdin.isatty():
        return sys.stdin.read()
    return _edited(about)


def _edited(about: str) -> str:
    """Return what was written in the user's editor, without the lines that began with `#`."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise UsageError(
            "there is no text, and no editor to write it in",
            fix=_FIX,
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.txt"
        path.write_text(f"\n# {about}; lines that begin with # are left out\n", encoding="utf-8")
        try:
            command = [*shlex.split(editor), str(path)]
            subprocess.run(command, check=True)  # noqa: S603 - the user's own choice
        except subprocess.CalledProcessError as error:
            told = f"ended with code {error.returncode}, so nothing was kept"
            raise UsageError(f"the editor {editor!r} {told}", fix=_FIX) from error
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(f"the editor {editor!r} cannot be started: {why}", fix=_FIX) from error
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))
