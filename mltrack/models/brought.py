"""The project's modules that a package brings, imported from a private copy."""

import sys
from pathlib import Path

from mltrack.errors import IntegrityError, MltrackError
from mltrack.models.manifest import VerifiedFiles
from mltrack.models.package_files import CODE


def import_from(files: VerifiedFiles, names: tuple[str, ...]) -> None:
    """Let the modules of a package be imported in this process.

    Raises:
        MltrackError: another module of such a name is loaded, so that the model would run its code.
    """
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name.partition(".")[0] in names and not _is_the_same(name, Path(file), files):
            raise MltrackError(
                f"the model {files.folder} brings its own module {name}, and another one is loaded",
                why=f"that is {file}",
                fix="load it in another process, as mltrack predict --env isolated does",
            )
    sys.path.insert(0, str(files.place(CODE)))


def _is_the_same(name: str, file: Path, files: VerifiedFiles) -> bool:
    """Tell whether a loaded module is, byte for byte, the one of the package."""
    path = "/".join([CODE, *name.split(".")])
    inside = f"{path}/__init__.py" if file.name == "__init__.py" else f"{path}{file.suffix}"
    try:
        return file.read_bytes() == files.read(inside)
    except (OSError, IntegrityError):
        return False
