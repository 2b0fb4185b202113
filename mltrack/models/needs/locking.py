"""`requirements.lock`: every distribution that a package needs, with the digests of its files."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import digests, interpreters, lines, local, shelf
from mltrack.envs.home import user_home
from mltrack.envs.requirement_files import logical
from mltrack.models.needs.settings import settings_here

_PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[^\s;]+\Z")
_SHOWN = 5


class Lock(NamedTuple):
    """A lock.

    Attributes:
        text: its lines.
        pins: the line of each distribution without digests, by name.
        notes: what the user should know.
    """

    text: str
    pins: Mapping[str, str]
    notes: tuple[str, ...] = ()


def locked(versions: Mapping[str, str]) -> Lock:
    """Return the lock of some distributions, by their versions.

    Digests are those of the environment that mltrack built for this process; else an index is
    asked for them, unless the settings forbid it. What is from version control is named by its
    commit.
    """
    pins, notes = _pins(versions)
    hashed = {pin: line for pin, line in _of_environment().items() if pin in pins.values()}
    asks = bool(settings_here()["capture.digests"])
    missing = [pin for pin in pins.values() if pin not in hashed and _PIN.match(pin)]
    direct = _not_from_an_index()
    wanted = [pin for pin in missing if pin.partition("==")[0] not in direct]
    if asks and wanted:
        hashed |= digests.of_pins(sorted(wanted), user_home())
    bare = sorted(name for name, pin in pins.items() if pin not in hashed and _PIN.match(pin))
    if bare and asks:
        notes.append(_without_digest(bare))
    text = "".join(f"{_laid_out(hashed.get(pin, pin))}\n" for _, pin in sorted(pins.items()))
    return Lock(f"{_HEADING.format(_platform())}\n{text}", pins, tuple(notes))


_HEADING = "# Made on {}."


def _platform() -> str:
    running = interpreters.running()
    return f"{running.platform} with Python {running.version.rpartition('.')[0]}"


def made_here(text: str) -> bool:
    """Tell whether a lock was made on a machine of this kind."""
    return text.partition("\n")[0] == _HEADING.format(_platform())


def _pins(versions: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the line of each distribution, and what is to be noted of those used in place."""
    here = local.at_hand()
    known = {name_of(line): line for line in (here.packages or b"").decode().splitlines()}
    pins = {name: known.get(name, f"{name}=={version}") for name, version in versions.items()}
    notes = [note for note in here.notes if note.partition(" ")[0] in versions]
    return pins, notes


def name_of(line: str) -> str:
    """Return the distribution that a line of a lock names."""
    return re.split(r"==| @ |\[", line, maxsplit=1)[0].lower()


def _of_environment() -> dict[str, str]:
    """Return the lines with digests of the environment that mltrack built for this process."""
    folder = Path(sys.prefix)
    if shelf.marker_of(folder) is None:
        return {}
    try:
        text = (folder / shelf.PACKAGES).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found = (line for _, line in logical(text) if lines.HASH in line)
    return {line.partition(" ")[0]: line for line in found if _PIN.match(line.partition(" ")[0])}


def _not_from_an_index() -> set[str]:
    """Return the distributions that were installed from a file, a folder or an address."""
    import importlib.metadata

    from mltrack.envs.requirements import canonical_name

    return {
        canonical_name(one.metadata["Name"])
        for one in importlib.metadata.distributions()
        if one.metadata["Name"] and one.read_text("direct_url.json")
    }


def _without_digest(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (
        f"requirements.lock bears no digest of {', '.join(names[:_SHOWN])}{more}: no index that "
        "could be asked has these versions (MLTRACK_CAPTURE_DIGESTS=false: do not ask)"
    )


def _laid_out(line: str) -> str:
    """Return a line with each digest on a line of its own, as installers write them."""
    return " \\\n    ".join(_parts(line))


def _parts(line: str) -> Iterator[str]:
    start, *found = line.split(f" {lines.HASH}")
    yield start
    yield from (f"{lines.HASH}{one}" for one in found)
