"""What a child borrows from the runner: the package mltrack, and pyyaml and cloudpickle."""

import hashlib
import shutil
from pathlib import Path

from mltrack.envs.home import Home
from mltrack.errors import StoreWriteError
from mltrack.store.atomic import built_folder, explained
from mltrack.store.borrowed import borrow
from mltrack.store.ids import new_writer
from mltrack.version import __version__

_LENT = {"yaml": "pyyaml", "cloudpickle": "cloudpickle"}


def bridge(home: Home) -> Path:
    """Return a folder that holds the running package `mltrack` and nothing else.

    Raises:
        StoreWriteError: the cache cannot be written.
    """
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(f"{package}\n{__version__}".encode()).hexdigest()[:20]
    folder = home.bridge(digest)
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
    modules = {name: borrow(name) for name in _LENT}
    versions = [f"{_LENT[name]}-{module.__version__}" for name, module in modules.items()]
    folder = home.libraries("_".join(versions))
    if not folder.is_dir():
        packages = [Path(str(module.__file__)).parent for module in modules.values()]
        _copy(packages, folder, home)
    return folder


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
