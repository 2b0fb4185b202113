"""What a child borrows from the runner: the package mltrack, and pyyaml and cloudpickle."""

import contextlib
import importlib.util
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import shelf
from mltrack.envs.home import Home
from mltrack.errors import StoreWriteError
from mltrack.store.atomic import built_folder, explained
from mltrack.store.borrowed import borrow
from mltrack.store.ids import new_writer
from mltrack.store.sha256 import sha256_hex
from mltrack.version import __version__

_LENT = {"yaml": "pyyaml", "cloudpickle": "cloudpickle"}
_VERSION = re.compile(r"""^__version__ = ["']([^"']+)["']""", re.MULTILINE)


class _Package(NamedTuple):
    """Where a package lies, and its version."""

    folder: Path
    version: str


def bridge(home: Home) -> Path:
    """Return a folder that holds the running package `mltrack` and nothing else.

    Raises:
        StoreWriteError: the cache cannot be written.
    """
    package = Path(__file__).resolve().parents[1]
    digest = sha256_hex(f"{package}\n{__version__}".encode())[:20]
    folder = home.bridge(digest)
    shelf.touch(folder)
    if not (folder / "mltrack").exists():
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _link(package, folder / "mltrack", home)
    return folder


def _link(package: Path, link: Path, home: Home) -> None:
    home.tmp.mkdir(parents=True, exist_ok=True)
    temporary = home.tmp / f"bridge.{new_writer()}"
    try:
        temporary.symlink_to(package, target_is_directory=True)
        temporary.replace(link)
    except (OSError, NotImplementedError):
        shutil.copytree(package, link, ignore=_compiled, dirs_exist_ok=True)


def libraries(home: Home) -> Path:
    """Return a folder that lends pyyaml and cloudpickle, in Python alone, to any interpreter.

    Raises:
        StoreWriteError: the cache cannot be written.
    """
    packages = {name: _found(name) for name in _LENT}
    versions = [f"{_LENT[name]}-{package.version}" for name, package in packages.items()]
    folder = home.libraries("_".join(versions))
    shelf.touch(folder)
    if not folder.is_dir():
        _copy([package.folder for package in packages.values()], folder, home)
    return folder


def _found(name: str) -> _Package:
    """Find a package, and import it only where its text does not tell its version."""
    spec = importlib.util.find_spec(name)
    if spec and spec.origin:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            told = _VERSION.search(Path(spec.origin).read_text(encoding="utf-8"))
            if told:
                return _Package(Path(spec.origin).parent, told[1])
    module = borrow(name)
    return _Package(Path(str(module.__file__)).parent, str(module.__version__))


def _copy(packages: list[Path], folder: Path, home: Home) -> None:
    try:
        with built_folder(folder, tmp=home.tmp, sync=False) as building:
            for package in packages:
                shutil.copytree(package, building / package.name, ignore=_compiled)
    except StoreWriteError:
        if not folder.is_dir():  # else another process was first
            raise


def _compiled(_folder: str, names: list[str]) -> set[str]:
    """Return the names to leave out: only source serves every interpreter."""
    return {name for name in names if name == "__pycache__" or name.endswith((".so", ".pyd"))}
