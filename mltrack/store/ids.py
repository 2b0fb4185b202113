"""The ids of runs, versions, writers, experiments and objects: what form they have, new ones."""

import itertools
import os
import re
import time
from collections.abc import Iterable

from mltrack.store.sha256 import new_sha256

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[a-z][a-z2-7]{7}(-[0-9a-f]{4})?\Z")
WRITER = re.compile(r"main\Z|[a-z][a-z2-7]{7}\Z")
EXPERIMENT_ID = re.compile(r"[a-z2-7]{10}\Z")
SHA256 = re.compile(r"[0-9a-f]{64}\Z")
MAIN_WRITER = "main"
_LETTERS = 8
LEAST_LETTERS = 6
"""How many letters of a handle people see at least."""


def base32(data: bytes, length: int) -> str:
    """Return the first `length` RFC 4648 base-32 digits of `data`, in lower case."""
    bits = int.from_bytes(data, "big")
    total = len(data) * 8
    return "".join(_ALPHABET[(bits >> (total - 5 * (i + 1))) & 31] for i in range(length))


def name_from(data: bytes) -> str:
    """Return eight letters that depend on `data` alone, the first of them a to z.

    The first letter is `a` + (first byte mod 26), the rest are base-32 digits of what follows.
    """
    return chr(ord("a") + data[0] % 26) + base32(data[1:6], 7)


def digest_name(text: str) -> str:
    """Return eight letters that depend on `text` alone."""
    return name_from(new_sha256(text.encode()).digest())


def new_writer() -> str:
    """Return the random name of a new writer: eight letters, the first of them a to z."""
    return name_from(os.urandom(6))


def new_id(seconds: float) -> str:
    """Return the id of a run or version that begins at `seconds` (Unix time)."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(seconds))}-{new_writer()}"


def is_id(text: str) -> bool:
    """Tell whether `text` has the form of a run id or version id."""
    return RUN_ID.match(text) is not None


def is_experiment_id(text: str) -> bool:
    """Tell whether `text` has the form of an experiment's id."""
    return EXPERIMENT_ID.match(text) is not None


def handle_of(run_id: str) -> str:
    """Return the random part of an id, which people use to name it."""
    return run_id[16:]


def shortest_handles(run_ids: list[str], *, least: int = LEAST_LETTERS) -> dict[str, str]:
    """Return for each id its handle, cut to `least` letters or to as many as are unique."""
    handles = sorted(handle_of(run_id) for run_id in run_ids)
    shared = dict.fromkeys(handles, 0)
    for one, other in itertools.pairwise(handles):
        common = _letters_in_common(one, other)
        shared[one] = max(shared[one], common)
        shared[other] = max(shared[other], common)
    return {r: _cut(handle_of(r), max(least, shared[handle_of(r)] + 1)) for r in run_ids}


def shortest_handle(run_id: str, neighbours: Iterable[str], *, least: int = LEAST_LETTERS) -> str:
    """Return the handle of one id, cut so that it differs from the handles next to it in order."""
    handle = handle_of(run_id)
    shared = max((_letters_in_common(handle, other) for other in neighbours), default=0)
    return _cut(handle, max(least, shared + 1))


def _cut(handle: str, length: int) -> str:
    """Return the first letters; of a run kept twice, the digits that tell it apart come whole."""
    return handle[:length] if length <= _LETTERS else handle


def _letters_in_common(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
