"""Which version a word means: a number, an id, a stage, an alias, or the latest."""

import re
import shlex

from mltrack.errors import ConflictError, NotFoundError, nearest
from mltrack.registry import contest_errors
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.references import InRegistry
from mltrack.registry.stages import LATEST, Stages

_NUMBER = re.compile(r"v?([0-9]{1,9})\Z")
_ID = re.compile(r"[0-9]{8}-[0-9a-z-]*\Z|[a-z][a-z2-7]*\Z")


def select_version(state: ModelState, stages: Stages, wanted: InRegistry) -> Version:
    """Return the version of a model that a reference means; the latest when it names none.

    Raises:
        NotFoundError: there is no such version.
        ConflictError: branches disagree on it; the candidates are named.
    """
    word = wanted.word
    if word in {"", LATEST}:
        return _latest(state)
    number = _NUMBER.match(word)
    if number and not wanted.at:
        return _numbered(state, int(number[1]))
    stage = stages.known(word)
    if stage:
        return _in_stage(state, stages, stage)
    if wanted.at:
        return _aliased(state, stages, word)
    return _identified(state, stages, word)


def select_deleted(state: ModelState, word: str) -> Version | None:
    """Return the deleted version that a number or an id means; None when it means none of them.

    Raises:
        ConflictError: it means several.
    """
    number = _NUMBER.match(word)
    found = [
        v
        for v in state.deleted
        if (number and int(number[1]) in {v.number, v.proposed if v.number is None else None})
        or (_ID.match(word) and (v.id.startswith(word) or v.handle.startswith(word)))
    ]
    if len(found) > 1:
        raise _several(state, word, found)
    return found[0] if found else None


def _latest(state: ModelState) -> Version:
    if not state.versions:
        raise NotFoundError(f"the model {state.name} has no version", fix=_listing(state))
    last = state.versions[-1]
    return last if last.number is not None else _numbered(state, _number_of(state, last))


def _number_of(state: ModelState, version: Version) -> int:
    """Return the number that a version shares with others."""
    return next(n for n, versions in state.contested_numbers.items() if version.id in versions)


def _numbered(state: ModelState, number: int) -> Version:
    if number in state.contested_numbers:
        raise contest_errors.number(state, number)
    found = next((v for v in state.versions if v.number == number), None)
    if found is None:
        _refuse_deleted(state, str(number))
        numbers = ", ".join(str(v.number) for v in state.versions if v.number is not None)
        raise NotFoundError(
            f"there is no version {number} of {state.name}; there is {numbers or 'none'}",
            fix=_listing(state),
        )
    return found


def _in_stage(state: ModelState, stages: Stages, stage: str) -> Version:
    if stage in state.contested:
        raise contest_errors.stage(state, stage)
    if stage in stages.exclusive:
        holder = state.holders.get(stage)
        there = [v for v in state.versions if v.id == holder]
    else:
        there = [v for v in state.versions if v.stage == stage]
    if not there:
        raise NotFoundError(
            f"{state.name} has no version in {stage}",
            fix=f"mltrack promote {shlex.quote(state.name)} --to {stage} -m WHY",
        )
    return there[-1]


def _aliased(state: ModelState, stages: Stages, alias: str) -> Version:
    if alias in state.contested_aliases:
        raise contest_errors.alias(state, alias)
    if alias not in state.aliases:
        known = [*stages.order, *state.aliases, LATEST]
        raise NotFoundError(
            f"{state.name} has no stage or alias {alias!r}{nearest(alias, known)}",
            fix=_listing(state),
        )
    return state.version(state.aliases[alias])


def _identified(state: ModelState, stages: Stages, word: str) -> Version:
    found = [v for v in state.versions if v.id.startswith(word) or v.handle.startswith(word)]
    if not _ID.match(word) or not found:
        _refuse_deleted(state, word)
        known = [*stages.order, LATEST, *(str(v.number) for v in state.versions)]
        raise NotFoundError(
            f"{state.name} has no version {word!r}{nearest(word, known)}", fix=_listing(state)
        )
    if len(found) > 1:
        raise _several(state, word, found)
    return found[0]


def _several(state: ModelState, word: str, found: list[Version]) -> ConflictError:
    ids = " and ".join(version.id for version in found)
    return ConflictError(
        f"{word!r} means {len(found)} versions of {state.name}: {ids}",
        fix="give more letters of the one you mean",
    )


def _refuse_deleted(state: ModelState, word: str) -> None:
    """Say of a version that is not to be seen that it was deleted."""
    if gone := select_deleted(state, word):
        raise NotFoundError(
            f"{gone.uri} was deleted", fix=f"mltrack model restore {shlex.quote(gone.uri)}"
        )


def _listing(state: ModelState) -> str:
    return f"mltrack model show {shlex.quote(state.name)}"
