"""One writer of one run: its own folder, its journal, its mark that it lives."""

import contextlib
import platform
from pathlib import Path
from typing import Any

from mltrack.store import clock, liveness
from mltrack.store.atomic import built_folder
from mltrack.store.ids import MAIN_WRITER, new_writer
from mltrack.store.journal import Journal, Row, encode_row, read_rows
from mltrack.store.layout import METRICS
from mltrack.store.store import Store, hide_from_git


class Writer:
    """Appends rows that only this writer writes; every row is the system's when `append` returns."""

    def __init__(self, store: Store, run_id: str, name: str, *, opens: bool) -> None:
        self.store = store
        self.run_id = run_id
        self.name = name
        self.opens = opens
        self.rows = 0
        self._journal: Journal | None = Journal(self.folder / METRICS)
        self._unsynced = False

    @classmethod
    def join(
        cls, store: Store, run_id: str, *, opens: bool = False, mark: dict[str, Any] | None = None
    ) -> "Writer":
        """Become a new writer of a run that is there, having seen all its rows so far.

        Args:
            store: the store.
            run_id: the run.
            opens: whether this writer takes the run up again, so that its end is the run's end.
            mark: what tells that this writer lives; this process, unless said otherwise.

        Raises:
            StoreWriteError: the disk refused.
        """
        store.prepare()
        name = new_writer()
        with built_folder(store.layout.writer_folder(run_id, name), tmp=store.layout.tmp) as folder:
            hide_from_git(folder)
        writer = cls(store, run_id, name, opens=opens)
        writer.begin(mark or liveness.mark_of_this_process())
        return writer

    @property
    def folder(self) -> Path:
        """Return the folder that only this writer writes to."""
        return self.store.layout.writer_folder(self.run_id, self.name)

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more can be written."""
        return self._journal is None

    def begin(self, mark: dict[str, Any]) -> None:
        """Say that this writer lives, and write the row that every process begins with."""
        liveness.write_mark(
            self.store.layout.local(self.run_id), self.name, {**mark, "opens": self.opens}
        )
        seen = rows_seen(self.store, self.run_id, but=self.name)
        self.append(head_row(self.store, self.name, seen, mark=mark, opens=self.opens))

    def append(self, row: Row) -> None:
        """Append one row.

        Raises:
            OSError: the disk refused.
        """
        self.append_lines(encode_row(row), 1)

    def append_lines(self, lines: bytes, count: int) -> None:
        """Append `count` rows that are encoded already.

        Raises:
            OSError: the disk refused.
        """
        if self._journal is None:
            raise OSError(f"the journal of {self.run_id} is closed")
        self._journal.append(lines)
        self.rows += count
        self._unsynced = True

    def sync(self) -> None:
        """Make all rows safe against a power cut, if any is not yet."""
        if self._journal is not None and self._unsynced:
            self._unsynced = False
            self._journal.sync()

    def is_detached(self) -> bool:
        """Tell whether the journal's path no longer leads to what is written."""
        return self._journal is not None and self._journal.is_detached()

    def content(self) -> bytes:
        """Return all that this writer has written, wherever its path leads now."""
        return self._journal.content() if self._journal else b""

    def close(self) -> None:
        """Write no more; the mark goes away."""
        self.abandon()
        liveness.remove_mark(self.store.layout.local(self.run_id), self.name)

    def abandon(self) -> None:
        """Close the descriptor and leave everything else, as after a fork."""
        if self._journal is not None:
            with contextlib.suppress(OSError):
                self._journal.close()
            self._journal = None


def head_row(
    store: Store, writer: str, seen: dict[str, int], *, mark: dict[str, Any], opens: bool
) -> Row:
    """Return the first row of a process: who writes, and how many rows it saw of each writer."""
    row: Row = {"writer": writer}
    if store.settings["identity.host"] == "name":
        row["host"] = platform.node()
    if "pid" in mark:
        row["pid"] = mark["pid"]
    if opens:
        row["opens"] = True
    return {**row, "seen": seen, "time": clock.now()}


def rows_seen(store: Store, run_id: str, *, but: str = "") -> dict[str, int]:
    """Return how many rows of each writer of a run are on the disk now."""
    names = [MAIN_WRITER, *store.layout.writers(run_id)]
    counts = {
        name: sum(1 for _ in read_rows(store.layout.writer_folder(run_id, name) / METRICS))
        for name in names
        if name != but
    }
    return {name: count for name, count in counts.items() if count}
