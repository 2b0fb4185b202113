"""Files that a Python model reads: they travel with it under the names that its user gives."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mltrack.errors import NotFoundError, UsageError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")


def checked(artifacts: Mapping[str, str | Path]) -> Iterator[tuple[str, Path]]:
    """Yield the name and the file, or folder, of each artifact.

    Raises:
        UsageError: a name is no plain file name.
        NotFoundError: there is no such file.
    """
    for name, path in sorted(artifacts.items()):
        if not _NAME.match(name) or name.endswith("."):
            raise UsageError(
                f"an artifact cannot be called {name!r}",
                why="the model finds it under this name in the folder that load(folder) is given",
                fix="use letters, digits, dots, dashes and underscores, such as words.txt",
            )
        found = Path(path).expanduser()
        if not found.exists():
            raise NotFoundError(f"there is no file {path}", why=f"it is the artifact {name!r}")
        yield name, found
