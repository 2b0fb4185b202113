"""The stages of a store: their order, which hold one version only, and which moves are allowed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from mltrack.errors import NotFoundError, UsageError, nearest
from mltrack.store.names import folder_of
from mltrack.store.settings import Settings

LATEST = "latest"
ARCHIVED = "archived"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")
_NUMBER_LIKE = re.compile(r"v?[0-9]+\Z")
_SYNONYMS = {
    "development": "dev",
    "testing": "staging",
    "test": "staging",
    "prod": "production",
    "archive": ARCHIVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages of a store.

    Attributes:
        order: all of them, from where a version starts.
        exclusive: those that hold one version at a time.
        moves: for a stage, those that may follow it; a stage that is not here may go anywhere.
        replaced: for an exclusive stage, where the version goes that another one replaces.
        gated: those for which config.yaml sets gates.
    """

    order: tuple[str, ...]
    exclusive: frozenset[str] = frozenset()
    moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)
    gated: frozenset[str] = frozenset()

    @property
    def first(self) -> str:
        """Return the stage in which a version starts."""
        return self.order[0]

    @property
    def resting(self) -> str:
        """Return the stage for versions that nobody needs any more."""
        return ARCHIVED if ARCHIVED in self.order else self.first

    def after_replaced(self, stage: str) -> str:
        """Return where the version of an exclusive stage goes when another one replaces it."""
        return self.replaced.get(stage, self.resting)

    def known(self, word: str) -> str | None:
        """Return the stage that a word means, synonyms too, or None when it means none."""
        lower = word.lower()
        meant = lower if lower in self.order else _SYNONYMS.get(lower)
        return meant if meant in self.order else None

    def named(self, word: str) -> str:
        """Return the stage that a word means.

        Raises:
            NotFoundError: there is no such stage.
        """
        stage = self.known(word)
        if stage is None:
            raise NotFoundError(
                f"there is no stage {word!r}{nearest(word.lower(), self.order)}",
                why=f"the stages are {', '.join(self.order)}",
                fix="name one of them, or add it to stages: in .mltrack/config.yaml",
            )
        return stage

    def after(self, stage: str) -> str | None:
        """Return the stage that comes next, or None; nothing leads to `archived` or on from it."""
        if stage not in self.order or stage == ARCHIVED:
            return None
        later = self.order[self.order.index(stage) + 1 :]
        return next((name for name in later if name != ARCHIVED), None)

    def before(self, stage: str) -> str | None:
        """Return the stage that comes before, or None for the first; `archived` leads nowhere."""
        earlier = self.order[: self.position(stage)] if stage != ARCHIVED else ()
        return next((name for name in reversed(earlier) if name != ARCHIVED), None)

    def position(self, stage: str) -> int:
        """Return how far along a stage is; one that config.yaml does not name any more is first."""
        return self.order.index(stage) if stage in self.order else 0


def from_settings(settings: Settings) -> Stages:
    """Return the stages that config.yaml sets, or the usual four.

    Raises:
        UsageError: config.yaml says something that cannot be meant.
    """
    table, where = settings["stages"], settings.origin("stages")
    for name, options in table.items():
        _check(name, options, where)
    if not table:
        raise UsageError(f"{where}: stages names no stage", fix="leave it out for the usual four")
    exclusive = frozenset(name for name, options in table.items() if _is_exclusive(options))
    for name in exclusive & {next(iter(table)), ARCHIVED}:
        raise UsageError(
            f"{where}: stages.{name} cannot be exclusive",
            why="versions start in the first stage, and archived takes those that are replaced",
        )
    return Stages(
        order=tuple(table),
        exclusive=exclusive,
        moves=_moves(settings["moves"], tuple(table), settings.origin("moves")),
        replaced=_replaced(table, exclusive, where),
        gated=frozenset(settings["gates"]),
    )


def folders_for(name: str, stages: Stages) -> tuple[str, ...]:
    """Return the folders in which a model of this name may lie, the one for a new model first.

    A name that is a stage never becomes a folder as it is; what is a stage may change with
    config.yaml, so that a model registered earlier can lie in the other one.
    """
    choices = (
        folder_of(name, frozenset(stages.order)),
        folder_of(name),
        folder_of(name, frozenset({name})),
    )
    return tuple(dict.fromkeys(choices))


def _is_exclusive(options: Mapping[str, Any] | None) -> bool:
    return bool((options or {}).get("exclusive", False))


def _check(name: str, options: object, where: str) -> None:
    if not _NAME.match(name) or name == LATEST or _NUMBER_LIKE.match(name):
        raise UsageError(
            f"{where}: {name!r} cannot be a stage", fix="use small letters, digits and dashes"
        )
    if options is not None and not isinstance(options, Mapping):
        raise UsageError(f"{where}: stages.{name} must map options to values, not {options!r}")
    if not isinstance((options or {}).get("exclusive", False), bool):
        raise UsageError(f"{where}: stages.{name}.exclusive must be true or false")


def _replaced(
    table: Mapping[str, Mapping[str, Any] | None], exclusive: frozenset[str], where: str
) -> dict[str, str]:
    """Return where a version goes that is replaced, for each stage that says so.

    From stage to stage that must lead to one that holds many.
    """
    found = {name: options["replaced"] for name, options in table.items() if _says(options)}
    for name, target in found.items():
        told = f"{where}: stages.{name}.replaced"
        if target not in table:
            words = f"there is no stage {target!r}{nearest(str(target), list(table))}"
            raise UsageError(f"{told}: {words}")
        if name not in exclusive:
            raise UsageError(f"{told}: nothing is replaced in {name}, which holds many")
        seen = [name]
        while (target := found.get(seen[-1], ARCHIVED)) in exclusive:
            if target in seen:
                raise UsageError(f"{told} goes round in a circle: {' -> '.join([*seen, target])}")
            seen.append(target)
    return found


def _says(options: Mapping[str, Any] | None) -> TypeGuard[Mapping[str, Any]]:
    return (options or {}).get("replaced") is not None


def _moves(
    table: Mapping[str, Any], order: tuple[str, ...], where: str
) -> dict[str, tuple[str, ...]]:
    for stage, following in table.items():
        if not isinstance(following, list) or not all(isinstance(name, str) for name in following):
            raise UsageError(f"{where}: moves.{stage} must be a list of stages")
        for name in (stage, *following):
            if name not in order:
                raise UsageError(f"{where}: moves: there is no stage {name}{nearest(name, order)}")
    return {stage: tuple(following) for stage, following in table.items()}
