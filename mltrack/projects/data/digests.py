"""Digests of data: what was read before is not read again while nothing can have changed.

The times, sizes and numbers of all files of a data set are its sign. The time of the last change of
state is among them, which no program sets back, so that other bytes have another sign, but for two
cases. A file that was written in the moment in which it was read may be written again at the same
time, as coarse file systems tell it. One that a program has mapped into its memory shows no change
until the system has written out what changed before, which takes half a minute. So a sign counts
only if all had been still for longer than that.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs.home import Home
from mltrack.errors import MltrackError
from mltrack.progress import Progress
from mltrack.projects.data.meter import Meter
from mltrack.store.atomic import write_file
from mltrack.store.blobs import sha256_of
from mltrack.store.plain import read_plain
from mltrack.store.sha256 import sha256_hex
from mltrack.tracking.datasets import Facts, facts_of_files, files_below

STILL_SECONDS = 60.0
_WORTH_KNOWING_BYTES = 1024 * 1024
_MOST_KNOWN = 500


class _Look(NamedTuple):
    """What the system says of the files of a data set.

    Attributes:
        place: the numbers of the first file, by which the data set is looked up.
        sign: the digest of all that it says.
        latest: the time of the last change, in nanoseconds.
        size: of all files.
    """

    place: str
    sign: str
    latest: int
    size: int


def facts_of(
    path: Path, home: Home, progress: Progress, *, clock: Callable[[], float] = time.time
) -> Facts:
    """Return digest and size of a file or folder, as `log_input` records them.

    Args:
        path: what is there.
        home: where digests are remembered.
        progress: is told how far a long reading is.
        clock: tells the time.

    Raises:
        NotFoundError: there is nothing at the path, or a link below it leads nowhere.
        UsageError: it is neither a file nor a folder, or a link below it leads out of it.
        OSError: a file cannot be read.
    """
    began, files = clock(), files_below(path)
    look = _look_at(files)
    if look.size < _WORTH_KNOWING_BYTES:
        return facts_of_files(files)
    known = _known(home).get(look.place)
    if isinstance(known, dict) and known.get("sign") == look.sign:
        return dict(known["facts"])
    meter = Meter(progress, f"reading {path.name}", look.size)
    facts = facts_of_files(files, lambda file: sha256_of(file, meter))
    if look.latest < (began - STILL_SECONDS) * 1e9 and _look_at(files_below(path)) == look:
        _remember(home, look, facts)
    return facts


def _look_at(files: Sequence[tuple[Path, str]]) -> _Look:
    lines, latest, size, place = [], 0, 0, ""
    for file, name in files:
        told = os.stat(file)  # noqa: PTH116 - of many files, pathlib takes long
        number = f"{told.st_dev}:{told.st_ino}"
        lines.append(f"{number} {told.st_size} {told.st_mtime_ns} {told.st_ctime_ns} {name}\n")
        latest = max(latest, told.st_mtime_ns, told.st_ctime_ns)
        size += told.st_size
        place = place or f"{number}{'/' if name else ''}"
    sign = sha256_hex("".join(lines).encode("utf-8", "surrogateescape"))
    return _Look(place, sign, latest, size)


def _known(home: Home) -> dict[str, Any]:
    try:
        known = json.loads(read_plain(home.digests))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(home: Home, look: _Look, facts: Facts) -> None:
    """Keep what was read, and of what was kept before the latest; a lost update costs a reading."""
    known = {key: value for key, value in _known(home).items() if key != look.place}
    latest = list(known.items())[-_MOST_KNOWN + 1 :]
    entries = {**dict(latest), look.place: {"sign": look.sign, "facts": facts}}
    with contextlib.suppress(MltrackError):
        write_file(home.digests, json.dumps(entries).encode(), tmp=home.tmp, sync=False)
