"""Where everything lies below `.mltrack/`: the only module that joins a path of the store."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mltrack.errors import IntegrityError, UsageError
from mltrack.store.ids import MAIN_WRITER, WRITER, is_experiment_id, is_id

STORE_NAME = ".mltrack"
IN_STORE = f":(top,glob)**/{STORE_NAME}/**"
"""What git calls the files of all stores in a repository."""
OUTSIDE_STORE = (".", f":(top,exclude,glob)**/{STORE_NAME}/**")
"""What it calls all others."""
NO_CODE = frozenset({".git", STORE_NAME})
"""Folders whose files belong to git or to a store; compare names in lower case."""
_INSIDE = f"{os.sep}{STORE_NAME}{os.sep}"
HIDDEN_FOLDERS = ("objects", "local", "cache", "tmp", "locks", "quarantine")

CONFIG = "config.yaml"
RUN = "run.yaml"
METRICS = "metrics.jsonl"
MANIFEST = "artifacts.yaml"
ARTIFACTS = "artifacts"
PACKAGES = "environment.txt"
PATCH = "code.patch.gz"
GITIGNORE = ".gitignore"
OUTPUT = "output.log"
EVENT_SUFFIX = ".yaml"


class Layout:
    """The paths of one store; only its methods that list something touch the disk."""

    __slots__ = ("root",)

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def config(self) -> Path:
        """Return the policy file."""
        return self.root / CONFIG

    @property
    def registry_index(self) -> Path:
        """Return the generated index of models and stages."""
        return self.root / "registry.yaml"

    @property
    def tmp(self) -> Path:
        """Return the folder in which files and runs are built before they are renamed."""
        return self.root / "tmp"

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of a run, which its id alone decides."""
        return self._dated("runs", run_id) / run_id

    def writer_folder(self, run_id: str, writer: str) -> Path:
        """Return the folder that only this writer of the run writes to."""
        if writer == MAIN_WRITER:
            return self.run_folder(run_id)
        if not is_further_writer(writer):
            raise UsageError(f"{writer!r} is not the name of a writer")
        return self._dated("runs", run_id) / folder_name(run_id, writer)

    def annotations(self, run_id: str) -> Path:
        """Return the folder that holds what was said of a run after it ended."""
        return self._dated("annotations", run_id)

    def annotations_of(self, day: int) -> Path:
        """Return the folder that holds what was said of the runs of a day, such as 20260131."""
        return self.root / "annotations" / f"{day:08d}"[:6] / f"{day:08d}"[6:]

    def experiment(self, experiment_id: str) -> Path:
        """Return the folder of an experiment's events."""
        if not is_experiment_id(experiment_id):
            raise UsageError(f"{experiment_id!r} is not the id of an experiment")
        return self.root / "experiments" / experiment_id

    @property
    def experiments(self) -> Path:
        """Return the folder of all experiments."""
        return self.root / "experiments"

    def experiments_said_of(self) -> list[str]:
        """Return the ids of the experiments that have a folder of events, sorted."""
        top = self.experiments
        return [] if top.is_symlink() else sorted(filter(is_experiment_id, _subfolders(top)))

    @property
    def models(self) -> Path:
        """Return the folder of all registered models."""
        return self.root / "models"

    def model_events(self, folder: str) -> Path:
        """Return the folder of a model's registry events."""
        return self.models / folder / "events"

    def model_version(self, folder: str, version_id: str) -> Path:
        """Return where a version lies that was registered from a path, not from a run."""
        return self.models / folder / "versions" / version_id

    @property
    def objects(self) -> Path:
        """Return the folder of all large files."""
        return self.root / "objects"

    @property
    def quarantine(self) -> Path:
        """Return the folder of what was set aside."""
        return self.root / "quarantine"

    def object(self, sha256: str) -> Path:
        """Return where a large file with this digest lies."""
        return self.root / f"objects/{sha256[:2]}/{sha256[2:]}"

    def local(self, run_id: str) -> Path:
        """Return the folder of what only this machine knows of a run."""
        return self.root / "local" / run_id

    def meeting(self, name: str) -> Path:
        """Return the folder in which processes of this name agree on a run."""
        return self.root / "local" / "jobs" / name

    def lock(self, name: str) -> Path:
        """Return the lock file of this name."""
        return self.root / "locks" / f"{name}.lock"

    def _dated(self, kind: str, run_id: str) -> Path:
        if not is_id(run_id):
            raise UsageError(f"{run_id!r} is not a run id", fix="list the runs: mltrack ls")
        return Path(self.root, kind, run_id[:6], run_id[6:8])

    def days(self, kind: str) -> Iterator[Path]:
        """Yield the date folders of `runs` or `annotations`, newest first."""
        top = self.root / kind
        if not top.is_symlink():
            for month in _dates(top, 6):
                yield from _dates(month, 2)

    def runs(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each run id, newest first, with the names of its further writers, sorted."""
        for day in self.days("runs"):
            yield from sorted(_runs_of(day).items(), reverse=True)

    def runs_in(self, day: Path) -> list[str]:
        """Return the ids of the runs that have a folder in the folder of a day, sorted."""
        return sorted(_runs_of(day))

    def writers(self, run_id: str) -> list[str]:
        """Return the names of a run's further writers, sorted."""
        day, start = self._dated("runs", run_id), f"{run_id}+"
        try:
            names = [n for n in os.listdir(day) if n.startswith(start)]  # noqa: PTH208 - thousands
        except OSError:
            return []
        folders = (n.removeprefix(start) for n in names if _is_folder(f"{day}{os.sep}{n}"))
        return sorted(filter(is_further_writer, folders))


def _dates(parent: Path, digits: int) -> list[Path]:
    names = [n for n in _subfolders(parent) if len(n) == digits and n.isascii() and n.isdecimal()]
    return [parent / name for name in sorted(names, reverse=True)]


def _runs_of(day: Path) -> dict[str, list[str]]:
    """Return the runs of a day, each with its further writers; a run of another day is none."""
    runs: dict[str, list[str]] = {}
    date = f"{day.parent.name}{day.name}"
    for name in sorted(_subfolders(day)):
        run_id, further, writer = name.partition("+")
        is_of_day = run_id.startswith(date) and is_id(run_id)
        if is_of_day and (not further or is_further_writer(writer)):
            runs.setdefault(run_id, []).extend([writer] if further else [])
    return runs


def folder_name(run_id: str, writer: str) -> str:
    """Return what the folder of a writer is called, beside those of the others of its run."""
    return run_id if writer == MAIN_WRITER else f"{run_id}+{writer}"


def run_in(folder: str) -> str:
    """Return what stands for the run in the name of a writer's folder."""
    return folder.partition("+")[0]


def is_further_writer(name: str) -> bool:
    """Tell whether this can be the name of a writer that is not the creator."""
    return name != MAIN_WRITER and WRITER.match(name) is not None


def _subfolders(parent: Path) -> list[str]:
    """Return the names of the folders in a folder; links are none."""
    try:
        with os.scandir(parent) as entries:
            return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def inside(parent: Path, relative: str) -> Path:
    """Return `parent / relative`, which must lie inside `parent` and pass no symbolic link.

    Raises:
        IntegrityError: the path is absolute, climbs out, or leads over a link.
    """
    parts = PurePosixPath(relative).parts
    if not parts or relative.startswith(("/", "\\")) or ".." in parts or "\0" in relative:
        raise IntegrityError(f"{relative!r} leads out of {parent.name}")
    path = parent
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise IntegrityError(f"{relative!r} in {parent.name} is a symbolic link")
    return path


def refuse_links(path: Path) -> Path:
    """Return a path of a store if no part of it below the store's root is a symbolic link.

    A path that lies in no store is returned as it is.

    Raises:
        IntegrityError: a part is a link; whoever planted it could lead a read or write anywhere.
    """
    above, name, below = str(path).partition(_INSIDE)
    if not name:
        return path
    reached = above + name[:-1]
    for part in Path(below).parts:
        reached = f"{reached}{os.sep}{part}"
        try:
            is_link = stat.S_ISLNK(os.lstat(reached).st_mode)
        except (OSError, ValueError):
            return path  # what is not there leads nowhere
        if is_link:
            raise IntegrityError(
                f"{reached} is a symbolic link, and a store is never followed through one",
                fix="put the file or folder itself there",
            )
    return path


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False
