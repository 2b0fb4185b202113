"""The Python and the distributions that are here."""

import platform
from importlib import metadata

from mltrack.errors import MissingExtraError
from mltrack.store.borrowed import borrow


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
