"""Read a lock: requirements that leave an installer no choice, each with its digest."""

import re
from pathlib import Path

from mltrack.envs.lines import Line
from mltrack.envs.requirement_files import Found, Reading
from mltrack.errors import UsageError

_AT_COMMIT = re.compile(r"(?:git|hg|bzr|svn)\+\S+@[0-9a-f]{7,64}(?:[#\s;]|\Z)")
_OF_OTHERS = {
    "uv.lock": "uv export --format requirements-txt -o requirements.lock",
    "poetry.lock": "poetry export -o requirements.lock",
    "pdm.lock": "pdm export -o requirements.lock",
    "Pipfile.lock": "pipenv requirements --hash > requirements.lock",
}


def read(file: Path) -> Reading:
    """Return what a lock file says.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is a lock of a kind that is not read, or a line leaves a choice.
    """
    if command := _OF_OTHERS.get(file.name):
        raise UsageError(
            f"{file} is a lock that only its own tool reads",
            fix=f"{command}, and name that file as env.lock",
        )
    if file.suffix == ".toml":
        from mltrack.envs import pylocks

        return pylocks.read(file)
    reading = Reading()
    reading.take_file(file)
    for found in reading.lines:
        _check(found)
    return reading


def recorded(text: bytes, folder: Path) -> tuple[Line, ...]:
    """Return the lines of the resolved set that a run has recorded.

    Raises:
        UsageError: a line leaves a choice.
        NotFoundError: a folder of the project that was installed is not there.
    """
    reading = Reading()
    file = folder / "environment.txt"
    reading.take(text.decode("utf-8", "replace"), file, folder=folder)
    for found in reading.lines:
        if not _is_pinned(found.line):
            raise _fault(found)
    return tuple(found.line for found in reading.lines)


def _check(found: Found) -> None:
    if not _is_pinned(found.line):
        raise _fault(found)
    elsewhere = found.line.path is None and not _AT_COMMIT.search(found.line.install)
    if elsewhere and not found.line.is_hashed:
        raise UsageError(
            f"{found.place}: {found.line.text} bears no digest",
            why="a lock says --hash=sha256:... of every package, so that nothing else is installed",
            fix="make it with: uv pip compile --generate-hashes, or pip-compile --generate-hashes",
        )


def _is_pinned(line: Line) -> bool:
    pinned = line.is_pinned or _AT_COMMIT.search(line.install) is not None
    return pinned or line.path is not None or ("://" in line.install and line.is_hashed)


def _fault(found: Found) -> UsageError:
    return UsageError(
        f"{found.place}: {found.line.text} leaves a choice, which a lock does not",
        fix="make it with: uv pip compile --generate-hashes, or name the file as requirements_file",
    )
