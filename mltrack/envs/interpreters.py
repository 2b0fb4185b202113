"""Find the Pythons of this machine and choose the one that a project runs with."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from mltrack.envs import probe
from mltrack.envs.home import Home
from mltrack.envs.spec import Interpreter
from mltrack.envs.specifier import Specifier
from mltrack.envs.variables import cleaned
from mltrack.errors import NotFoundError, StoreWriteError
from mltrack.store.atomic import write_file

OLDEST = (3, 11)
"""The oldest Python that can `import mltrack`, which every run may do."""

_FORMAT = 1
_PROBE_TIMEOUT_SECONDS = 20
_ON_PATH = re.compile(r"python3(\.[0-9]+)?\Z")
_Cache = dict[str, list[object]]


def choose(wanted: Specifier, home: Home) -> Interpreter:
    """Return the running Python if it is in the range, else the newest that is.

    Raises:
        NotFoundError: none is in the range; those found are listed.
    """
    mine = running()
    if wanted.admits(mine.release):
        return mine
    found = [mine, *discovered(home)]
    fitting = [one for one in found if wanted.admits(one.release)]
    if not fitting:
        raise NotFoundError(
            f"no Python on this machine is in the range {wanted.text}",
            why=f"found, of 3.11 or newer: {_listing(found)}",
            fix="install one of that range, or widen env.python in project.yaml",
        )
    return max(fitting, key=lambda one: (one.release, one.path))


def running() -> Interpreter:
    """Return the Python that runs this, or the one that its virtual environment was made of."""
    return Interpreter(**probe.facts())


def _listing(found: list[Interpreter]) -> str:
    versions = sorted({(one.release, f"{one.version} ({one.path})") for one in found})
    return ", ".join(text for _, text in versions)


def discovered(home: Home) -> list[Interpreter]:
    """Return the finished Pythons of 3.11 or newer where installers put them and on `PATH`."""
    cache = _read_cache(home)
    answers = {path: _asked(path, cache) for path in sorted({_real(p) for p in _candidates()})}
    fresh = {path: answer for path, answer in answers.items() if answer}
    if fresh != cache:
        _write_cache(home, fresh)
    found = [Interpreter(**answer[2]) for answer in fresh.values() if isinstance(answer[2], dict)]
    unique = {one.path: one for one in found}
    return [one for one in unique.values() if one.release >= OLDEST and one.level == "final"]


def _candidates() -> Iterator[Path]:
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    for folder in (
        Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions",
        Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python"),
        Path(os.environ.get("MISE_DATA_DIR") or data / "mise") / "installs" / "python",
        Path(os.environ.get("ASDF_DATA_DIR") or home / ".asdf") / "installs" / "python",
        Path("/opt/python"),
    ):
        yield from folder.glob("*/bin/python")
    for text in (os.environ.get("PATH") or os.defpath).split(os.pathsep):
        yield from _on_path(Path(text))


def _on_path(folder: Path) -> list[Path]:
    if folder.name == "shims":  # of pyenv and asdf: they fail for every version that is not chosen
        return []
    try:
        return [path for path in folder.iterdir() if _ON_PATH.match(path.name)]
    except OSError:
        return []


def _real(path: Path) -> str:
    return os.path.realpath(path)  # noqa: TID251 - Path.resolve raises on a loop of links


def _asked(path: str, cache: _Cache) -> list[object]:
    """Return modification time, size and facts (None when it gave none); empty when it is gone."""
    try:
        status = Path(path).stat()
    except OSError:
        return []
    known = cache.get(path)
    if known and known[:2] == [status.st_mtime_ns, status.st_size]:
        return known
    return [status.st_mtime_ns, status.st_size, _facts(path)]


def _facts(path: str) -> dict[str, str] | None:
    try:
        answer = subprocess.run(
            [path, "-I", probe.__file__],
            env=cleaned(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_TIMEOUT_SECONDS,
            check=True,
        )
        facts = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def _read_cache(home: Home) -> _Cache:
    try:
        cache = json.loads(home.interpreters.read_bytes())
        return {**cache["interpreters"]} if cache["format"] == _FORMAT else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_cache(home: Home, cache: _Cache) -> None:
    content = json.dumps({"format": _FORMAT, "interpreters": cache})
    try:
        write_file(home.interpreters, content.encode(), tmp=home.tmp, sync=False)
    except StoreWriteError:
        return  # it is asked again the next time
