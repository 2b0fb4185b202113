"""Where Pythons lie: the folders of those who install them, and `PATH`. None is started here."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mltrack.store.folders import home as user_home

_ON_PATH = re.compile(r"python3(\.[0-9]+)?\Z")
_SHIMS = "shims"
"""The folder of pyenv's and asdf's, which fail for every version that is not chosen."""
_CONDAS = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", "opt/miniconda3")


def found() -> Iterator[Path]:
    """Yield what may be a Python, some more than once; which it is, only it can tell."""
    for folder in _folders():
        yield from folder.glob("*/bin/python")
    for prefix in _conda_prefixes():
        yield prefix / "bin" / "python"
        yield from prefix.glob("envs/*/bin/python")
    for cellar in ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"):
        yield from Path(cellar, "opt").glob("python@3.*/bin/python3.*")
    yield from Path("/Library/Frameworks/Python.framework/Versions").glob("3.*/bin/python3")
    path = (os.environ.get("PATH") or os.defpath).split(os.pathsep)
    for text in dict.fromkeys([*path, "/usr/local/bin", "/usr/bin"]):
        yield from _on_path(Path(text))


def _folders() -> Iterator[Path]:
    home = user_home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    yield Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    yield Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    yield Path(os.environ.get("MISE_DATA_DIR") or data / "mise") / "installs" / "python"
    yield Path(os.environ.get("ASDF_DATA_DIR") or home / ".asdf") / "installs" / "python"
    yield home / ".rye" / "py"
    yield Path("/opt/python")


def _conda_prefixes() -> Iterator[Path]:
    home = user_home()
    for name in _CONDAS:
        yield home / name
    for variable in ("CONDA_PREFIX", "CONDA_PREFIX_1", "MAMBA_ROOT_PREFIX"):
        if named := os.environ.get(variable):
            yield Path(named)
    if program := os.environ.get("CONDA_EXE"):
        yield Path(program).parent.parent
    yield from map(Path, ("/opt/conda", "/opt/miniconda3", "/opt/anaconda3"))
    try:
        listed = (home / ".conda" / "environments.txt").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    yield from (Path(line.strip()) for line in listed if line.strip())


def _on_path(folder: Path) -> list[Path]:
    if folder.name == _SHIMS:
        return []
    try:
        return [path for path in folder.iterdir() if _ON_PATH.match(path.name)]
    except OSError:
        return []
