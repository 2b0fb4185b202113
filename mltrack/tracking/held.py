"""A writer in the hands of one process: looked after, replaced when it must be, ended once."""

import contextlib
import os
from collections.abc import Callable, Iterator
from threading import RLock

from mltrack.errors import MltrackError, StoreWriteError, UsageError
from mltrack.store import clock
from mltrack.store.atomic import write_file
from mltrack.store.journal import Row, encode_row
from mltrack.store.store import Store
from mltrack.tracking import rehoming
from mltrack.tracking.drops import Drops, told_by
from mltrack.tracking.heartbeat import HEARTBEAT, Heartbeat
from mltrack.tracking.journals import read_journals, rows_seen
from mltrack.tracking.starting import Made
from mltrack.tracking.tally import Tally
from mltrack.tracking.writer import Writer


class HeldWriter:
    """Appends rows for the threads of one process; what the machine refuses is counted."""

    def __init__(self, store: Store, writer: Writer, made: Made | None = None) -> None:
        self.store = store
        self.writer = writer
        self.made = made
        self.tally = Tally()
        self._ended = False
        self._every_row = store.settings["durability"] == "full"
        self._belong_here()

    def _belong_here(self) -> None:
        """Belong to this process; its threads share one lock for rows and one for files."""
        self.process = os.getpid()
        self.lock, self.files_lock = RLock(), RLock()
        self.drops = Drops(strict=self.store.settings["strict"])
        self._heartbeat = Heartbeat(self, str(self.store.root))
        self._last_acts: list[Callable[[], None]] = []

    @property
    def id(self) -> str:
        """Return the id of the run."""
        return self.writer.run_id

    @property
    def is_kept(self) -> bool:
        """Tell whether there is anything on the disk to write to."""
        return self.writer.is_kept

    @property
    def has_ended(self) -> bool:
        """Tell whether the run was let go of for good, here or before a fork."""
        return self._ended

    def keep_alive(self) -> None:
        """Look after the writer every second from now on, and tell the time."""
        self._heartbeat.start()

    def before_end(self, act: Callable[[], None]) -> None:
        """Do something just before this process ends its part of the run; not in a forked child."""
        self._last_acts.append(act)

    def append(self, lines: bytes, count: int) -> bool:
        """Append encoded rows, or count them as dropped and return False; who calls holds the lock.

        Raises:
            UsageError: this writer has ended.
            StoreWriteError: the disk refused, and the setting `strict` is on.
        """
        try:
            journal = self.writer.journal
            if journal is None:
                self.reopened().append(lines)
            else:
                journal.append(lines)
            if self._every_row:
                self.writer.sync()
        except (OSError, StoreWriteError) as error:
            self.tally.spoil()
            self.drops.count(count, error)
            return False
        return True

    def append_row(self, row: Row, count: int = 1) -> bool:
        """Append one row with the present time; `count` is what is dropped when it is."""
        line = encode_row({**row, "time": clock.now()})
        with self.lock:
            kept = self.append(line, count)
            if kept:
                self.tally.keep(line)
        return kept

    def reopened(self) -> Writer:
        """Return what to write to: in a forked child, whose parent keeps its own, a new writer.

        Raises:
            UsageError: this writer has ended.
            StoreWriteError, OSError: the disk refused a new writer.
        """
        with self.lock:
            if not self.writer.is_closed:
                return self.writer
            if self.has_ended:
                raise UsageError(
                    f"run {self.id} has ended, so nothing can be logged to it",
                    fix=f'mltrack.start_run(resume="{self.id}"), '
                    f"or: mltrack log metric NAME VALUE --run {self.id}",
                )
            self.made = None
            seen = rows_seen(read_journals(self.store, self.id))
            self.writer = Writer.join(self.store, self.id, seen)
            self._belong_here()
            self.keep_alive()
            return self.writer

    def inherit(self) -> None:
        """Let go of the parent's journal in a forked child; the next row makes a new writer."""
        self.lock, self.files_lock = RLock(), RLock()
        self.writer.abandon()

    def look_after(self) -> None:
        """Move to a new writer if the journal's path leads elsewhere, and sync rows."""
        with self._kept_waiting(), self.lock:
            self._go_where_it_is_found()
        with self._kept_waiting():
            self._sync()

    def _go_where_it_is_found(self) -> None:
        if self.writer.is_detached():
            self.writer = rehoming.rehomed(self.writer, self.made)

    def _sync(self) -> None:
        if self.store.syncs:
            self.writer.sync()

    @contextlib.contextmanager
    def _kept_waiting(self) -> Iterator[None]:
        """Leave to the next time what the disk refuses now, and say so."""
        try:
            yield
        except (OSError, MltrackError) as error:
            fault = told_by(error)
            self.drops.warn(f"rows of run {self.id} are not safe yet ({fault}); the run goes on")

    def beat(self) -> None:
        """Write the time into the heartbeat, which another machine can read."""
        path = self.store.layout.local(self.id) / HEARTBEAT
        data = f"{clock.to_text(clock.now())}\n".encode()
        with self.lock, contextlib.suppress(MltrackError):
            if not self.writer.is_closed:
                write_file(path, data, tmp=self.store.layout.tmp, sync=False)

    def end(self, status: str, *, error: str = "", traceback: str = "") -> bool:
        """Write the last row, and let go of the run.

        The mark of a writer that opened the run stays where the disk did not take its last row:
        the run is then lost, unless somebody else says how it ended.

        Args:
            status: finished, failed, killed or lost; used only by a writer that opened the run.
            error: what ended it, in one line.
            traceback: where that came from.

        Returns:
            Whether the last row was written, if there was one to write.

        Raises:
            StoreWriteError: the disk refused, and the setting `strict` is on.
        """
        told = False
        for act in self._last_acts:
            act()
        self._heartbeat.stop()
        with self.files_lock, self.lock:
            if self.writer.is_closed:
                return True
            with self._kept_waiting():
                self._go_where_it_is_found()
            word: Row = {"ended": status, "error": error, "traceback": traceback}
            row = word if self.writer.opens else {"traceback": traceback}
            said = {k: v for k, v in {**row, "dropped": self.drops.total}.items() if v}
            try:
                told = not said or self._told(said)
                with self._kept_waiting():
                    self._sync()
            finally:
                self._ended = True
                self.writer.close(told=told or not self.writer.opens)
        return told

    def _told(self, row: Row) -> bool:
        """Append the last row; what the disk refuses for a moment it may take the second time."""
        lines = encode_row({**row, "time": clock.now()})
        for last in (False, True):
            try:
                self.writer.append(lines)
            except OSError as error:
                self.tally.spoil()
                if last:
                    self.drops.count(0, error)
            else:
                self.tally.keep(lines)
                return True
        return False
