"""One writer of one run: its own folder, its journal, its mark that it lives."""

import contextlib
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mltrack.store import clock, liveness
from mltrack.store.atomic import built_folder, explained, unused, withdraw
from mltrack.store.ids import new_writer
from mltrack.store.journal import Journal, Row, encode_row
from mltrack.store.layout import GITIGNORE, METRICS
from mltrack.store.liveness import Life
from mltrack.store.store import Store, hide_from_git

if TYPE_CHECKING:
    from mltrack.store.artifacts import ArtifactFolder

NOTHING_SEEN: Mapping[str, int] = {}


class Copied(NamedTuple):
    """The whole journal of a writer that another goes on for."""

    writer: str
    lines: bytes
    rows: int


class Writer:
    """Appends rows that nobody else writes; each is the system's when `append` returns."""

    def __init__(
        self, store: Store, run_id: str, name: str, *, opens: bool = False, shared: bool = False
    ) -> None:
        self.store = store
        self.run_id = run_id
        self.name = name
        self.opens = opens
        self._mark = mark_of(name) if shared else name
        path = self.folder / METRICS
        with explained(path):
            self.journal: Journal | None = Journal(path, shared=shared)

    @classmethod
    def join(
        cls,
        store: Store,
        run_id: str,
        seen: Mapping[str, int],
        *,
        opens: bool = False,
        held: bool = True,
        copied: Copied | None = None,
    ) -> "Writer":
        """Become a new writer of a run that is there.

        Args:
            store: the store.
            run_id: the run.
            seen: how many rows of each writer it has seen.
            opens: whether this writer takes the run up again, so that its end is the run's end.
            held: whether this process holds the run open; not so for `mltrack start`.
            copied: the journal that was taken away, which the new one goes on from.

        Raises:
            StoreWriteError: the disk refused; nothing is left behind.
        """
        store.prepare()
        name, local = new_writer(), store.layout.local(run_id)
        head = head_row(store, name, seen, opens=opens, held=held, copied=copied)
        try:
            mark_alive(store, run_id, name, opens=opens, process=held)
            target = store.layout.writer_folder(run_id, name)
            building = built_folder(
                target, tmp=store.layout.tmp, sync=store.syncs, later=(GITIGNORE,)
            )
            with building as folder:
                hide_from_git(folder)
                rows = encode_row(head) + (copied.lines if copied else b"")
                (folder / METRICS).write_bytes(rows)
            return cls.in_new_folder(store, run_id, name, opens=opens)
        except BaseException:
            liveness.remove_mark(local, name)
            raise

    @classmethod
    def in_new_folder(cls, store: Store, run_id: str, name: str, *, opens: bool) -> "Writer":
        """Open the journal in a folder that was just put in place, or take that away again.

        Raises:
            StoreWriteError: the disk refused; nothing is left behind.
        """
        try:
            return cls(store, run_id, name, opens=opens)
        except BaseException:
            withdraw(store.layout.writer_folder(run_id, name), unused(store.layout.tmp))
            raise

    @classmethod
    def share(cls, store: Store, run_id: str, name: str, seen: Mapping[str, int]) -> "Writer":
        """Go on with the journal of a further writer that an earlier process began.

        Raises:
            StoreWriteError: the disk refused.
        """
        writer = cls(store, run_id, name, shared=True)
        mark_alive(store, run_id, writer._mark, opens=False)
        with explained(writer.folder / METRICS):
            writer.append(encode_row(head_row(store, name, seen)))
        return writer

    @property
    def is_kept(self) -> bool:
        """Tell whether what is written goes anywhere."""
        return True

    @cached_property
    def folder(self) -> Path:
        """Return the folder that only this writer writes to."""
        return self.store.layout.writer_folder(self.run_id, self.name)

    @cached_property
    def files(self) -> "ArtifactFolder":
        """Return where this writer keeps files."""
        from mltrack.store.artifacts import ArtifactFolder

        return ArtifactFolder(self.store, self.folder)

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more can be written."""
        return self.journal is None

    def append(self, lines: bytes) -> None:
        """Append rows that are encoded already.

        Raises:
            OSError: the disk refused.
        """
        if self.journal is None:
            raise OSError(f"the journal of {self.run_id} is closed")
        self.journal.append(lines)

    def sync(self) -> None:
        """Make all rows safe against a power cut, if any is not yet.

        Raises:
            OSError: the disk refused.
        """
        if self.journal is not None:
            self.journal.sync()

    def is_detached(self) -> bool:
        """Tell whether the journal's path no longer leads to what is written."""
        return self.journal is not None and self.journal.is_detached()

    def content(self) -> bytes:
        """Return all that this writer has written, wherever its path leads now."""
        return self.journal.content() if self.journal else b""

    def close(self, *, told: bool = True) -> None:
        """Write no more; the mark goes away where all was told that there was to tell."""
        self.abandon()
        if told:
            self.unmark()

    def unmark(self) -> None:
        """Take away the mark that says that this writer lives, or never told its end."""
        liveness.remove_mark(self.store.layout.local(self.run_id), self._mark)

    def abandon(self) -> None:
        """Close the descriptor and leave everything else, as after a fork."""
        if self.journal is not None:
            with contextlib.suppress(OSError):
                self.journal.close()
            self.journal = None


def mark_of(writer: str) -> str:
    """Return the name of this process's mark for a writer that it shares with others."""
    return f"{writer}.{os.getpid()}"


def alive_here(store: Store, run_id: str) -> frozenset[str]:
    """Return the writers of a run that a living process of this machine holds."""
    marks = liveness.marks_in(store.layout.local(run_id))
    alive = (name for name, mark in marks.items() if liveness.life_of(mark) is Life.ALIVE)
    return frozenset(name.partition(".")[0] for name in alive)


def mark_alive(store: Store, run_id: str, name: str, *, opens: bool, process: bool = True) -> None:
    """Say on this machine that a writer lives."""
    mark = liveness.mark_of_this_process(process=process)
    liveness.write_mark(store.layout.local(run_id), name, {**mark, "opens": opens})


def head_row(
    store: Store,
    writer: str,
    seen: Mapping[str, int] = NOTHING_SEEN,
    *,
    opens: bool = False,
    held: bool = True,
    copied: Copied | None = None,
) -> Row:
    """Return the first row of a process: who writes, and how many rows it saw of each writer."""
    row: Row = {"writer": writer}
    if store.settings["identity.host"] == "name":
        row["host"] = liveness.this_host()
    if held:
        row["pid"] = os.getpid()
    if opens:
        row["opens"] = True
    row["seen"] = dict(seen)
    if copied is not None:
        row["seen"] |= {copied.writer: copied.rows}
        row["copies"] = {copied.writer: copied.rows}
    return {**row, "time": clock.now()}
