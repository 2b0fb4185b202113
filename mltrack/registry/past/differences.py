"""In what two states of the registry differ: pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mltrack.registry.entities import ModelState, Version


class Change(NamedTuple):
    """One thing that differs.

    Attributes:
        kind: model, version, number, stage, alias, field or tag.
        what: which one: the label of a version, the name of an alias, field or tag; empty for the
            model itself.
        before: what it was; None where it was not there.
        after: what it is; None where it is not there.
    """

    model: str
    kind: str
    what: str
    before: Any
    after: Any


def differences(before: Iterable[ModelState], after: Iterable[ModelState]) -> list[Change]:
    """Return what differs, by model, in the order model, versions, aliases, fields, tags."""
    old = {state.name: state for state in before}
    new = {state.name: state for state in after}
    return [
        change
        for name in sorted(old.keys() | new.keys())
        for change in _model(name, old.get(name), new.get(name))
    ]


def _model(name: str, old: ModelState | None, new: ModelState | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change(name, "model", "", _count(old), _count(new))
    old, new = (state or ModelState(name=name, folder="") for state in (old, new))
    yield from _versions(name, old, new)
    names = [{a: s.version(v).label for a, v in s.aliases.items()} for s in (old, new)]
    yield from _values(name, "alias", "", *names)
    yield from _values(name, "field", "", old.fields, new.fields)
    yield from _values(name, "tag", "", old.tags, new.tags)


def _count(state: ModelState | None) -> int | None:
    return None if state is None else len(state.versions)


def _versions(name: str, old: ModelState, new: ModelState) -> Iterator[Change]:
    had, has = ({v.id: v for v in state.versions} for state in (old, new))
    for version_id in sorted(had.keys() | has.keys()):
        before, after = had.get(version_id), has.get(version_id)
        if before is None or after is None:
            there = before or after
            label = there.label if there else version_id
            yield Change(name, "version", label, before and _stage(before), after and _stage(after))
        else:
            yield from _version(name, before, after)


def _version(name: str, before: Version, after: Version) -> Iterator[Change]:
    label = after.label
    if before.label != label:
        yield Change(name, "number", label, before.label, label)
    if _stage(before) != _stage(after):
        yield Change(name, "stage", label, _stage(before), _stage(after))
    if before.description != after.description:
        yield Change(name, "description", label, before.description, after.description)
    yield from _values(name, "tag", label, before.tags, after.tags)


def _stage(version: Version) -> str:
    return version.stage or f"{' or '.join(version.claimed)} (contested)"


def _values(
    model: str, kind: str, of: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            what = f"{of} {key}".lstrip()
            yield Change(model, kind, what, before.get(key), after.get(key))
