"""What the checks of one store share: where it is, what git says, which runs are here."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from mltrack.fsck.git_view import GitView
from mltrack.store import liveness
from mltrack.store.layout import RUN
from mltrack.store.liveness import MARK_SUFFIX, Life
from mltrack.store.manifest import Entry
from mltrack.store.store import Store


class Use(NamedTuple):
    """Who keeps an object: the run or model, the folder, and what its manifest says."""

    subject: str
    folder: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A store that is being looked at.

    Attributes:
        store: the store.
        git: what git says of it; None where there is no git.
        present: the ids of the runs of which there is a folder.
        runs: those that have a run.yaml.
        objects: for each object that a manifest names, the first that does.
    """

    store: Store
    git: GitView | None
    present: frozenset[str]
    runs: frozenset[str]
    objects: dict[str, Use] = field(default_factory=dict)

    @classmethod
    def at(cls, store: Store) -> "Look":
        """Begin to look at a store."""
        present = frozenset(run_id for run_id, _ in store.layout.runs())
        whole = (r for r in present if _is_there(store.layout.run_folder(r) / RUN))
        return cls(store=store, git=GitView.of(store), present=present, runs=frozenset(whole))

    @property
    def root(self) -> Path:
        """Return the store's folder."""
        return self.store.root

    def lives(self, run_id: str) -> "Lives":
        """Return what this machine knows of the processes that write a run."""
        folder = self.store.layout.local(run_id)
        if any(not _is_plain_file(path) for path in _marks_in(folder)):
            return Lives()
        marks = liveness.marks_in(folder)
        found = {writer: liveness.life_of(mark) for writer, mark in marks.items()}
        opened = any(mark.get("opens") for mark in marks.values())
        return Lives(found=found, opened=opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """Who writes a run.

    Attributes:
        found: what is known of each writer that has not said that it ended.
        opened: whether one of them has to say how the run ended.
    """

    found: dict[str, Life] = field(default_factory=dict)
    opened: bool = False

    @property
    def are_possible(self) -> bool:
        """Tell whether somebody may be writing now."""
        return any(life is not Life.GONE for life in self.found.values())

    @property
    def are_gone(self) -> bool:
        """Tell whether somebody wrote who is shown to be gone, and nobody else may be writing."""
        return bool(self.found) and not self.are_possible


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True


def _is_plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _marks_in(folder: Path) -> list[Path]:
    try:
        return list(folder.glob(f"*{MARK_SUFFIX}"))
    except OSError:
        return []
