"""Choose the Python that a project runs with, among those of this machine."""

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import candidates, probe
from mltrack.envs.home import Home
from mltrack.envs.spec import Interpreter
from mltrack.envs.specifier import Clause, Release, Specifier
from mltrack.envs.variables import cleaned
from mltrack.errors import NotFoundError, StoreWriteError
from mltrack.store.atomic import write_file
from mltrack.store.sha256 import sha256_hex

OLDEST = (3, 11)
"""The oldest Python that can `import mltrack`, which every run may do."""

_FORMAT = 1
_PROBE_TIMEOUT_SECONDS = 20
_Cache = dict[str, list[object]]


class Choice(NamedTuple):
    """An interpreter, and what was done otherwise than asked."""

    interpreter: Interpreter
    notes: tuple[str, ...] = ()


def choose(wanted: Specifier, home: Home, *, near: bool = False) -> Choice:
    """Return the running Python if it is in the range, else the newest that is.

    Args:
        wanted: the range.
        home: the cache, which holds what interpreters said when they were asked.
        near: whether another patch version will do where none is in the range.

    Raises:
        NotFoundError: none is in the range; those found are listed.
    """
    mine = running()
    if wanted.admits(mine.release):
        return Choice(mine)
    found = [mine, *discovered(home)]
    if fitting := [one for one in found if wanted.admits(one.release)]:
        return Choice(_newest(fitting))
    minors = _minors(wanted) if near else set()
    if close := [one for one in found if one.release[:2] in minors]:
        other = _newest(close)
        return Choice(other, (f"Python {other.version}: none here is in {wanted.text}",))
    raise NotFoundError(
        f"no Python on this machine is in the range {wanted.text}",
        why=f"found, of 3.11 or newer: {_listing(found)}",
        fix="install one of that range, or widen env.python in project.yaml",
    )


def _newest(found: list[Interpreter]) -> Interpreter:
    return max(found, key=lambda one: (one.release, one.path))


def _minors(wanted: Specifier) -> set[Release]:
    """Return the minor versions that an exact range names."""
    return {c.release[:2] for c in wanted.clauses if _is_exact(c)}


def _is_exact(clause: Clause) -> bool:
    return clause.operator == "==" and not clause.wildcard and len(clause.release) > 1


def running() -> Interpreter:
    """Return the Python that runs this, or the one that its virtual environment was made of."""
    return Interpreter(**probe.facts())


def _listing(found: list[Interpreter]) -> str:
    versions = sorted({(one.release, f"{one.version} ({one.path})") for one in found})
    return ", ".join(text for _, text in versions)


def discovered(home: Home) -> list[Interpreter]:
    """Return the finished Pythons of 3.11 or newer where installers put them and on `PATH`."""
    cache = _read_cache(home)
    paths = sorted({_real(path) for path in candidates.found()})
    answers = {path: _asked(path, cache) for path in paths}
    fresh = {path: answer for path, answer in answers.items() if answer}
    if fresh != cache:
        _write_cache(home, fresh)
    told = [one for answer in fresh.values() if (one := _interpreter(answer[2]))]
    unique = {one.path: one for one in told}
    return [one for one in unique.values() if one.release >= OLDEST and one.level == "final"]


def seen_packages(interpreter: Interpreter) -> str:
    """Return a digest of the names and versions of the packages that an interpreter has."""
    base = Path(interpreter.path).parent.parent
    minor = ".".join(interpreter.version.split(".")[:2])
    folders = [
        *(
            top / "lib" / f"python{minor}" / f"{kind}-packages"
            for top in (base, base / "local")
            for kind in ("site", "dist")
        ),
        base / "lib" / "python3" / "dist-packages",
    ]
    names = [entry.name for folder in folders if folder.is_dir() for entry in folder.iterdir()]
    kept = sorted(name for name in names if name.endswith((".dist-info", ".egg-info")))
    return sha256_hex("\n".join(kept).encode())[:20]


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
    return facts if _interpreter(facts) else None


def _interpreter(facts: object) -> Interpreter | None:
    """Return what some facts say; None where they are none."""
    try:
        one = Interpreter(**facts)  # type: ignore[arg-type]  # whoever answered may be no Python
        release = one.release
    except (TypeError, ValueError, AttributeError):
        return None
    return one if release else None


def _read_cache(home: Home) -> _Cache:
    try:
        cache = json.loads(home.interpreters.read_bytes())
        known = cache["interpreters"].items() if cache["format"] == _FORMAT else ()
        return {path: said for path, said in known if isinstance(said, list) and len(said) == 3}  # noqa: PLR2004 - time, size, facts
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return {}


def _write_cache(home: Home, cache: _Cache) -> None:
    content = json.dumps({"format": _FORMAT, "interpreters": cache})
    try:
        write_file(home.interpreters, content.encode(), tmp=home.tmp, sync=False)
    except StoreWriteError:
        return  # it is asked again the next time
