"""How a copy of a run from elsewhere stands to the one here, file by file."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from mltrack.errors import MltrackError
from mltrack.importers import strangers
from mltrack.importers.folders import files_of, manifest_of
from mltrack.store.layout import MANIFEST, METRICS, RUN
from mltrack.store.manifest import Manifest
from mltrack.store.yaml_reader import mapping_of
from mltrack.store.yaml_writer import dump

_BLOCK_BYTES = 1024 * 1024
_SAID_AT_THE_END = frozenset(
    {"name", "status", "ended", "params", "tags", "metrics", "inputs"}
    | {"dropped", "error", "traceback", "seen", "digests"}
)
"""The keys of a run.yaml that its end may change."""
_OF_THE_ID = frozenset({"id", "check"})


class Relation(StrEnum):
    """How theirs stands to ours."""

    SAME = "same"
    GROWN = "grown"
    SHORTER = "shorter"
    DIFFERENT = "different"


def compare(theirs: Path, ours: Path) -> dict[str, Relation]:
    """Return how each file of two copies of one writer's folder stands to the other.

    Raises:
        IntegrityError: one of them is no plain file.
    """
    their_names, our_names = set(files_of(theirs)), set(files_of(ours))
    found = dict.fromkeys(their_names - our_names, Relation.GROWN)
    found |= dict.fromkeys(our_names - their_names, Relation.SHORTER)
    both = their_names & our_names
    for name in sorted(both - {MANIFEST, RUN}):
        found[name] = prefix_relation(theirs / name, ours / name)
        if name != METRICS and found[name] is not Relation.SAME:
            found[name] = Relation.DIFFERENT
    if RUN in both:
        found[RUN] = _records(theirs / RUN, ours / RUN)
    if MANIFEST in both:
        journal = found.get(METRICS, Relation.SAME)
        found[MANIFEST] = _manifests(theirs, ours, journal)
    return found


def is_different(relations: Iterable[Relation]) -> bool:
    """Tell whether two copies say something that cannot both hold."""
    return Relation.DIFFERENT in relations


def prefix_relation(theirs: Path, ours: Path) -> Relation:
    """Return which of two files begins with the other, byte for byte."""
    with strangers.opened(theirs) as one, strangers.opened(ours) as other:
        while True:
            block, beside = one.read(_BLOCK_BYTES), other.read(_BLOCK_BYTES)
            shared = min(len(block), len(beside))
            if block[:shared] != beside[:shared]:
                return Relation.DIFFERENT
            if len(block) != len(beside):
                return Relation.GROWN if len(block) > len(beside) else Relation.SHORTER
            if not block:
                return Relation.SAME


def _records(theirs: Path, ours: Path) -> Relation:
    one, other = strangers.content(theirs), strangers.content(ours)
    if one == other:
        return Relation.SAME
    try:
        return record_relation(mapping_of(one, str(theirs)), mapping_of(other, str(ours)))
    except MltrackError:
        return Relation.DIFFERENT


def record_relation(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Relation:
    """Return how two records of a run stand to each other, whatever id they bear."""
    if _said(theirs) == _said(ours):
        return Relation.SAME
    if _is_end_of(ours, theirs):
        return Relation.GROWN
    return Relation.SHORTER if _is_end_of(theirs, ours) else Relation.DIFFERENT


def _said(fields: Mapping[str, Any], without: frozenset[str] = frozenset()) -> bytes:
    """Return fields as bytes, in which NaN equals itself."""
    left_out = without | _OF_THE_ID
    return dump({key: fields[key] for key in sorted(fields) if key not in left_out})


def _is_end_of(begun: Mapping[str, Any], ended: Mapping[str, Any]) -> bool:
    """Tell whether one record is what the end of the run made of the other."""
    if begun.get("status") != "running" or ended.get("status") == "running":
        return False
    before, after = begun.get("params"), ended.get("params")
    if not isinstance(before, dict) or not isinstance(after, dict) or not set(before) <= set(after):
        return False
    return _said(begun, _SAID_AT_THE_END) == _said(ended, _SAID_AT_THE_END)


def _manifests(theirs: Path, ours: Path, journal: Relation) -> Relation:
    try:
        return manifest_relation(manifest_of(theirs), manifest_of(ours), journal)
    except MltrackError:
        return Relation.DIFFERENT


def manifest_relation(theirs: Manifest, ours: Manifest, journal: Relation) -> Relation:
    """Return how two manifests stand to each other.

    Which of two files of one path came later, the journal beside them tells.
    """
    one, other = theirs.entries, ours.entries
    more, less = one.keys() - other.keys(), other.keys() - one.keys()
    changed = any(one[path] != other[path] for path in one.keys() & other.keys())
    if changed and journal is Relation.SAME:
        return Relation.DIFFERENT
    grows = bool(more) or (changed and journal is Relation.GROWN)
    shrinks = bool(less) or (changed and journal is Relation.SHORTER)
    if grows and shrinks:
        return Relation.DIFFERENT
    if grows or shrinks:
        return Relation.GROWN if grows else Relation.SHORTER
    if bool(theirs.replaced) == bool(ours.replaced):
        return Relation.SAME
    return Relation.SHORTER if theirs.replaced else Relation.GROWN
