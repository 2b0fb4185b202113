"""Paths that a project file names: relative to it, inside its repository, and there."""

from pathlib import Path, PurePosixPath

from mltrack.errors import UsageError
from mltrack.projects.templates import passes
from mltrack.store import git


def file_named(text: str, folder: Path) -> Path:
    """Return the file that a path names.

    Args:
        text: the path, relative to `folder`.
        folder: where the project file lies.

    Raises:
        UsageError: it leads elsewhere, or there is no such file.
    """
    fix = "write a path relative to this file, as in: requirements/base.txt"
    if not text or not passes(text) or not text.isprintable() or text.startswith("-"):
        raise UsageError(f"{text!r} is no path of a file", fix=fix)
    if PurePosixPath(text).is_absolute() or text.startswith("~"):
        raise UsageError(f"{text} is a path of this machine alone", fix=fix)
    if _climbs(PurePosixPath(text), folder):
        raise UsageError(
            f"{text} leads out of the repository, so that others would not have the file",
            fix="keep the file in the repository, and name it there",
        )
    if not is_file(folder / text):
        raise UsageError(
            f"there is no file {folder / text}", fix="correct the path, or put the file there"
        )
    return folder / text


def pattern(text: str) -> str:
    """Return a pattern, or a folder, that stays below the project's folder, without a last slash.

    Raises:
        UsageError: it is empty, absolute, or leads elsewhere.
    """
    path = PurePosixPath(text)
    leads_away = path.is_absolute() or text.startswith("~") or ".." in path.parts
    if leads_away or not path.parts or not passes(text) or not text.isprintable():
        raise UsageError(
            f"{text!r} is no path below the project's folder",
            fix="write it relative to this file and without .., as in: out/*.png",
        )
    return text.rstrip("/")


def is_file(path: Path) -> bool:
    """Tell whether there is a file, as far as anybody may look."""
    try:
        return path.is_file()
    except OSError:
        return False


def _climbs(path: PurePosixPath, folder: Path) -> bool:
    """Tell whether a path leaves the work tree; where there is no git, the project's folder."""
    here = folder.absolute()
    top = git.top_level(here) or here
    depth = len(here.relative_to(top).parts)
    for part in path.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False
