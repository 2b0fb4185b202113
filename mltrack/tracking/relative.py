"""Cut the paths of the project and of the home folder out of texts before they are written."""

import re
from functools import cache
from pathlib import Path

_BEFORE = r"(?P<before>\A|[\s'\"=:;,(\[{<]|(?<!\S)-[A-Za-z])"
_AFTER = r"(?=\Z|[/\s'\":;,)\]}>])"


def shown(text: str, project: Path) -> str:
    """Return a text with paths relative to the project, or to the home folder as `~`."""
    if "/" not in text:
        return text
    for pattern, short in _patterns(project, _home()):
        text = pattern.sub(rf"\g<before>{short}", text)
    return text


def shown_folder(folder: Path, project: Path) -> str | None:
    """Return a folder relative to the project or the home folder; None when it lies in neither."""
    text = shown(str(folder), project)
    return None if Path(text).is_absolute() else text


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


@cache
def _patterns(project: Path, home: Path | None) -> list[tuple[re.Pattern[str], str]]:
    """Return what to look for, the longer before the shorter, and what to put in its place."""
    found: dict[str, str] = {}
    for folder, short in ((home, "~"), (project, ".")):
        if folder is not None and folder != Path(folder.anchor):
            found |= dict.fromkeys((str(folder), str(folder.resolve())), short)
    patterns: list[tuple[re.Pattern[str], str]] = []
    for folder_text in sorted(found, key=len, reverse=True):
        short = found[folder_text]
        start = _BEFORE + re.escape(folder_text)
        if short == ".":
            patterns.append((re.compile(rf"{start}/(?=[^/\s])"), ""))
        patterns.append((re.compile(start + _AFTER), short))
    return patterns
