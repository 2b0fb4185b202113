"""What an import is asked for, and what it did."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from mltrack.progress import Progress, silent


class Twin(NamedTuple):
    """A run that is here with other content, and the id that the one from there was given."""

    run: str
    kept_as: str


class Request(NamedTuple):
    """What an import is asked for.

    Attributes:
        source: where from, as the user wrote it.
        folder: where a source that is a relative path begins.
        dry_run: find out what would come, and change nothing.
        progress: is told how far the work has come.
    """

    source: str
    folder: Path
    dry_run: bool = False
    progress: Progress = silent

    @property
    def path(self) -> Path | None:
        """Return the source as a path that is there; None when it is none."""
        try:
            path = (self.folder / Path(self.source).expanduser()).resolve()
            return path if self.source and path.exists() else None
        except (OSError, RuntimeError, ValueError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do.

    Attributes:
        source: where from, as the user wrote it.
        new: ids of the runs that were not here.
        grown: ids of the runs of which more came.
        twins: the runs that are here with other content, and are now kept twice.
        same: how many runs were here already.
        events: how many events came: annotations, of experiments, of models.
        versions: how many versions of models came with files of their own.
        objects: how many large files came.
        skipped: a line for each thing that could not be imported.
        models: the folders of the models of which something came.
        warnings: a line for each thing that came and needs somebody's look.
        next_steps: commands worth running now.
    """

    source: str
    new: tuple[str, ...] = ()
    grown: tuple[str, ...] = ()
    twins: tuple[Twin, ...] = ()
    same: int = 0
    events: int = 0
    versions: int = 0
    objects: int = 0
    skipped: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What an import has done so far."""

    new: list[str] = field(default_factory=list)
    grown: list[str] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    same: int = 0
    events: int = 0
    versions: int = 0
    objects: int = 0
    skipped: list[str] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
