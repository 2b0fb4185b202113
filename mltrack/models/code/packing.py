"""Copy the project's own modules into `code/` of a package: whole ones, without what is private."""

import importlib.util
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import UsageError
from mltrack.models.package_files import CODE
from mltrack.store.secrets import masked_text

LARGEST_FILE_BYTES = 1024 * 1024
LARGEST_CODE_BYTES = 16 * 1024 * 1024
_OTHER_FOLDERS = frozenset(
    {"build", "dist", "env", "mlruns", "node_modules", "site-packages", "test", "tests", "venv"}
    | {"wandb", "__pycache__"}
)
_DATA = frozenset(
    {".arrow", ".bin", ".ckpt", ".csv", ".db", ".duckdb", ".feather", ".gz", ".h5", ".hdf5"}
    | {".ipynb", ".joblib", ".jsonl", ".keras", ".log", ".mat", ".npy", ".npz", ".onnx", ".orc"}
    | {".parquet", ".pickle", ".pkl", ".pt", ".pth", ".pyc", ".pyo", ".rds", ".safetensors"}
    | {".sav", ".so", ".pyd", ".sqlite", ".sqlite3", ".tar", ".tsv", ".xls", ".xlsx", ".zip"}
)
_KEYS = frozenset({".cer", ".crt", ".jks", ".kdbx", ".key", ".p12", ".pem", ".pfx"})
_PRIVATE = ("credential", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa", "secret")


class Packed(NamedTuple):
    """What was copied.

    Attributes:
        names: the top-level modules.
        left_out: files of their folders that are data, private or too large.
    """

    names: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def files_of(names: Iterable[str]) -> dict[str, Path]:
    """Return the file of each module that the user names.

    Raises:
        UsageError: there is no such module, or it is built into Python.
    """
    found = {}
    for name in names:
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            spec = None
        places = [spec.origin] if spec and spec.has_location else None
        if spec and spec.submodule_search_locations:
            places = [str(Path(next(iter(spec.submodule_search_locations)), "__init__.py"))]
        if not places or places[0] is None:
            raise UsageError(
                f"code names the module {name}, which cannot be imported here",
                fix="correct its name, or add the folder that holds it to PYTHONPATH",
            )
        found[name] = Path(places[0])
    return found


def packed(folder: Path, modules: Mapping[str, Path]) -> Packed:
    """Copy modules into `code/`, each with all of the package that it is part of.

    Args:
        folder: the package of the model.
        modules: the file of each module.

    Raises:
        UsageError: they are too large to be code.
    """
    loaded = {path.resolve() for path in modules.values()}
    tops = sorted({_top_of(name, path) for name, path in modules.items()})
    names = tuple(dict.fromkeys(name for name, _ in tops))
    chosen: dict[str, Path] = {}
    left_out: list[str] = []
    for _, top in tops:
        for path in [top] if top.is_file() else _files_below(top, loaded):
            relative = path.relative_to(top.parent).as_posix()
            if path.resolve() in loaded or _is_code(path):
                chosen[relative] = path
            else:
                left_out.append(relative)
    _refuse_too_large(chosen, names)
    for relative, path in sorted(chosen.items()):
        target = folder / CODE / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return Packed(names, tuple(sorted(left_out)))


def secrets_in(folder: Path) -> Iterator[str]:
    """Yield what the user should know of the code of a package: that it holds a secret."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        is_code = path.suffix == ".py" or CODE in relative.parts[:1]
        if is_code and path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            if masked_text(text) != text:
                yield f"{relative.as_posix()} holds what looks like a secret, and is in the package"


def _top_of(name: str, path: Path) -> tuple[str, Path]:
    """Return the name and the place of the top-level module that a module is part of."""
    parts = name.split(".")
    above = len(parts) if path.name == "__init__.py" else len(parts) - 1
    if above == 0:
        return parts[0], path
    return parts[0], path.parents[above - 1]


def _files_below(top: Path, loaded: set[Path]) -> Iterator[Path]:
    """Yield the files of a package; links lead elsewhere, so only those to loaded modules count."""
    needed = {parent for path in loaded for parent in path.parents}
    for folder, folders, files in os.walk(top):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if (here / name).resolve() in needed or not _is_other(here / name)
        )
        for name in sorted(files):
            path = here / name
            if path.is_file() and (not path.is_symlink() or path.resolve() in loaded):
                yield path


def _is_other(folder: Path) -> bool:
    """Tell whether a folder holds no code of the package: caches, tests, environments."""
    name = folder.name
    marked = any((folder / mark).exists() for mark in ("pyvenv.cfg", ".git"))
    hidden = name.startswith(".") or name.endswith((".egg-info", ".dist-info"))
    return marked or hidden or folder.is_symlink() or name in _OTHER_FOLDERS


def _is_code(path: Path) -> bool:
    """Tell whether a file travels: code, and small files beside it that are no data."""
    name = path.name.lower()
    if name.startswith((".", *_PRIVATE)) or path.suffix.lower() in _DATA | _KEYS:
        return False
    if path.suffix == ".py":
        return not (name.startswith("test_") or name in {"conftest.py", "setup.py"})
    return path.stat().st_size <= LARGEST_FILE_BYTES


def _refuse_too_large(chosen: Mapping[str, Path], names: tuple[str, ...]) -> None:
    size = sum(path.stat().st_size for path in chosen.values())
    if size > LARGEST_CODE_BYTES:
        largest = max(chosen, key=lambda relative: chosen[relative].stat().st_size)
        raise UsageError(
            f"the modules {', '.join(names)} hold {size // 2**20} MiB, too much for code",
            why=f"the largest file is {largest}",
            fix="move what is no code out of their folders",
        )
