"""Hide pyarrow from a process, as if it were not installed."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _Finder(PathFinder):
    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] == "pyarrow":
            return None
        return PathFinder.find_spec(fullname, path, target)


sys.meta_path[:] = [_Finder if finder is PathFinder else finder for finder in sys.meta_path]
