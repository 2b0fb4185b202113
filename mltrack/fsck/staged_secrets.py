"""Find in staged bytes what looks like a secret, by the rules that mask before a write: pure."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mltrack.errors import MltrackError
from mltrack.fsck.fixers import is_text
from mltrack.fsck.places import EVENTS, Place, Role
from mltrack.store.journal_reader import rows_of
from mltrack.store.secrets import masked_argv, masked_text, masked_value
from mltrack.store.yaml_reader import mapping_of

_MAX_PATCH_BYTES = 32 * 1024 * 1024
_NUMBERS_ONLY = frozenset({"step", "time", "metrics", "data", "model"})
_USER_ALONE = re.compile(r"(://)[^/?#\s\"':@]{1,200}@")
"""`ssh://git@host` names a user and tells no secret."""


class Suspect(NamedTuple):
    """What looks like a secret: the line, 0 where there is none, and where it was found."""

    line: int
    where: str


def suspects(place: Place | None, data: bytes, allowed: frozenset[str]) -> Iterator[Suspect]:
    """Yield what looks like a secret.

    Args:
        place: what the file is.
        data: its bytes.
        allowed: keys whose values are never masked.
    """
    role = place.role if place else None
    if role is Role.JOURNAL:
        yield from _in_rows(data, allowed)
    elif role is Role.RECORD or role in EVENTS:
        yield from _in_yaml(data, allowed)
    elif role is Role.PATCH:
        yield from _in_patch(data, allowed)
    elif role not in {Role.MANIFEST, Role.INDEX, Role.TOP} and is_text(data):
        yield from _in_text(data.decode(), allowed)


def _in_yaml(data: bytes, allowed: frozenset[str]) -> Iterator[Suspect]:
    try:
        fields = mapping_of(data, "a file")
    except MltrackError:
        if is_text(data):
            yield from _in_text(data.decode(), allowed)
        return
    yield from (Suspect(0, where) for where in _in_tree(fields, allowed))


def _in_rows(data: bytes, allowed: frozenset[str]) -> Iterator[Suspect]:
    for number, line in enumerate(data.splitlines(), 1):
        for row in rows_of([line]):
            if row is None:
                text = line.decode("utf-8", "replace")
                yield from (found._replace(line=number) for found in _in_text(text, allowed))
            elif not row.keys() <= _NUMBERS_ONLY:
                yield from (Suspect(number, where) for where in _in_tree(row, allowed))


def _in_tree(fields: Mapping[str, Any], allowed: frozenset[str]) -> Iterator[str]:
    """Yield the keys below which a value would be masked."""
    for key, value in fields.items():
        if masked_value(key, value, allowed) != value:
            inner = list(_in_tree(value, allowed)) if isinstance(value, dict) else []
            yield from (f"{key}.{name}" for name in inner) if inner else iter([key])
        elif isinstance(value, dict) and _argv_has_secret(value.get("argv")):
            yield f"{key}.argv"


def _argv_has_secret(argv: object) -> bool:
    if not isinstance(argv, list) or not all(isinstance(word, str) for word in argv):
        return False
    return masked_argv(argv) != argv


def _in_patch(data: bytes, allowed: frozenset[str]) -> Iterator[Suspect]:
    """Look at the lines that a patch adds; the others are in git already."""
    try:
        with gzip.open(io.BytesIO(data), "rb") as file:
            text = file.read(_MAX_PATCH_BYTES).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error):
        return
    added = "\n".join(line[1:] if line.startswith("+") else "" for line in text.split("\n"))
    yield from _in_text(added, allowed)


def _in_text(text: str, allowed: frozenset[str]) -> Iterator[Suspect]:
    plain = _USER_ALONE.sub(r"\1", text)
    masked = masked_text(plain)
    if masked == plain:
        return
    pairs = zip(plain.split("\n"), masked.split("\n"), strict=False)
    for number, (line, without) in enumerate(pairs, 1):
        if line != without and not any(key in line for key in allowed):
            yield Suspect(number, "a line")
