"""The files of a package, checked as they are read: this file travels in every package."""

import hashlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from mltrack.models.canonical import PackageError

MANIFEST = "MANIFEST.sha256"
CODE = "code"
MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^\n\r\0]+)\Z")


class Files(Protocol):
    """The files of a package, each checked again as it is read."""

    folder: Path

    def read(self, path: str) -> bytes:
        """Return the bytes of one file."""

    def place(self, prefix: str) -> Path:
        """Return where a private copy of one file, or of all below a folder, lies."""


class PackageFiles:
    """The files of a package by its manifest; what the manifest does not name is not there."""

    def __init__(self, folder: Path, digests: Mapping[str, str]) -> None:
        self.folder = folder
        self._digests = digests

    def read(self, path: str) -> bytes:
        """Return the bytes of one file.

        Raises:
            PackageError: the manifest does not name it, or its bytes are other ones.
        """
        data = (self.folder / path).read_bytes() if path in self._digests else b""
        if hashlib.sha256(data).hexdigest() != self._digests.get(path):
            raise PackageError(f"{self.folder / path} is not what {MANIFEST} says")
        return data

    def place(self, prefix: str) -> Path:
        """Return where a private copy of one file, or of all below a folder, lies."""
        return placed(self, prefix, self._digests)


def placed(files: Files, prefix: str, paths: Sequence[str] | Mapping[str, str]) -> Path:
    """Copy checked files into a folder of this process alone, which goes away with it.

    Raises:
        FileNotFoundError: the package has no such file or folder.
    """
    import atexit
    import shutil

    top = Path(tempfile.mkdtemp(prefix="mltrack-model-"))
    atexit.register(shutil.rmtree, top, ignore_errors=True)
    found = [path for path in paths if path == prefix or path.startswith(f"{prefix}/")]
    if not found:
        raise FileNotFoundError(f"the package has no {prefix}")
    for path in found:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(files.read(path))
    return top / prefix


def checked_files(folder: Path, digest: str = "") -> PackageFiles:
    """Return the files of a package once every one that its manifest names was checked.

    Args:
        folder: the package.
        digest: what the sha256 of the manifest must be; an empty text when nobody knows.

    Raises:
        PackageError: a byte is not what the manifest says, or the manifest not what was recorded.
    """
    data = (folder / MANIFEST).read_bytes()
    if digest and hashlib.sha256(data).hexdigest() != digest:
        raise PackageError(f"the model in {folder} is not the one that was recorded")
    lines = [MANIFEST_LINE.match(line) for line in data.decode().splitlines()]
    found = {match[2]: match[1] for match in lines if match}
    inside = all(".." not in Path(p).parts and not Path(p).is_absolute() for p in found)
    if len(found) != len(lines) or not inside:
        raise PackageError(f"{folder / MANIFEST} is no manifest of a model")
    files = PackageFiles(folder, found)
    for path in found:
        files.read(path)
    return files
