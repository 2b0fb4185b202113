"""A run that this process writes to: every call is one row on its way to the disk."""

import contextlib
import json
import os
import time as clock_time
from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import Any

from mltrack.errors import MltrackError, UsageError
from mltrack.store import clock, liveness
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.atomic import write_file
from mltrack.store.blobs import temporary
from mltrack.store.journal import Row, encode_number, encode_row
from mltrack.store.store import Store
from mltrack.tracking import fold, rehoming, starting, values
from mltrack.tracking.drops import Drops
from mltrack.tracking.heartbeat import Heartbeat
from mltrack.tracking.journals import read_journals
from mltrack.tracking.starting import RunSpec
from mltrack.tracking.writer import Writer


class LiveRun:
    """The writing end of a run; failures of the machine are counted, never raised."""

    def __init__(self, store: Store, writer: Writer, fields: dict[str, Any] | None) -> None:
        self.store = store
        self.writer = writer
        self.fields = fields
        self.drops = Drops(strict=store.settings["strict"])
        self.process = os.getpid()
        self.lock = RLock()
        self._every_row = store.settings["durability"] == "full"
        self._next_steps: dict[str, int] = {}
        self._keys: dict[str, str] = {}
        self._heartbeat = Heartbeat(self)

    @classmethod
    def start(cls, store: Store, spec: RunSpec) -> "LiveRun":
        """Make a run and hold it open.

        Raises:
            StoreWriteError: the disk refused.
        """
        started = starting.start(store, spec)
        run = cls(store, started.writer, started.fields)
        if spec.held:
            run._heartbeat.start()
        return run

    @classmethod
    def join(cls, store: Store, run_id: str, *, opens: bool = False) -> "LiveRun":
        """Write to a run that is there, as a further writer; `opens` takes it up again."""
        run = cls(store, Writer.join(store, run_id, opens=opens), None)
        run._go_on_after_last_steps()
        run._heartbeat.start()
        return run

    @classmethod
    def rejoin(cls, store: Store, run_id: str, writer: str) -> "LiveRun":
        """Write to a live run as a further writer that another process began."""
        again = Writer(store, run_id, writer, opens=False)
        again.begin(liveness.mark_of_this_process())
        run = cls(store, again, None)
        run._go_on_after_last_steps()
        return run

    def _go_on_after_last_steps(self) -> None:
        last = fold.last_steps(read_journals(self.store, self.id))
        self._next_steps = {name: step + 1 for name, step in last.items()}

    @property
    def id(self) -> str:
        """Return the id of the run."""
        return self.writer.run_id

    @property
    def is_creator(self) -> bool:
        """Tell whether this is the writer that made the run."""
        return self.fields is not None

    def log_metrics(
        self, metrics: Mapping[str, float], *, step: int | None = None, time: float | None = None
    ) -> None:
        """Append the values of metrics at one step.

        Raises:
            TypeError: a value is not a number, or the step is no integer.
            UsageError: this writer has ended.
        """
        moment = round(clock_time.time() if time is None else time, 3)
        by_step: dict[int, list[str]] = {}
        fixed = None if step is None else values.as_step(step)
        for name, value in metrics.items():
            at = self._next_steps.get(name, 0) if fixed is None else fixed
            number = values.as_number(name, value)
            by_step.setdefault(at, []).append(f"{self._key(name)}:{encode_number(number)}")
        lines = [
            f'{{"step":{at},"time":{moment!r},"metrics":{{{",".join(pairs)}}}}}\n'
            for at, pairs in by_step.items()
        ]
        self._write("".join(lines).encode(), len(lines))
        for name in metrics:
            following = self._next_steps.get(name, 0)
            self._next_steps[name] = max(following, (following if fixed is None else fixed) + 1)

    def _key(self, name: str) -> str:
        key = self._keys.get(name)
        if key is None:
            key = json.dumps(values.checked_key(name, "metric"), ensure_ascii=False)
            self._keys[name] = key
        return key

    def log_params(self, params: dict[str, Any]) -> None:
        """Append parameters; a value over 64 KiB becomes an artifact that the parameter names."""
        checked = values.checked_values(params, "param", self.store.settings["secrets.allow"])
        kept = {}
        for name, value in checked.items():
            data = values.too_large(value)
            if data is not None:
                value = values.stand_in(data)  # noqa: PLW2901 - the value that is written
                self.log_bytes(data, value["artifact"])
            kept[name] = value
        self._write_row({"params": kept})

    def set_tags(self, tags: dict[str, Any]) -> None:
        """Append tags."""
        checked = values.checked_values(tags, "tag", self.store.settings["secrets.allow"])
        self._write_row({"tags": checked})

    def rename(self, name: str) -> None:
        """Give the run another name."""
        self._write_row({"name": values.checked_key(name, "run")})

    def log_artifact(self, source: Path, to: str) -> None:
        """Copy a file or a folder into the run.

        Raises:
            NotFoundError: there is nothing at `source`.
            UsageError: `to` cannot be the path of an artifact, or this writer has ended.
        """
        self._refuse_after_end()
        with self.lock, self.drops.counted(1):
            ArtifactFolder(self.store, self.writer.folder).add(source, to)

    def log_bytes(self, data: bytes, to: str) -> None:
        """Keep some bytes as an artifact."""
        with self.drops.counted(1):
            path = temporary(self.store.layout.tmp)
            try:
                write_file(path, data, tmp=self.store.layout.tmp, sync=False)
                self.log_artifact(path, to)
            finally:
                path.unlink(missing_ok=True)

    def _write_row(self, row: Row) -> None:
        self._write(encode_row({**row, "time": clock.now()}), 1)

    def _write(self, lines: bytes, count: int) -> None:
        if self.writer.is_closed:
            self._after_close()
        with self.lock:
            try:
                self.writer.append_lines(lines, count)
                if self._every_row:
                    self.writer.sync()
            except OSError as error:
                self.drops.count(count, error)

    def _after_close(self) -> None:
        """Go on as a new writer after a fork; refuse after the end."""
        if self.process == os.getpid():
            self._refuse_after_end()
        self.process = os.getpid()
        self.lock = RLock()
        self.fields = None
        self.writer = Writer.join(self.store, self.id)
        self._heartbeat = Heartbeat(self)
        self._heartbeat.start()

    def _refuse_after_end(self) -> None:
        if self.writer.is_closed and self.process == os.getpid():
            raise UsageError(
                f"run {self.id} has ended, so nothing can be logged to it",
                fix=f'mltrack.start_run(resume="{self.id}"), or: mltrack log --run {self.id} ...',
            )

    def inherit(self) -> None:
        """Let go of the parent's journal in a forked child; the next row makes a new writer."""
        self.writer.abandon()

    def look_after(self) -> None:
        """Sync rows, and move to a new writer if the journal's path leads elsewhere."""
        with self.lock, self.drops.counted(0):
            if self.writer.is_closed:
                return
            if self.store.settings["durability"] != "none":
                self.writer.sync()
            if self.writer.is_detached():
                self.writer = rehoming.rehomed(self.writer, self.fields)

    def end(self, status: str, *, error: str = "") -> None:
        """Write the last row, and let go of the run.

        Args:
            status: finished, failed, killed or lost; used only by a writer that opened the run.
            error: what ended it, in one line.
        """
        self._heartbeat.stop()
        with self.lock:
            if self.writer.is_closed:
                return
            self.look_after()
            if self.writer.opens:
                row: Row = {"ended": status, **({"error": error} if error else {})}
                self._write_row(
                    {**row, **({"dropped": self.drops.total} if self.drops.total else {})}
                )
            with contextlib.suppress(OSError):
                self.writer.sync()
            self.writer.close()

    def beat(self) -> None:
        """Write the time into the heartbeat, which another machine can read."""
        path = self.store.layout.local(self.id) / "heartbeat"
        with contextlib.suppress(MltrackError):
            data = f"{clock.to_text(clock.now())}\n".encode()
            write_file(path, data, tmp=self.store.layout.tmp, sync=False)
