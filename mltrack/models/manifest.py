"""The list of a package's files with their digests: written last, checked before anything is read.

The digest of a model is the sha256 of this list.
"""

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from mltrack.errors import IntegrityError, NotFoundError
from mltrack.models.package_files import MANIFEST, MANIFEST_LINE, placed
from mltrack.store.blobs import sha256_of
from mltrack.store.layout import inside

NAME = MANIFEST
MAX_BYTES = 16 * 1024 * 1024
_COMPILED = "__pycache__"
_FIX = "restore the package: git checkout, or copy it anew"


class VerifiedFiles:
    """The files of a package, each checked again as it is read: what is used is what was hashed."""

    def __init__(self, folder: Path, digest: str, digests: Mapping[str, str]) -> None:
        self.folder = folder
        self.digest = digest
        self._digests = digests

    @property
    def paths(self) -> Collection[str]:
        """Return the path of every file."""
        return self._digests.keys()

    def read(self, path: str) -> bytes:
        """Return the bytes of one file.

        Raises:
            IntegrityError: the manifest does not name it, it is gone, or its bytes are other ones.
        """
        expected = self._digests.get(path)
        if expected is None:
            raise IntegrityError(f"{self.folder}: {path!r} is not in {NAME}")
        with _taken_away(self.folder, path):
            data = inside(self.folder, path).read_bytes()
        if hashlib.sha256(data).hexdigest() != expected:
            raise _changed(self.folder, path)
        return data

    def place(self, prefix: str) -> Path:
        """Return where a private copy of one file, or of all below a folder, lies."""
        return placed(self, prefix, self._digests)


def write(folder: Path) -> str:
    """Write the manifest of a folder and return the model's digest."""
    lines = [f"{sha256_of(folder / path)}  {path}\n" for path in _files_below(folder)]
    data = "".join(sorted(lines)).encode()
    (folder / NAME).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def verify(folder: Path, expected_digest: str | None = None) -> VerifiedFiles:
    """Check every file of a package against its manifest, and the manifest against a digest.

    Args:
        folder: the package.
        expected_digest: the digest that somebody recorded earlier; None when nobody did.

    Raises:
        NotFoundError: the folder holds no package.
        IntegrityError: a byte, a file or a name is not what the manifest says.
    """
    data = _read(folder)
    digest = hashlib.sha256(data).hexdigest()
    if expected_digest not in {None, digest}:
        raise IntegrityError(
            f"the model in {folder} is not the one that was recorded",
            why=f"its digest is {digest[:12]}, recorded was {str(expected_digest)[:12]}",
            fix=_FIX,
        )
    digests = digests_in(data, folder)
    present = set(_files_below(folder))
    for path in sorted(digests.keys() ^ present):
        what = f"lacks {path!r}" if path in digests else f"holds {path!r}, which is not in {NAME}"
        raise IntegrityError(f"{folder} {what}", fix=_FIX)
    for path, sha256 in digests.items():
        with _taken_away(folder, path):
            found = sha256_of(inside(folder, path))
        if found != sha256:
            raise _changed(folder, path)
    return VerifiedFiles(folder, digest, digests)


def _read(folder: Path) -> bytes:
    path = folder / NAME
    if path.is_symlink():
        raise IntegrityError(f"{path} is a symbolic link", fix=_FIX)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(f"{folder} holds no model", why=f"there is no {NAME} in it") from None
    if len(data) > MAX_BYTES:
        raise IntegrityError(f"{path} is larger than {MAX_BYTES // 2**20} MiB")
    return data


def digests_in(data: bytes, folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that the bytes of a manifest list.

    Raises:
        IntegrityError: a line is none of a manifest, or leads out of the folder.
    """
    digests: dict[str, str] = {}
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        raise IntegrityError(f"{folder / NAME} is not UTF-8", fix=_FIX) from None
    if lines.pop():
        raise IntegrityError(f"{folder / NAME} does not end in a newline", fix=_FIX)
    for number, line in enumerate(lines, 1):
        match = MANIFEST_LINE.match(line)
        if match is None or match[2] in digests:
            raise IntegrityError(
                f"{folder / NAME}:{number}: {line[:80]!r} is no line of a manifest"
            )
        inside(folder, match[2])
        digests[match[2]] = match[1]
    return digests


def _files_below(folder: Path, prefix: str = "") -> Iterator[str]:
    """Yield the path of every file but the manifest, relative and with slashes."""
    with _taken_away(folder, prefix or "."), os.scandir(folder / prefix) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = f"{prefix}{entry.name}"
        if entry.is_symlink():
            raise IntegrityError(f"{path!r} in {folder} is a symbolic link", fix=_FIX)
        if entry.is_dir():
            # Python leaves these behind where MLflow opened the package; nothing reads them here.
            if entry.name != _COMPILED:
                yield from _files_below(folder, f"{path}/")
        elif not entry.is_file():
            raise IntegrityError(f"{path!r} in {folder} is no file", fix=_FIX)
        elif path != NAME:
            yield path


@contextlib.contextmanager
def _taken_away(folder: Path, path: str) -> Iterator[None]:
    """Say in words that a path was seen, and is gone: git changed the branch in this moment."""
    try:
        yield
    except FileNotFoundError:
        raise IntegrityError(f"{folder} lacks {path!r}", fix=_FIX) from None


def _changed(folder: Path, path: str) -> IntegrityError:
    return IntegrityError(
        f"{folder / path} was changed after the model was saved",
        why=f"its digest is not the one in {NAME}",
        fix=_FIX,
    )
