"""The run that a program writes to: a context manager with the logging calls."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mltrack.api.tracking.file_calls import FileCalls
from mltrack.store.ids import handle_of
from mltrack.tracking import open_runs
from mltrack.tracking.outcome import Outcome, outcome_of
from mltrack.tracking.values import digests_of

if TYPE_CHECKING:
    from types import TracebackType


class ActiveRun(FileCalls):
    """An open run. Use it in a `with` block, or call `finish` when it is done.

    A process to which it is handed, as multiprocessing does, writes to the same run.
    """

    __slots__ = ()

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
        self,
        metrics: Mapping[str, float],
        step: int | None = None,
        time: float | None = None,
        *,
        data: str | None = None,
        model: str | None = None,
    ) -> None:
        """Record the values of several metrics at one step, in one write.

        Args:
            metrics: numbers by name.
            step: an integer; for each metric one more than its last when left out.
            time: Unix seconds; now when left out.
            data: the digest of the data that the values are about, as `log_input` returns it.
            model: the digest of the model that they are about, as `log_model` returns it.

        Raises:
            TypeError: a value is not a number.
            BadValueError: a digest is none.
        """
        about = digests_of(data=data, model=model)
        self._live.log_metrics(metrics, step, time, about)

    def set_tag(self, name: str, value: object) -> None:
        """Set one tag; the later value of a name wins."""
        self._live.set_tags({name: value})

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Set tags."""
        self._live.set_tags(tags)

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
        open_runs.let_go(self._live, Outcome(status))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: "TracebackType | None",
    ) -> None:
        open_runs.let_go(self._live, outcome_of(error, self._live.store.project))

    def __repr__(self) -> str:
        return f"<ActiveRun {self.handle}{' (ended)' if self._live.has_ended else ''}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Become, in another process of this machine, a further writer of the same run."""
        return _arrived, (str(self._live.store.root), self.id)


def _arrived(root: str, run_id: str) -> ActiveRun:
    return ActiveRun(open_runs.joined_from(Path(root), run_id))
