"""The environments that are there, by the keys that name them, and what each says of itself."""

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs.home import Home
from mltrack.store.atomic import write_file
from mltrack.store.ids import WRITER

FORMAT = 1
MARKER = ".mltrack-env.json"
PACKAGES = "environment.txt"


class Marker(NamedTuple):
    """What a whole environment says of itself; where it does not, it is not there.

    Attributes:
        key: of its resolved set.
        python: the version of its interpreter.
        interpreter: where that lies.
        installer: what filled it.
        requirements: what was asked for when it was built.
        packages: how many it holds.
        made: when it was built, in Unix seconds.
        folder: where it was built, and where alone its programs run.
    """

    key: str
    python: str
    interpreter: str
    installer: str | None
    requirements: tuple[str, ...]
    packages: int
    made: float
    folder: str


class Known(NamedTuple):
    """What a key names.

    Attributes:
        id: of the environment.
        packages: its resolved set, as the project that asked by this key records it.
        marker: what the environment says of itself.
        notes: what was done otherwise than asked.
    """

    id: str
    packages: bytes
    marker: Marker
    notes: tuple[str, ...] = ()


def find(key: str, home: Home) -> Known | None:
    """Return what a key names if it is whole; looking is not using."""
    try:
        said = json.loads(home.key(key).read_bytes())
        name, packages = said["env"], said["packages"]
        if said["format"] != FORMAT or not WRITER.match(name):
            return None
        marker = marker_of(home.env(name))
        if marker is None or said["key"] != marker.key or not _runs(marker, home.env(name)):
            return None
        return Known(name, packages.encode(), marker, tuple(map(str, said["notes"])))
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def touch(path: Path) -> None:
    """Say that something of the cache is used now, so that it stays."""
    with contextlib.suppress(OSError):  # somebody else's, which may be used too; or not there
        os.utime(path)


def _runs(marker: Marker, folder: Path) -> bool:
    """Tell whether an environment lies where it was built, with an interpreter and packages."""
    is_moved = not (marker.folder == str(folder) or _is_same(Path(marker.folder), folder))
    minor = marker.python.rpartition(".")[0]
    packages = folder / "lib" / f"python{minor}" / "site-packages"
    return not is_moved and packages.is_dir() and python_of(folder).exists()


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def marker_of(folder: Path) -> Marker | None:
    """Return what an environment says of itself; None where it is not whole."""
    try:
        said: dict[str, Any] = json.loads((folder / MARKER).read_bytes())
        return Marker(
            key=str(said["key"]),
            python=str(said["python"]),
            interpreter=str(said["interpreter"]),
            installer=said["installer"],
            requirements=tuple(map(str, said["requirements"])),
            packages=int(said["packages"]),
            made=float(said["made"]),
            folder=str(said["folder"]),
        )
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None


def is_whole(folder: Path) -> bool:
    """Tell whether an environment says that it is whole, be it in the words of a newer mltrack."""
    if marker_of(folder) is not None:
        return True
    try:
        return int(json.loads((folder / MARKER).read_bytes())["format"]) > FORMAT
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return False


def mark(folder: Path, marker: Marker, home: Home) -> None:
    """Say that an environment is whole, which is the last that is done to it.

    The disk is not waited for: no installer does, and a marker that a power cut tore is none.
    """
    content = json.dumps({"format": FORMAT, **marker._asdict()}, indent=2).encode() + b"\n"
    write_file(folder / MARKER, content, tmp=home.tmp, sync=False)


def name(key: str, known: Known, home: Home) -> None:
    """Let a key name an environment."""
    content = {
        "format": FORMAT,
        "env": known.id,
        "key": known.marker.key,
        "packages": known.packages.decode(),
        "notes": known.notes,
    }
    if home.key(key).is_dir():  # nobody knows why, and nothing else is ever there
        shutil.rmtree(home.key(key))
    write_file(home.key(key), json.dumps(content).encode(), tmp=home.tmp, sync=False)


def name_in(file: Path) -> str | None:
    """Return the environment that the file of a key names; None where it names none."""
    try:
        found = json.loads(file.read_bytes())["env"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) and WRITER.match(found) else None


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return folder / "bin" / "python"
