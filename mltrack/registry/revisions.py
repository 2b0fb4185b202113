"""The registry as of another commit, read from git without a checkout."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.registry.entities import ModelState
from mltrack.registry.fold import fold
from mltrack.registry.stages import Stages, from_settings
from mltrack.store import git
from mltrack.store.events import SUFFIX, Event, Events, decode_bytes
from mltrack.store.git_files import blobs_of, listed_at
from mltrack.store.settings import Settings, settings_in
from mltrack.store.store import Store

_SHORT = 10
_Files = tuple[tuple[str, str], ...]


class View(NamedTuple):
    """The stages as a commit sets them, and the models by name as it has them."""

    stages: Stages
    models: tuple[ModelState, ...]


class Revisions:
    """The registry in commits of one repository; what commits have in common is read once."""

    def __init__(self, store: Store, top: Path) -> None:
        """Take a store, and the top of the work tree that holds it."""
        self._top = top
        self._models = store.layout.models.relative_to(top).as_posix()
        self._config = store.layout.config.relative_to(top).as_posix()
        self._events: dict[tuple[str, str], Event | str] = {}
        self._settings: dict[str, Settings] = {}
        self._states: dict[tuple[str, _Files, str], ModelState] = {}
        self._views: dict[str, View] = {}

    def events(self, commit: str) -> dict[str, Events]:
        """Return the events of each model as a commit has them, by the folder of the model.

        Raises:
            GitError: git is missing or has no such commit.
        """
        found = self._by_folder(listed_at(self._top, commit, self._models))
        self._read(found)
        return {folder: self._together(files) for folder, files in sorted(found.items())}

    def settings(self, commit: str) -> Settings:
        """Return the settings as the config.yaml of a commit has them, and nothing else.

        Raises:
            GitError: git is missing or has no such commit.
            UsageError: that file holds a value that its key cannot have.
            IntegrityError: it cannot be understood.
        """
        return self._settings_in(commit, dict(listed_at(self._top, commit, self._config)))

    def stages(self, commit: str) -> Stages:
        """Return the stages as a commit sets them.

        Raises:
            MltrackError, GitError: as `settings`.
        """
        return from_settings(self.settings(commit))

    def view(self, commit: str) -> View:
        """Return the stages as a commit sets them, and the models by name as it has them.

        Raises:
            MltrackError, GitError: as `settings`.
        """
        if commit not in self._views:
            self._views[commit] = self._view(commit)
        return self._views[commit]

    def _view(self, commit: str) -> View:
        listed = listed_at(self._top, commit, self._models, self._config)
        config = dict(listed).get(self._config, "")
        stages = from_settings(self._settings_in(commit, dict(listed)))
        found = self._by_folder(listed)
        self._read(found)
        states = (self._state(*item, config, stages) for item in found.items())
        return View(stages, tuple(sorted((s for s in states if s.versions), key=lambda s: s.name)))

    def _by_folder(self, listed: list[tuple[str, str]]) -> dict[str, _Files]:
        """Return the files of events of each model, by its folder."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name, blob in listed:
            match PurePosixPath(name.removeprefix(f"{self._models}/")).parts:
                case (folder, "events", file) if file.endswith(SUFFIX):
                    found.setdefault(folder, []).append((name, blob))
        return {folder: tuple(files) for folder, files in found.items()}

    def _read(self, found: Mapping[str, _Files]) -> None:
        """Read the files that no commit before had."""
        new = [file for files in found.values() for file in files if file not in self._events]
        data = blobs_of(self._top, (blob for _, blob in new))
        for name, blob in new:
            try:
                self._events[name, blob] = decode_bytes(data[blob], PurePosixPath(name).stem, name)
            except MltrackError as error:
                self._events[name, blob] = error.message

    def _together(self, files: _Files) -> Events:
        read = [self._events[file] for file in files]
        events = tuple(found for found in read if isinstance(found, Event))
        return Events(events, tuple(found for found in read if isinstance(found, str)))

    def _state(self, folder: str, files: _Files, config: str, stages: Stages) -> ModelState:
        key = (folder, files, config)
        if key not in self._states:
            self._states[key] = fold(self._together(files), folder=folder, stages=stages)
        return self._states[key]

    def _settings_in(self, commit: str, listed: Mapping[str, str]) -> Settings:
        blob = listed.get(self._config, "")
        if blob not in self._settings:
            data = blobs_of(self._top, [blob])[blob] if blob else b""
            self._settings[blob] = settings_in(data, f"{self._config} of {commit[:_SHORT]}")
        return self._settings[blob]


def events_at(store: Store, top: Path, commit: str) -> dict[str, Events]:
    """Return the events of each model as a commit has them, by the folder of the model.

    Raises:
        GitError: git is missing or has no such commit.
    """
    return Revisions(store, top).events(commit)


def settings_at(store: Store, top: Path, commit: str) -> Settings:
    """Return the settings as the config.yaml of a commit has them; those of this machine left out.

    Raises:
        GitError: git is missing or has no such commit.
        UsageError: that file holds a value that its key cannot have.
        IntegrityError: it cannot be understood.
    """
    return Revisions(store, top).settings(commit)


def repository_of(store: Store) -> Path | None:
    """Return the top of the git work tree that holds a store; None where there is none."""
    return git.top_level(store.project)
