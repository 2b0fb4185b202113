"""The registry as of another commit, read from git without a checkout."""

from pathlib import Path, PurePosixPath

from mltrack.errors import MltrackError
from mltrack.registry.entities import ModelState
from mltrack.registry.fold import fold
from mltrack.registry.stages import Stages, from_settings
from mltrack.store import git
from mltrack.store.events import SUFFIX, Event, Events, decode_bytes
from mltrack.store.git_files import files_at
from mltrack.store.settings import Settings, settings_in
from mltrack.store.store import Store

_EVENTS = "events"
_SHORT = 10


def events_at(store: Store, top: Path, commit: str) -> dict[str, Events]:
    """Return the events of each model as a commit has them, by the folder of the model.

    Raises:
        GitError: git is missing or has no such commit.
    """
    models = store.layout.models.relative_to(top).as_posix()
    found: dict[str, tuple[list[Event], list[str]]] = {}
    for file in files_at(top, commit, models):
        path = PurePosixPath(file.path)
        if path.parent.name != _EVENTS or path.suffix != SUFFIX:
            continue
        events, faults = found.setdefault(path.parent.parent.name, ([], []))
        try:
            events.append(decode_bytes(file.data, path.stem, file.path))
        except MltrackError as error:
            faults.append(error.message)
    return {name: Events(tuple(e), tuple(f)) for name, (e, f) in sorted(found.items())}


def models_at(store: Store, top: Path, commit: str, stages: Stages) -> tuple[ModelState, ...]:
    """Return the models as a commit has them, by name.

    Raises:
        GitError: git is missing or has no such commit.
    """
    states = (
        fold(events, folder=folder, stages=stages)
        for folder, events in events_at(store, top, commit).items()
    )
    return tuple(sorted((s for s in states if s.versions), key=lambda s: s.name))


def settings_at(store: Store, top: Path, commit: str) -> Settings:
    """Return the settings as the config.yaml of a commit has them; those of this machine left out.

    Raises:
        GitError: git is missing or has no such commit.
        UsageError: that file holds a value that its key cannot have.
        IntegrityError: it cannot be understood.
    """
    config = store.layout.config.relative_to(top).as_posix()
    source = f"{config} of {commit[:_SHORT]}"
    return settings_in(next((f.data for f in files_at(top, commit, config)), b""), source)


def stages_at(store: Store, top: Path, commit: str) -> Stages:
    """Return the stages as a commit sets them.

    Raises:
        MltrackError, GitError: as `settings_at`.
    """
    return from_settings(settings_at(store, top, commit))


def repository_of(store: Store) -> Path | None:
    """Return the top of the git work tree that holds a store; None where there is none."""
    return git.top_level(store.project)
