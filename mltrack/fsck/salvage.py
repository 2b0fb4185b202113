"""Make a broken run.yaml or artifacts.yaml anew from what can still be read: pure.

What both sides of a conflict, a cut or a flipped bit left whole is kept; the journals tell the
rest. A key that nothing tells takes a plain value and is named under `rebuilt`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mltrack.errors import MltrackError
from mltrack.fsck.artifacts import digest_of
from mltrack.fsck.covered import REBUILT
from mltrack.store import clock
from mltrack.store.ids import MAIN_WRITER, handle_of
from mltrack.store.manifest import (
    Entry,
    Manifest,
    decode_manifest,
    encode_entries,
    encode_manifest,
)
from mltrack.store.yaml_reader import mapping_of
from mltrack.store.yaml_writer import dump
from mltrack.tracking import codec
from mltrack.tracking.experiments import DEFAULT_EXPERIMENT, DEFAULT_ID
from mltrack.tracking.fold import Folded

_KEY = {indent: re.compile(rf"^ {{{indent}}}(?=[^\s#-])", re.MULTILINE) for indent in (0, 2)}
_FROM_JOURNALS = frozenset({"id", "params", "tags", "metrics", "status", "ended", "seen"})


def record_from(run_id: str, data: bytes, said: Folded, host: str | None) -> bytes:
    """Return the bytes of a run.yaml, made from a broken one and from the journals.

    Args:
        run_id: the run.
        data: what is left of its run.yaml.
        said: what the journals say.
        host: where the journals say that it ran.
    """
    plain = _plain_record(run_id, said, host)
    found = {key: value for key, value in _entries(data) if _fits(plain, key, value)}
    knows_more = any(
        said.seen.get(writer, 0) < rows for writer, rows in found.get("seen", {}).items()
    )
    fields = {**plain, **found, "id": run_id}
    if not knows_more:
        fields |= _told(plain, found, said)
    if fields["status"] == "running":
        fields |= {"status": "lost", "seen": {}}
    unknown = sorted(set(codec.REQUIRED) - set(found) - _FROM_JOURNALS)
    return codec.encode({**fields, **({REBUILT: unknown} if unknown else {})})


def with_digests(data: bytes, digests_of: Callable[[Mapping[str, str]], dict[str, str]]) -> bytes:
    """Return a run.yaml without those of its digests that its folder does not bear out."""
    fields = codec.fields_to_rewrite(data, "run.yaml")
    kept = digests_of(fields.pop("digests", None) or {})
    return codec.encode({**fields, **({"digests": kept} if kept else {})})


def _told(plain: Mapping[str, Any], found: Mapping[str, Any], said: Folded) -> dict[str, Any]:
    """Return the fields that the journals tell better than what is left of the record."""
    told: dict[str, Any] = {
        "params": {**found.get("params", {}), **said.params},
        "tags": {**found.get("tags", {}), **said.tags},
        "metrics": plain["metrics"] or found.get("metrics", {}),
        "seen": said.seen,
    }
    if said.ending.status is not None:
        told |= {"status": plain["status"], "ended": plain["ended"]}
    return told


def _plain_record(run_id: str, said: Folded, host: str | None) -> dict[str, Any]:
    """Return the fields that the id and the journals tell, and plain values for the others."""
    day, time = run_id[:8], run_id[9:15]
    began = f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}.000Z"
    end = said.ending.time
    return {
        "id": run_id,
        "name": said.name or handle_of(run_id),
        "experiment": {"id": DEFAULT_ID, "name": DEFAULT_EXPERIMENT},
        "status": said.ending.status or "lost",
        "started": began if _is_time(began) else clock.to_text(0),
        "ended": clock.to_text(end) if end is not None and clock.is_moment(end) else None,
        "user": None,
        "user_source": None,
        "host": host,
        "params": said.params,
        "tags": said.tags,
        "metrics": {n: codec.summary_fields(s) for n, s in sorted(said.metrics.items())},
        "code": {},
        "project": {},
        "environment": {},
        "seen": said.seen,
    }


def _is_time(text: str) -> bool:
    try:
        clock.from_text(text)
    except MltrackError:
        return False
    return True


def _fits(plain: Mapping[str, Any], key: str, value: object) -> bool:
    """Tell whether a key with this value makes a record that can be read."""
    if key in {"format", "id"}:
        return False
    try:
        codec.decode(codec.encode({**plain, key: value}), "run.yaml")
    except (MltrackError, TypeError, ValueError):
        return False
    return True


def _entries(data: bytes) -> Iterator[tuple[str, Any]]:
    """Yield each key at the top of a text that can be read by itself, the first of each name."""
    known: set[str] = set()
    for block in _blocks(data, indent=0):
        for key, value in _read(block).items():
            if key not in known:
                known.add(key)
                yield key, value


def _blocks(data: bytes, *, indent: int) -> list[str]:
    """Return the parts of a text that begin with a key at this indent."""
    text = data.decode("utf-8", "replace")
    lines = [
        line for line in text.splitlines() if not line.startswith(("<<<<<<<", "=======", ">>>>>>>"))
    ]
    text = "".join(f"{line}\n" for line in lines)
    starts = [match.start() for match in _KEY[indent].finditer(text)]
    ends = [*starts, len(text)][1:]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _read(block: str) -> dict[str, Any]:
    try:
        return mapping_of(block.encode("utf-8", "replace"), "a part")
    except MltrackError:
        return {}


def manifest_from(
    data: bytes, inline: Mapping[str, Entry], size_of: Callable[[str], int | None], wanted: str = ""
) -> bytes:
    """Return the bytes of a manifest, made from a broken one and from the files that are here.

    Args:
        data: what is left of the manifest.
        inline: the files in place, as they are now.
        size_of: gives the size of an object by its digest; None where it is not here.
        wanted: the sha256 that it had; empty where nothing tells.

    Returns:
        It as it was, where the files show that; else with what can be read of it, and `rebuilt`
        where it is known to be another one.
    """
    entries: dict[str, Entry] = {}
    for block in _blocks(data, indent=2):
        one = dump({"files": _read(block)}) if _read(block) else b""
        try:
            found = decode_manifest(one, Path("artifacts.yaml")).entries if one else {}
        except MltrackError:
            continue
        entries |= {path: entry for path, entry in found.items() if path not in entries}
    files = {path: entry for path, entry in entries.items() if not entry.inline or path in inline}
    files = {
        p: e._replace(size=size_of(e.sha256) or e.size) if not e.inline else e
        for p, e in files.items()
    }
    exact = encode_entries({**files, **inline}.values())
    if wanted and digest_of(exact) == wanted:
        return exact
    unknown = {REBUILT: True} if wanted else {}
    return encode_manifest(Manifest({**inline, **files}, {}, unknown, {}))


def host_of(rows: Iterator[Mapping[str, Any] | None], writer: str) -> str | None:
    """Return the host that the first row of the creator's journal names."""
    first = next(rows, None) if writer == MAIN_WRITER else None
    host = first.get("host") if first else None
    return host if isinstance(host, str) else None
