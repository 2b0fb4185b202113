"""Read a pylock.toml (PEP 751) as requirements with digests, which any installer takes."""

import re
from pathlib import Path
from typing import Any

from mltrack.envs import lines
from mltrack.envs.pyprojects import parsed
from mltrack.envs.requirement_files import Found, Place, Reading
from mltrack.errors import MltrackError, UsageError

_VERSION = "1."
_USUAL_INDEX = "https://pypi.org/simple"
_NEEDS_A_CHOICE = re.compile(r"\b(?:extras|dependency_groups)\b")


def read(file: Path) -> Reading:
    """Return the packages of a lock, and the indexes that hold them.

    Raises:
        NotFoundError: there is no such file, or a path in it leads to nothing.
        UsageError: it is no such lock, is of a newer version, or leaves a choice.
    """
    content = parsed(file)
    if not str(content.get("lock-version", "")).startswith(_VERSION):
        raise _fault(file, "has no lock-version 1.x", "it is no pylock.toml, or a newer one")
    reading = Reading()
    packages = content.get("packages", [])
    for number, package in enumerate(packages if isinstance(packages, list) else [], start=1):
        _take(reading, file, number, package)
    return reading


def _take(reading: Reading, file: Path, number: int, package: Any) -> None:  # noqa: ANN401 - TOML
    try:
        text = _text(file, package)
        line = lines.read(text, file.absolute().parent)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise _fault(file, f"package {number} is not understood ({error!r})") from None
    except MltrackError as error:
        if not error.message.startswith(str(file)):
            error.message = f"{file}: {error.message}"
        raise
    reading.lines.append(Found(line, Place(file, 0)))
    index = str(package.get("index", _USUAL_INDEX)).rstrip("/")
    option = f"--extra-index-url {index}"
    if index != _USUAL_INDEX and option not in reading.options:
        reading.options.append(option)


def _text(file: Path, package: dict[str, Any]) -> str:
    name = package["name"]
    marker = _marker(file, package)
    if "vcs" in package:
        return f"{name} @ {_vcs(package['vcs'])}{marker}"
    if "directory" in package:
        return _directory(package["directory"])
    if "archive" in package:
        archive = package["archive"]
        where = archive.get("url") or "./" + archive["path"]
        start = f"{name} @ {where}{marker}" if "://" in where else where
        return f"{start} {_hashes(file, name, [archive])}"
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    return f"{name}=={package['version']}{marker} {_hashes(file, name, files)}"


def _marker(file: Path, package: dict[str, Any]) -> str:
    marker = str(package.get("marker", ""))
    if _NEEDS_A_CHOICE.search(marker):
        raise UsageError(
            f"{file}: {package['name']} is installed for some extras or groups alone",
            fix="lock those that the project needs by themselves: uv pip compile --group NAME "
            "--format pylock.toml -o pylock.toml",
        )
    return f" ; {marker}" if marker else ""


def _vcs(vcs: dict[str, Any]) -> str:
    address = vcs.get("url") or "file://" + vcs["path"]
    below = f"#subdirectory={vcs['subdirectory']}" if "subdirectory" in vcs else ""
    return f"{vcs['type']}+{address}@{vcs['commit-id']}{below}"


def _directory(directory: dict[str, Any]) -> str:
    path = directory["path"]
    if "subdirectory" in directory:
        path = f"{path}/{directory['subdirectory']}"
    start = "-e " if directory.get("editable") else ""
    return f"{start}{path if path.startswith(('/', './', '../')) else './' + path}"


def _hashes(file: Path, name: str, files: list[dict[str, Any]]) -> str:
    digests = sorted({found["hashes"]["sha256"] for found in files if "sha256" in found["hashes"]})
    if not digests:
        raise _fault(
            file, f"{name} bears no sha256", "nothing tells whether a file is the right one"
        )
    return " ".join(f"--hash=sha256:{digest}" for digest in digests)


def _fault(file: Path, message: str, why: str = "") -> UsageError:
    return UsageError(
        f"{file}: {message}",
        why=why,
        fix="make it anew: uv pip compile requirements.in --format pylock.toml -o pylock.toml",
    )
