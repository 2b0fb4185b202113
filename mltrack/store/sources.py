"""Which files are meant when somebody names a file or a folder to be kept."""

import os
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import NotFoundError, UsageError


def files_of(source: Path, *, but: Path) -> list[tuple[Path, str]]:
    """Return each file with its path below `source`, which is empty when `source` is a file.

    A link to a file stands for that file. Sockets, pipes and devices below a folder hold nothing to
    keep and are passed over, and so is the store itself.

    Args:
        source: a file or a folder, or a link to one.
        but: a folder that is left out, wherever it lies.

    Raises:
        NotFoundError: there is nothing at `source`, or a link below it leads nowhere.
        UsageError: `source` is neither, or a link below it leads to a folder outside of it.
    """
    if source.is_file():
        return [(source, "")]
    if not source.is_dir():
        _refuse(source)
    return list(_below(source, "", but.resolve()))


def _refuse(source: Path) -> None:
    if source.exists():
        raise UsageError(f"{source} is neither a file nor a folder, so there is nothing to keep")
    why = f"it is a link to {source.readlink()}, which is not there" if source.is_symlink() else ""
    raise NotFoundError(f"there is no file {source} to log", why=why)


def _below(top: Path, inner: str, but: Path) -> Iterator[tuple[Path, str]]:
    with os.scandir(top / inner) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path, name = Path(entry.path), f"{inner}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if path.resolve() != but:
                yield from _below(top, f"{name}/", but)
        elif entry.is_file():
            yield path, name
        elif entry.is_symlink():
            _look_through(path, top)


def _look_through(link: Path, top: Path) -> None:
    """Pass over a link to a folder whose files are kept anyway; refuse any other."""
    if not link.exists():
        _refuse(link)
    if link.is_dir() and not link.resolve().is_relative_to(top.resolve()):
        raise UsageError(
            f"{link} leads to a folder outside of {top}, which is not kept unasked",
            fix=f"log {link.resolve()} by its own name, or remove the link",
        )
