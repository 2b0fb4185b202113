"""What branches disagree on: each contest as an error that names the candidates, or as a line."""

import shlex

from mltrack.errors import ConflictError
from mltrack.registry.entities import ModelState, Version

_UNSEEN = "branches that had not seen each other"


def contests_of(state: ModelState) -> list[ConflictError]:
    """Return all that branches disagree on."""
    return [
        *(number(state, n) for n in state.contested_numbers),
        *(stage(state, name) for name in state.contested),
        *(alias(state, name) for name in state.contested_aliases),
    ]


def number(state: ModelState, contested: int) -> ConflictError:
    """Return that several versions have a number."""
    uris = [f"{state.name}/{version}" for version in state.contested_numbers[contested]]
    return ConflictError(
        f"{state.name}/{contested} means {len(uris)} versions: {' and '.join(uris)}",
        why=f"{_UNSEEN} registered them; by its id, as above, each can be named",
        fix=f"mltrack registry resolve {shlex.quote(state.name)}",
    )


def stage(state: ModelState, contested: str) -> ConflictError:
    """Return that branches moved different versions to a stage, or one there and elsewhere."""
    candidates = [state.version(version) for version in state.contested[contested]]
    moved = "different versions" if len(candidates) > 1 else candidates[0].label
    return ConflictError(
        f"{contested} of {state.name} is contested: {_named(candidates)}",
        why=f"{_UNSEEN} moved {moved} there{_also(candidates, contested)}",
        fix=f"{_resolve(state, contested, candidates)} -m WHY",
    )


def alias(state: ModelState, contested: str) -> ConflictError:
    """Return that branches gave an alias to different versions."""
    candidates = [state.version(version) for version in state.contested_aliases[contested]]
    return ConflictError(
        f"the alias {contested} of {state.name} is contested: {_named(candidates)}",
        why=f"{_UNSEEN} gave it to different versions",
        fix=_resolve(state, contested, candidates),
    )


def _resolve(state: ModelState, contested: str, candidates: list[Version]) -> str:
    """Return the command that settles who holds a stage or an alias, with one for an example."""
    held = shlex.quote(f"{state.name}@{contested}")
    return f"mltrack registry resolve {held} --keep {shlex.quote(candidates[-1].uri)}"


def _named(candidates: list[Version]) -> str:
    return " and ".join(version.uri for version in candidates)


def _also(candidates: list[Version], contested: str) -> str:
    elsewhere = [
        f"{version.label} to {place}"
        for version in candidates
        for place in version.claimed
        if place != contested
    ]
    return f", and {' and '.join(elsewhere)}" if elsewhere else ""
