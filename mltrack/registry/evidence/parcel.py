"""A zip file that says what is in it: the same bytes for the same files."""

import hashlib
import zipfile
from collections.abc import Mapping
from typing import IO

MANIFEST = "MANIFEST.sha256"
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return a line for each file, as `sha256sum --check` reads it."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def write_zip(files: Mapping[str, bytes], top: str, target: IO[bytes]) -> None:
    """Write files below one folder, by name, with their manifest.

    Args:
        files: the bytes of each file by its path.
        top: the folder.
        target: an open file.
    """
    every = {**files, MANIFEST: manifest_of(files)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(every):
            info = zipfile.ZipInfo(f"{top}/{name}", _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr, info.create_system = _MODE, _UNIX
            archive.writestr(info, every[name])
