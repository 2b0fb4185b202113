"""A project with a registered model of very many events, generated once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from mltrack.registry import codec
from mltrack.registry.entities import Source
from mltrack.registry.facts import Fact, Moved, Registered
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.events import Event, record
from mltrack.store.ids import name_from
from mltrack.store.layout import STORE_NAME
from mltrack.store.store import Store

MODEL = "churn"
_EVENTS_A_VERSION = 3
_WITH_FILES = 2


def built(count: int, folder: Path) -> Path:
    """Return a project whose model has about so many events; one that is there is taken.

    Its versions come one after the other into production, each by way of staging; the newest two
    have files.
    """
    if folder.exists():
        return folder
    building = folder.with_name(f"{folder.name}.new")
    store = Store.create(building / STORE_NAME)
    parents: tuple[str, ...] = ()
    versions = _versions(count)
    for fact in _facts(versions):
        kind, body = codec.encode(MODEL, fact)
        actor = {"name": "Ada Lovelace", "email": "ada@example.org", "source": "git"}
        event = Event(
            kind=kind,
            subject=MODEL,
            parents=parents,
            actor=actor,
            time="2025-12-31T12:00:00.000Z",
            body=body,
        )
        events = store.layout.model_events(MODEL)
        parents = (record(events, event, tmp=store.layout.tmp, sync=False).name,)
    for version in versions[-_WITH_FILES:]:
        _keep_files(store, version)
    building.rename(folder)
    return folder


def parsed(model: str, count: int) -> tuple[Event, ...]:
    """Return about so many events of a model as they are when their files have been read."""
    found: list[Event] = []
    for number, fact in enumerate(_facts(_versions(count)), start=1):
        kind, body = codec.encode(model, fact)
        event = Event(
            name=f"{number:012d}-{hashlib.sha256(b'%d' % number).hexdigest()[:20]}",
            kind=kind,
            subject=model,
            parents=tuple(one.name for one in found[-1:]),
            actor={"name": "Ada Lovelace", "email": "ada@example.org", "source": "git"},
            time="2025-12-31T12:00:00.000Z",
            body=body,
        )
        found.append(event)
    return tuple(found)


def _versions(count: int) -> list[str]:
    return [_version(number) for number in range(count // _EVENTS_A_VERSION)]


def _facts(versions: list[str]) -> Iterator[Fact]:
    before: tuple[str, ...] = ()
    for number, version in enumerate(versions, start=1):
        yield Registered(
            version=version,
            proposed=number,
            stage="dev",
            digest=hashlib.sha256(version.encode()).hexdigest(),
            flavor="sklearn",
            source=Source(run=None, path="model"),
        )
        yield Moved(version=version, from_stage="dev", stage="staging")
        yield Moved(
            version=version,
            from_stage="staging",
            stage="production",
            replaces=before,
            replaced_to="archived" if before else "",
        )
        before = (version,)


def _version(number: int) -> str:
    letters = name_from(hashlib.sha256(b"%d" % number).digest())
    return f"20251231-{number // 3600:02d}{number // 60 % 60:02d}{number % 60:02d}-{letters}"


def _keep_files(store: Store, version: str) -> None:
    folder = store.layout.model_version(MODEL, version)
    folder.mkdir(parents=True)
    source = folder / "weights"
    source.write_bytes(version.encode())
    ArtifactFolder(store, folder).add(source, "model/weights")
    source.unlink()
