"""The run that a program writes to: a context manager with the logging calls."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from mltrack.errors import NotFoundError
from mltrack.store.ids import handle_of
from mltrack.tracking import open_runs
from mltrack.tracking.live import LiveRun

if TYPE_CHECKING:
    from types import TracebackType


class Figure(Protocol):
    """A plot that can write itself to a file, as matplotlib's does."""

    def savefig(self, fname: str, **options: Any) -> object:  # noqa: ANN401 - the library's own
        """Write the plot to a file."""


class ActiveRun:
    """An open run. Use it in a `with` block, or call `finish` when it is done.

    A process to which it is handed, as multiprocessing does, writes to the same run.
    """

    __slots__ = ("_live",)

    def __init__(self, live: LiveRun) -> None:
        self._live = live

    @property
    def id(self) -> str:
        """Return the id of the run."""
        return self._live.id

    @property
    def handle(self) -> str:
        """Return the letters by which people name the run."""
        return handle_of(self.id)

    def log_param(self, name: str, value: object) -> None:
        """Record one parameter; the later value of a name wins."""
        self._live.log_params({name: value})

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Record parameters."""
        self._live.log_params(params)

    def log_metric(
        self, name: str, value: float, step: int | None = None, time: float | None = None
    ) -> None:
        """Record one value of a metric.

        Args:
            name: the metric; `/` may group: `train/loss`.
            value: any number, NaN and infinities too.
            step: an integer; one more than the metric's last when left out.
            time: Unix seconds; now when left out.

        Raises:
            TypeError: the value is not a number.
        """
        self._live.log_metric(name, value, step, time)

    def log_metrics(
        self, metrics: Mapping[str, float], step: int | None = None, time: float | None = None
    ) -> None:
        """Record the values of several metrics at one step, in one write."""
        self._live.log_metrics(metrics, step, time)

    def set_tag(self, name: str, value: object) -> None:
        """Set one tag; the later value of a name wins."""
        self._live.set_tags({name: value})

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Set tags."""
        self._live.set_tags(tags)

    def log_artifact(self, path: str | Path, to: str | None = None) -> None:
        """Copy a file or folder into the run.

        Args:
            path: what to copy.
            to: its path in the run; the file's own name when left out; ending in `/`: a folder.

        Raises:
            NotFoundError: there is nothing at `path`.
        """
        source = Path(path)
        name = source.resolve().name
        self._live.log_artifact(source, name if to is None else to + name * to.endswith("/"))

    def log_artifacts(self, folder: str | Path, to: str | None = None) -> None:
        """Copy all files below a folder into the run, below `to` or at the top.

        Raises:
            NotFoundError: there is no such folder.
        """
        if not Path(folder).is_dir():
            raise NotFoundError(f"there is no folder {folder} to log")
        for path in sorted(Path(folder).iterdir()):
            self._live.log_artifact(path, f"{to.rstrip('/')}/{path.name}" if to else path.name)

    def log_figure(self, figure: Figure, to: str, **options: Any) -> None:  # noqa: ANN401
        """Write a plot into the run.

        Args:
            figure: anything with `savefig`, such as a matplotlib figure.
            to: its path in the run; the suffix decides the format: `plots/roc.png`.
            options: passed on to `savefig`.
        """
        import tempfile

        with self._live.drops.counted(1), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(to).name
            figure.savefig(str(path), **{**_timeless(path.suffix), **options})
            self._live.log_artifact(path, to)

    def log_model(self, model: object, name: str = "model", *, inputs: object = None) -> str:
        """Package a model and keep it in the run.

        Args:
            model: a fitted estimator of a framework that has a flavour.
            name: the folder in the run.
            inputs: rows to infer names and types from; the values are not kept.

        Returns:
            The digest of the package; empty when the disk refused it.
        """
        import tempfile

        from mltrack.api.models import save_model

        digest = ""
        with self._live.drops.counted(1), tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "model"
            digest = save_model(model, package, inputs=inputs).digest
            self._live.log_artifact(package, name)
        return digest

    def rename(self, name: str) -> None:
        """Give the run another name."""
        self._live.rename(name)

    def finish(self, status: str = "finished") -> None:
        """End the run.

        Args:
            status: finished, failed or killed.

        Raises:
            ValueError: a run cannot end so.
        """
        open_runs.let_go(self._live, status)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: "TracebackType | None",
    ) -> None:
        status, line = open_runs.status_of(error, self._live)
        open_runs.let_go(self._live, status, error=line)

    def __repr__(self) -> str:
        return f"<ActiveRun {self.handle}{' (ended)' if self._live.has_ended else ''}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Become, in another process of this machine, a further writer of the same run."""
        return _arrived, (str(self._live.store.root), self.id)


def _arrived(root: str, run_id: str) -> ActiveRun:
    return ActiveRun(open_runs.joined_from(Path(root), run_id))


def _timeless(suffix: str) -> dict[str, Any]:
    """Return the option that keeps the time of day out of a picture's bytes."""
    told = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}.get(suffix.lower())
    return {"metadata": told} if told else {}
