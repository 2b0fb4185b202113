"""A run that this process writes to: every log call is a row on its way to the disk."""

import math
import time as clock_time
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mltrack.errors import MltrackError, NotFoundError, UsageError
from mltrack.store import clock
from mltrack.store.ids import new_id
from mltrack.store.journal import encode_number
from mltrack.store.store import Store
from mltrack.tracking import fold, starting, values
from mltrack.tracking.fold import Journal
from mltrack.tracking.held import HeldWriter
from mltrack.tracking.journals import read_journals, rows_seen
from mltrack.tracking.nowhere import Nowhere
from mltrack.tracking.rows import part
from mltrack.tracking.starting import Made, RunSpec
from mltrack.tracking.tally import Series
from mltrack.tracking.writer import Writer, alive_here

if TYPE_CHECKING:
    from mltrack.store.manifest import Entry

METRICS_A_ROW = 10_000
ABOUT_NOTHING: Mapping[str, str] = {}
_FILES_AT_ONCE = 1_000
"""How many are copied before the manifest is written."""


class LiveRun(HeldWriter):
    """The writing end of a run; mistakes of the caller raise, failures of the machine do not."""

    def __init__(self, store: Store, writer: Writer, made: Made | None = None) -> None:
        super().__init__(store, writer, made)
        self._seen: Mapping[str, int] = {}
        self._first_step = 0

    @classmethod
    def start(cls, store: Store, spec: RunSpec) -> "LiveRun":
        """Make a run and hold it open.

        Raises:
            StoreWriteError: the disk refused.
        """
        run = cls(store, *starting.start(store, spec))
        run.tally.rows = 1  # the first says who writes
        if spec.held:
            run.keep_alive()
        return run

    @classmethod
    def join(
        cls,
        store: Store,
        run_id: str,
        *,
        opens: bool = False,
        held: bool = True,
        share: str | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> "LiveRun":
        """Write to a run that is there, as a further writer.

        Args:
            store: the store.
            run_id: the run.
            opens: whether this takes the run up again, so that its end is the run's end.
            held: whether this process holds the run open; not so for `mltrack start`.
            share: a further writer that an earlier process began, to go on with its journal.
            seen: how many rows of each writer it has seen; None: all, but of whoever takes a run
                up again none of those who still write: they work beside it.

        Raises:
            StoreWriteError, OSError: the disk refused.
        """
        journals = read_journals(store, run_id)
        if seen is None:
            beside = alive_here(store, run_id) if opens else frozenset()
            seen = {w: rows for w, rows in rows_seen(journals).items() if w not in beside}
        if share is not None:
            run = cls(store, Writer.share(store, run_id, share, seen))
        else:
            run = cls(store, Writer.join(store, run_id, seen, opens=opens, held=held))
        run._seen = seen
        known = [Journal(j.writer, part(j.rows, 0, seen.get(j.writer, 0))) for j in journals]
        last = fold.last_steps(fold.in_order(known))
        for name, step in last.items():
            run.series(name).next_step = step + 1
        return run

    @property
    def seen(self) -> Mapping[str, int]:
        """Return how many rows of each writer this one had seen when it began."""
        return self._seen

    def rewind(self, step: int) -> None:
        """Hide what this writer has seen from a step on, and go on there."""
        self.tally.spoil()
        self.append_row({"rewind": values.as_step(step)})
        self.go_on_at(step)

    def go_on_at(self, step: int) -> None:
        """Take this step for the next of every metric."""
        with self.lock:
            self._first_step = values.as_step(step)
            for series in tuple(self.tally.series.values()):
                series.next_step = self._first_step

    @classmethod
    def unkept(cls, store: Store, error: Exception, run_id: str = "") -> "LiveRun":
        """Stand for a run that the disk refused: the training goes on, every call is a drop.

        Raises:
            StoreWriteError: the setting `strict` is on.
        """
        run = cls(store, Nowhere(store, run_id or new_id(clock.now()), error))
        run.drops.count(0, error)
        return run

    def log_metric(
        self, name: str, value: float, step: int | None = None, time: float | None = None
    ) -> None:
        """Append one value of one metric; the short way of `log_metrics`."""
        if type(value) is not float:
            value = values.as_number(name, value)
        number = repr(value) if math.isfinite(value) else encode_number(value)
        series = self.tally.series.get(name) or self.series(name)
        moment = clock_time.time() if time is None else values.as_time(time)
        with self.lock:
            at = series.next_step if step is None else values.as_step(step)
            line = f'{{"step":{at},"time":{moment:.3f},"metrics":{{{series.key}:{number}}}}}\n'
            if self.append(line.encode(), 1):
                series.add(at, value)
                self.tally.rows += 1
            if at >= series.next_step:
                series.next_step = at + 1

    def log_metrics(
        self,
        metrics: Mapping[str, float],
        step: int | None = None,
        time: float | None = None,
        about: Mapping[str, str] = ABOUT_NOTHING,
    ) -> None:
        """Append the values of metrics at one step, or each after its own last, in one write.

        Raises:
            TypeError: a value is not a number, or the step is no integer.
            UsageError: this writer has ended.
        """
        if not hasattr(metrics, "items"):
            raise TypeError(f"metrics must be a mapping, not {type(metrics).__name__}")
        if type(metrics) is not dict:  # what else has items may have a name twice
            metrics = dict(metrics.items())
        known, logged = self.tally.series, []
        for name, value in metrics.items():
            number = value if type(value) is float else values.as_number(name, value)
            text = repr(number) if math.isfinite(number) else encode_number(number)
            series = known.get(name) or self.series(name)
            logged.append((series, number, f"{series.key}:{text}"))
        moment = clock_time.time() if time is None else values.as_time(time)
        fixed = None if step is None else values.as_step(step)
        tail = "".join(f',"{kind}":"{digest}"' for kind, digest in about.items())
        with self.lock:
            pairs: dict[int, list[str]] = {}
            for series, _, pair in logged:
                at = series.next_step if fixed is None else fixed
                if at in pairs:
                    pairs[at].append(pair)
                else:
                    pairs[at] = [pair]
            lines = _metric_lines(pairs, moment, tail)
            kept = self.append("".join(lines).encode(), len(lines))
            for series, number, _ in logged:
                at = series.next_step if fixed is None else fixed
                if kept:
                    series.add(at, number)
                if at >= series.next_step:
                    series.next_step = at + 1
            self.tally.rows += len(lines) if kept else 0

    def series(self, name: str) -> Series:
        """Return a metric of this run; it is begun where it was not logged before.

        Raises:
            TypeError, BadValueError: the name cannot be one.
        """
        key = encode_basestring(values.checked_key(name, "metric"))
        return self.tally.series.setdefault(name, Series(key, self._first_step))

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Append parameters; a value over 64 KiB becomes an artifact that the parameter names."""
        kept = values.checked_values(params, "param", self.store.settings["secrets.allow"])
        for name, value in kept.items():
            data = values.too_large(value)
            if data is not None:
                kept[name] = values.stand_in(data)
                self.log_bytes(data, kept[name]["artifact"])
        for row in values.in_rows("params", kept):
            self.append_row(row)

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Append tags."""
        kept = values.checked_values(tags, "tag", self.store.settings["secrets.allow"])
        for row in values.in_rows("tags", kept):
            self.append_row(row)

    def rename(self, name: str) -> None:
        """Give the run another name."""
        self.append_row({"name": values.checked_run_name(name)})

    def log_artifact(self, source: Path, to: str) -> bool:
        """Copy a file or a folder into the run, and tell whether anything was kept.

        Raises:
            NotFoundError: there is nothing at `source`.
            UsageError: `to` cannot be the path of an artifact, or this writer has ended.
        """
        kept: list[Entry] = []
        with self.files_lock, self.drops.counted(1):
            kept += self.reopened().files.add(source, to)
        return bool(kept)

    def log_artifacts(self, sources: Sequence[tuple[Path, str]]) -> None:
        """Copy many files and folders into the run; one that the machine refuses is a drop.

        The manifest is written once for a thousand of them: to write it for each would take hours
        for a folder of many files.

        Raises:
            NotFoundError: there is nothing at a source; all others are kept.
            UsageError: a path cannot be that of an artifact, or this writer has ended.
        """
        faults: list[MltrackError] = []
        for at in range(0, len(sources), _FILES_AT_ONCE):
            some = sources[at : at + _FILES_AT_ONCE]
            try:
                with self.files_lock:
                    self.reopened().files.add_all(some)
            except (OSError, MltrackError):
                faults += self._log_each(some)
        if faults:
            more = f" ({len(faults) - 1} more could not be kept)" if len(faults) > 1 else ""
            faults[0].message += more
            raise faults[0]

    def _log_each(self, sources: Sequence[tuple[Path, str]]) -> list[MltrackError]:
        """Copy files, each for itself, and return what was refused."""
        faults: list[MltrackError] = []
        for source, to in sources:
            try:
                self.log_artifact(source, to)
            except (NotFoundError, UsageError) as error:  # a full disk would refuse the others too
                faults.append(error)
        return faults

    def log_objects(self, sources: Sequence[tuple[Path, str]]) -> None:
        """Copy files and folders into the run, none of them into its folder, however small.

        Raises:
            As `log_artifact`.
        """
        with self.files_lock, self.drops.counted(len(sources)):
            self.reopened().files.add_all(sources, inline=False)

    def log_bytes(self, data: bytes, to: str) -> None:
        """Keep some bytes as an artifact.

        Raises:
            UsageError: `to` cannot be the path of an artifact, or this writer has ended.
        """
        with self.files_lock, self.drops.counted(1):
            self.reopened().files.add_data(data, to)


def _metric_lines(pairs: Mapping[int, list[str]], moment: float, tail: str) -> list[str]:
    """Return rows of metrics by step, none of them too long to be read again."""
    rows = (
        (step, ",".join(some[at : at + METRICS_A_ROW]))
        for step, some in pairs.items()
        for at in range(0, len(some), METRICS_A_ROW)
    )
    return [f'{{"step":{at},"time":{moment:.3f},"metrics":{{{row}}}{tail}}}\n' for at, row in rows]
