"""What people do to a registry: random operations through the api, each acknowledged."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import mltrack
from mltrack.api.store import opened_store
from mltrack.errors import ConflictError
from mltrack.registry import reader
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.references import InRegistry
from mltrack.registry.selection import select_version
from tests.registry.project import package
from tests.torture.clones import Clone, Operations

MODELS = ("churn", "Ranking Model")
STAGES = ("dev", "staging", "production", "archived")
ALIASES = ("champion", "rival")


def whole(state: ModelState) -> dict[str, Any]:
    """Return all that a view of a model tells, so that two can be compared."""
    told = {one.name: getattr(state, one.name) for one in fields(state)}
    return {**told, "history": tuple(state.history)}


class SilenceError(Exception):
    """A question was answered on which branches disagree."""


@contextmanager
def told(clone: Clone) -> Iterator[None]:
    """Take note of every event that is written meanwhile, by one of a few people."""
    os.environ["MLTRACK_USER"] = f"{clone.repo.path.name} <{clone.chance.randrange(3)}@example.org>"
    before = clone.events()
    yield
    for name in clone.events() - before:
        clone.acknowledge(name, ("event", name), True)


def _models() -> list[ModelState]:
    """Return all models, of which only what is new is read."""
    store = opened_store()
    stages = reader.stages_of(store)
    folders = sorted(path.name for path in store.layout.models.glob("*"))
    return [reader.known_model(store, folder, stages) for folder in folders]


def _model(clone: Clone) -> ModelState:
    """Return a model that has a version; where there is none, one is registered first."""
    if not any(model.versions for model in _models()):
        register(clone)
    return clone.one_of([model for model in _models() if model.versions])


def _stage_but(clone: Clone, present: str | None) -> str:
    return clone.chance.choice([stage for stage in STAGES if stage != present])


def _version(clone: Clone) -> Version:
    return clone.one_of(_model(clone).versions)


def register(clone: Clone) -> None:
    """Register a package."""
    number, name = clone.word(), clone.chance.choice(MODELS)
    folder = package(clone.outside / f"model-{number}", number)
    with told(clone):
        mltrack.register_model(folder, name)


def promote(clone: Clone) -> None:
    """Move a version to a stage."""
    version = _version(clone)
    stage = _stage_but(clone, version.stage)
    with told(clone):
        mltrack.promote_model(_uri(version), to=stage, reason="better", allow_unpushed=True)


def _uri(version: Version) -> str:
    return f"{version.model}/{version.id}"


def demote(clone: Clone) -> None:
    """Take a version back a stage."""
    version = _version(clone)
    with told(clone):
        mltrack.demote_model(_uri(version), reason="worse", allow_unpushed=True)


def archive(clone: Clone) -> None:
    """Archive a version."""
    version = _version(clone)
    with told(clone):
        mltrack.archive_model(_uri(version), reason="old")


def roll_back(clone: Clone) -> None:
    """Give a stage back to who held it before."""
    model = _model(clone)
    with told(clone):
        mltrack.rollback_model(
            f"{model.name}@{clone.chance.choice(('staging', 'production'))}",
            reason="it broke",
            allow_unpushed=True,
        )


def resolve(clone: Clone) -> None:
    """Settle something on which branches disagree."""
    model = _model(clone)
    contests = {**model.contested, **model.contested_aliases}
    with told(clone):
        if model.contested_numbers and (not contests or clone.chance.random() < 0.5):
            mltrack.resolve_numbers(model.name, reason="two of them")
            return
        place = clone.one_of(sorted(contests))
        keep = clone.chance.choice(contests[place])
        mltrack.resolve_contested(
            f"{model.name}@{place}", keep=keep, reason="we talked", allow_unpushed=True
        )


def propose(clone: Clone) -> None:
    """Propose that a version goes to a stage."""
    version = _version(clone)
    stage = _stage_but(clone, version.stage)
    with told(clone):
        mltrack.propose_model(_uri(version), to=stage, reason="it may be better")


def review(clone: Clone) -> None:
    """Approve or reject what is proposed."""
    models = _models()
    open_ = [(f"{m.name}/{r.version}", r.stage) for m in models for r in m.requests]
    name, stage = clone.one_of(open_)
    with told(clone):
        if clone.chance.random() < 0.7:
            mltrack.approve_request(name, to=stage)
        else:
            mltrack.reject_request(name, to=stage, reason="not yet")


def alias(clone: Clone) -> None:
    """Give an alias to a version, or take it away."""
    version, name = _version(clone), clone.chance.choice(ALIASES)
    with told(clone):
        if clone.chance.random() < 0.7:
            mltrack.alias_model(_uri(version), name)
        else:
            mltrack.unalias_model(version.model, name)


def describe(clone: Clone) -> None:
    """Tag a version, or describe it or its model."""
    version, word = _version(clone), clone.word()
    with told(clone):
        if clone.chance.random() < 0.5:
            mltrack.tag_model(_uri(version), {"by": word, word: True})
        else:
            named = clone.chance.choice((_uri(version), version.model))
            mltrack.describe_model(named, word)


def remove(clone: Clone) -> None:
    """Delete a version, seldom a whole model."""
    version = _version(clone)
    named = version.model if clone.chance.random() < 0.05 else _uri(version)
    with told(clone):
        mltrack.remove_model(named, reason="nobody needs it")


def restore(clone: Clone) -> None:
    """Bring back what was deleted."""
    version = clone.one_of([version for model in _models() for version in model.deleted])
    with told(clone):
        mltrack.restore_model(_uri(version), reason="somebody needs it")


def ask(clone: Clone) -> None:
    """Ask who is in each stage: where branches disagree, there must be no answer."""
    stages = reader.stages_of(opened_store())
    for model in _models():
        asked = [*(f"@{stage}" for stage in model.contested)]
        asked += [f"@{name}" for name in model.contested_aliases]
        asked += [f"/{number}" for number in model.contested_numbers]
        for word in asked:
            wanted = InRegistry(name=model.name, word=word[1:], at=word[0] == "@")
            try:
                found = select_version(model, stages, wanted)
            except ConflictError:
                continue
            raise SilenceError(f"{model.name}{word} is contested, and {found.id} was given")


def warmed(clone: Clone) -> None:
    """Hold what a process knows by now against a reading of all files."""
    store = opened_store()
    stages = reader.stages_of(store)
    for folder in sorted(path.name for path in store.layout.models.glob("*")):
        known = reader.known_model(store, folder, stages)
        if whole(known) != whole(reader.read_model(store, folder, stages)):
            raise SilenceError(f"{folder} is another one to who asked before")


OPERATIONS: Operations = (
    (6, register),
    (8, promote),
    (2, demote),
    (2, archive),
    (2, roll_back),
    (3, resolve),
    (2, propose),
    (2, review),
    (3, alias),
    (3, describe),
    (2, remove),
    (2, restore),
    (2, ask),
    (1, warmed),
)
