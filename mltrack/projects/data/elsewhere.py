"""Values of parameters that lead out of the code: data that lies, or is fetched from, elsewhere."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from mltrack.projects.spec import DATA, Param, ParamType
from mltrack.store import git
from mltrack.tracking import authorship
from mltrack.tracking.authorship import Piece


def of_values(
    values: Mapping[str, Any], params: Mapping[str, Param], folder: Path
) -> Iterator[Piece]:
    """Yield recorded values that lead out of the code, unless the code itself names them.

    Args:
        values: the parameters, as a record has them.
        params: what the project declares.
        folder: the project's.
    """
    for name, param in params.items():
        value = values.get(name)
        texts = value if isinstance(value, list) else [value]
        kind = param.items if param.type is ParamType.LIST else param.type
        for text in texts if kind in DATA else ():
            if isinstance(text, str) and text != param.default and _leads_away(text, folder):
                yield authorship.value(name, text)


def _leads_away(text: str, folder: Path) -> bool:
    path = PurePosixPath(text)
    if ":" in text or path.is_absolute() or text.startswith("~"):
        return True
    top = (git.top_level(folder.absolute()) or folder).resolve()
    return not (folder / text).resolve().is_relative_to(top)
