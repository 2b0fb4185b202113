"""Digests of what lies on this machine and is installed from there: files, and folders of code."""

import os
from collections.abc import Iterator
from pathlib import Path

from mltrack.store.plain import open_plain
from mltrack.store.sha256 import new_sha256, sha256_hex

_LEFT_OUT = frozenset(
    {
        *(".git", ".hg", ".svn", ".mltrack", ".venv", "venv", ".tox", ".nox", "node_modules"),
        *("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs", "build", "dist"),
        ".ipynb_checkpoints",
    }
)
_LEFT_OUT_ENDINGS = (".egg-info", ".pyc", ".pyo")
_BUILD_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_LARGE_BYTES = 16 * 1024 * 1024
"""A larger file is data: it is known by its size and its time, for reading it takes long."""


def digest_of(path: Path) -> str:
    """Return a digest of a file's bytes, or of the names and bytes of all source below a folder."""
    if path.is_file():
        return _of_bytes(path)
    return sha256_hex("".join(f"{line}\n" for line in _lines(path)).encode())


def build_digest(folder: Path) -> str:
    """Return a digest of the files that say how a folder is built, which are read anew no more."""
    files = (folder / name for name in _BUILD_FILES)
    return sha256_hex("".join(f"{f.name} {_of_bytes(f)}\n" for f in files if f.is_file()).encode())


def is_buildable(folder: Path) -> bool:
    """Tell whether an installer can make a package of a folder."""
    return any((folder / name).is_file() for name in _BUILD_FILES[:2])


def _lines(top: Path) -> Iterator[str]:
    """Yield a line for each file: how it came to be and where, in an order that never changes."""
    for parent, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not _is_left_out(name))
        for name in sorted(name for name in files if not _is_left_out(name)):
            file = Path(parent, name)
            yield f"{_of_file(file)} {file.relative_to(top).as_posix()!r}"


def _is_left_out(name: str) -> bool:
    return name in _LEFT_OUT or name.endswith(_LEFT_OUT_ENDINGS)


def _of_file(file: Path) -> str:
    if file.is_symlink():
        return f"link {file.readlink().as_posix()!r}"
    try:
        status = file.stat()
        if status.st_size > _LARGE_BYTES:
            return f"large {status.st_size} {status.st_mtime_ns}"
        return f"{_of_bytes(file)} {'x' if status.st_mode & 0o100 else '-'}"
    except OSError:  # gone, or nobody may read it
        return "none"


def _of_bytes(file: Path) -> str:
    digest = new_sha256()
    with open_plain(file) as opened:
        while piece := opened.read(1024 * 1024):
            digest.update(piece)
    return str(digest.hexdigest())
