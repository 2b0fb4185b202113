"""Import pyyaml or cloudpickle, from the runner's copy where an environment has none."""

import importlib
import os
import sys
from types import ModuleType

from mltrack.errors import MissingExtraError

LIBRARIES_VARIABLE = "MLTRACK_LIBRARIES"
_DISTRIBUTIONS = {"yaml": "pyyaml"}
borrowed: set[str] = set()
"""The modules that came from the runner's copy in this process."""


def borrow(name: str) -> ModuleType:
    """Return the module `name`, looking in `MLTRACK_LIBRARIES` after everything else.

    Raises:
        MissingExtraError: it is in neither place.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        folder = os.environ.get(LIBRARIES_VARIABLE)
        if not folder:
            raise _missing(name) from None
    if folder not in sys.path:
        sys.path.append(folder)
        importlib.invalidate_caches()
    try:
        module = importlib.import_module(name)
    except ImportError:
        raise _missing(name) from None
    borrowed.add(name)
    return module


def _missing(name: str) -> MissingExtraError:
    return MissingExtraError(_DISTRIBUTIONS.get(name, name), feature="reading and packaging")
