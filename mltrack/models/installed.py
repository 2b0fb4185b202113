"""The distributions that are installed here, and what they need: for a model's requirements.txt."""

import platform
import re
from importlib import metadata

from mltrack.envs.requirements import canonical_name
from mltrack.errors import MissingExtraError
from mltrack.store.borrowed import borrow

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ONLY_WITH_EXTRA = re.compile(r"\bextra\b")


def python_version() -> str:
    """Return the running Python as packages name it, such as `3.11`."""
    return ".".join(platform.python_version_tuple()[:2])


def version_of(name: str) -> str:
    """Return the installed version of a distribution.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
    borrowed = getattr(borrow(name), "__version__", None)
    if borrowed is None:
        raise MissingExtraError(name, feature="the model")
    return str(borrowed)


def version_or_none(name: str) -> str | None:
    """Return the installed version of a distribution; None when it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def pinned(names: list[str]) -> str:
    """Return a requirements file: the distributions and all that they need, as installed.

    Raises:
        MissingExtraError: one of `names` is not installed.
    """
    versions = {canonical_name(name): version_of(name) for name in names}
    waiting = list(versions)
    while waiting:
        for needed in _needs(waiting.pop()):
            found = None if needed in versions else version_or_none(needed)
            if found is not None:
                versions[needed] = found
                waiting.append(needed)
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


def _needs(name: str) -> list[str]:
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    needed = [line for line in lines if not _ONLY_WITH_EXTRA.search(line.partition(";")[2])]
    return [canonical_name(match[0]) for line in needed if (match := _NAME.match(line))]
