"""Cut the paths of the project and of the home folder out of texts before they are written."""

import os
import re
import sys
from functools import cache
from pathlib import Path

_BEFORE = r"(?P<before>\A|[\s'\"=:;,(\[{<]|(?<!\S)-[A-Za-z])"
_AFTER = r"(?=\Z|[/\s'\":;,)\]}>])"


def shown(text: str, project: Path) -> str:
    """Return a text with paths relative to the project, or to the home folder as `~`."""
    for folder, short in _folders(project, _home()):
        if folder in text:
            start = _BEFORE + re.escape(folder)
            if short == ".":
                text = re.sub(rf"{start}/(?=[^/\s])", r"\g<before>", text)
            text = re.sub(start + _AFTER, rf"\g<before>{short}", text)
    return text


def shown_folder(folder: Path, project: Path) -> str | None:
    """Return a folder relative to the project or the home folder; None when it lies in neither."""
    text = shown(str(folder), project)
    return None if Path(text).is_absolute() else text


def shown_file(name: str, project: Path) -> str:
    """Return a file of code as `shown` does, or relative to where Python found it."""
    text = shown(name, project)
    if not Path(text).is_absolute():
        return text
    found = (entry for entry in sys.path if entry and text.startswith(f"{entry}{os.sep}"))
    entry = max(found, key=len, default="")
    return text[len(entry) :].lstrip(os.sep) if entry else Path(text).name


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


@cache
def _folders(project: Path, home: Path | None) -> list[tuple[str, str]]:
    """Return what to look for, the longer before the shorter, and what to put in its place."""
    found: dict[str, str] = {}
    for folder, short in ((home, "~"), (project, ".")):
        if folder is not None and folder != Path(folder.anchor):
            found |= dict.fromkeys((str(folder), str(folder.resolve())), short)
    return sorted(found.items(), key=lambda item: -len(item[0]))
