"""Why two runs may differ: their code, environment, data, parameters and machines, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.projects.again.content import Change
from mltrack.projects.again.environment import OURS, name_in
from mltrack.tracking.entities import RunRecord

_SHORT = 12
_MOST_FILES = 20
_GONE = "nothing"
_HARDWARE = ("cpu", "cores", "gpus", "driver")


class Cause(NamedTuple):
    """One of code, environment, data, parameters and machine, and what differs in it."""

    kind: str
    details: tuple[str, ...]


class Sides(NamedTuple):
    """A run and the one that was made again of it, each with the lines of its environment."""

    before: RunRecord
    after: RunRecord
    packages_before: Sequence[str]
    packages_after: Sequence[str]


def causes(sides: Sides, code: Sequence[str]) -> tuple[Cause, ...]:
    """Return in what two runs differ besides their results, the likeliest cause first.

    Args:
        sides: the two runs.
        code: in what their code differs, a line each.
    """
    found = {
        "code": tuple(code),
        "environment": tuple(_environment(sides)),
        "data": tuple(_data(sides)),
        "parameters": tuple(_changed(sides.before.params, sides.after.params)),
        "machine": tuple(_machine(sides)),
    }
    return tuple(Cause(kind, details) for kind, details in found.items() if details)


def code_lines(changes: Sequence[Change]) -> list[str]:
    """Return a line for each file of code that differs, as git's statistics tell it."""
    lines = [f"{change.path} {_size(change)}" for change in changes[:_MOST_FILES]]
    more = len(changes) - _MOST_FILES
    return [*lines, f"and {more} more files"] if more > 0 else lines


def _size(change: Change) -> str:
    if change.added is None or change.removed is None:
        return "differs, and is no text"
    return f"+{change.added} -{change.removed}"


def _environment(sides: Sides) -> Iterator[str]:
    before, after = sides.before.environment, sides.after.environment
    for key in ("implementation", "python", "kind"):
        if before.get(key) != after.get(key) and (key != "kind" or before.get(key)):
            yield f"{key} {_told(before.get(key))} -> {_told(after.get(key))}"
    yield from _changed(_packages(sides.packages_before), _packages(sides.packages_after))
    if "variables" in before:
        yield from _changed(_mapping(before, "variables"), _mapping(after, "variables"))


def _packages(lines: Sequence[str]) -> dict[str, str]:
    """Return the version, or where it came from, of each package of a lock."""
    found: dict[str, str] = {}
    for line in lines:
        text, name = line.partition(" --hash=")[0].strip(), name_in(line)
        if name and name != OURS and not text.startswith(("#", "--")):
            _, equals, version = text.partition("==")
            found[name] = version.partition(";")[0].strip() if equals else text
    return found


def _data(sides: Sides) -> Iterator[str]:
    before, after = sides.before.inputs, sides.after.inputs
    for name in sorted({*before, *after}):
        was, now = before.get(name, {}).get("digest"), after.get(name, {}).get("digest")
        if was != now:
            source = before.get(name, {}).get("source") or after.get(name, {}).get("source")
            where = f" ({source})" if source else ""
            yield f"{name}{where} {_short(was)} -> {_short(now)}"


def _machine(sides: Sides) -> Iterator[str]:
    before, after = sides.before.environment, sides.after.environment
    yield from _changed(*({"platform": side.get("platform")} for side in (before, after)))
    if "hardware" in before:
        hardware = (_mapping(side, "hardware") for side in (before, after))
        yield from _changed(*({k: side.get(k) for k in _HARDWARE} for side in hardware))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key) or (key in before) != (key in after):
            yield f"{key} {_told(before.get(key))} -> {_told(after.get(key))}"


def _mapping(facts: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = facts.get(key)
    return value if isinstance(value, Mapping) else {}


def _told(value: object) -> str:
    return _GONE if value is None else str(value)


def _short(digest: object) -> str:
    return _GONE if digest is None else str(digest)[:_SHORT]
