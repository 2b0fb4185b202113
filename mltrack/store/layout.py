"""Where everything lies below `.mltrack/`: the only module that joins a path of the store."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mltrack.errors import IntegrityError, UsageError
from mltrack.store.ids import MAIN_WRITER, is_id

STORE_NAME = ".mltrack"
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


class Layout:
    """The paths of one store; nothing here touches the disk but `runs` and `writers`."""

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
        return self._dated("runs", run_id) / f"{run_id}+{writer}"

    def annotations(self, run_id: str) -> Path:
        """Return the folder that holds what was said of a run after it ended."""
        return self._dated("annotations", run_id)

    def experiment(self, experiment_id: str) -> Path:
        """Return the folder of an experiment's events."""
        return self.root / "experiments" / experiment_id

    @property
    def experiments(self) -> Path:
        """Return the folder of all experiments."""
        return self.root / "experiments"

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

    def object(self, sha256: str) -> Path:
        """Return where a large file with this digest lies."""
        return self.root / "objects" / sha256[:2] / sha256[2:]

    def local(self, run_id: str) -> Path:
        """Return the folder of what only this machine knows of a run."""
        return self.root / "local" / run_id

    def lock(self, name: str) -> Path:
        """Return the lock file of this name."""
        return self.root / "locks" / f"{name}.lock"

    def _dated(self, kind: str, run_id: str) -> Path:
        if not is_id(run_id):
            raise UsageError(f"{run_id!r} is not a run id", fix="list the runs: mltrack ls")
        return self.root / kind / run_id[:6] / run_id[6:8]

    def days(self, kind: str) -> Iterator[Path]:
        """Yield the date folders of `runs` or `annotations`, newest first."""
        for month in _subfolders(self.root / kind, 6):
            yield from _subfolders(month, 2)

    def runs(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each run id, newest first, with the names of its further writers, sorted."""
        for day in self.days("runs"):
            yield from sorted(_runs_of(day).items(), reverse=True)

    def writers(self, run_id: str) -> list[str]:
        """Return the names of a run's further writers, sorted."""
        return _runs_of(self._dated("runs", run_id)).get(run_id, [])


def _subfolders(parent: Path, digits: int) -> list[Path]:
    try:
        names = [p for p in parent.iterdir() if len(p.name) == digits and p.name.isdigit()]
    except OSError:
        return []
    return sorted((p for p in names if p.is_dir() and not p.is_symlink()), reverse=True)


def _runs_of(day: Path) -> dict[str, list[str]]:
    runs: dict[str, list[str]] = {}
    try:
        names = sorted(p.name for p in day.iterdir())
    except OSError:
        return runs
    for name in names:
        run_id, _, writer = name.partition("+")
        if is_id(run_id):
            further = runs.setdefault(run_id, [])
            if writer:
                further.append(writer)
    return runs


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
