"""A quiet thread for the open runs of a store: rows are synced, and the time is told."""

import contextlib
import os
import threading
import time
from typing import Protocol

HEARTBEAT = "heartbeat"
"""The file in `local/<run-id>/` that holds the time."""
CHECK_SECONDS = 1.0
CHECKS_A_BEAT = 30


class Patient(Protocol):
    """What is looked after."""

    def look_after(self) -> None:
        """Sync, and check that what is written can be found."""

    def beat(self) -> None:
        """Tell the time."""


class Heartbeat:
    """Has a run looked after until it is stopped or the process forks."""

    def __init__(self, patient: Patient, store: str) -> None:
        self._patient = patient
        self._store = store
        self._process = os.getpid()
        self._checks = 0

    def start(self) -> None:
        """Begin; where the system gives no more threads, the run goes on without."""
        _looked_after.setdefault(self._store, []).append(self)
        if (os.getpid(), self._store) not in _threads:
            _begin_thread(self._store)

    def stop(self) -> None:
        """End; returns at once."""
        with contextlib.suppress(ValueError):  # it was not begun
            _looked_after.get(self._store, []).remove(self)

    def check(self) -> None:
        """Look after the run now, if this is its process."""
        if self._process != os.getpid():
            self.stop()
            return
        try:
            self._patient.look_after()
            if self._checks % CHECKS_A_BEAT == 0:
                self._patient.beat()
        except BaseException:  # a mistake of ours ends the care for this run, and for no other
            self.stop()
            raise
        self._checks += 1


_looked_after: dict[str, list[Heartbeat]] = {}
_threads: set[tuple[int, str]] = set()
"""For which stores a process has a thread; a child that was forked has none of its parent's."""


def _begin_thread(store: str) -> None:
    mine = os.getpid(), store
    _threads.add(mine)
    try:
        threading.Thread(target=_look_after_all, args=mine, name="mltrack", daemon=True).start()
    except RuntimeError:
        _threads.discard(mine)


def _look_after_all(process: int, store: str) -> None:
    """Go round every second until no run is open.

    One thread for all runs of a store, because to begin one for each run takes long beside a short
    run; none for two stores, because the disk of one may answer late or never.
    """
    try:
        while _looked_after[store]:
            time.sleep(CHECK_SECONDS)
            for heartbeat in tuple(_looked_after[store]):
                heartbeat.check()
    finally:
        _threads.discard((process, store))
        if _looked_after[store]:  # a run came just now, and took this thread for one that goes on
            _begin_thread(store)
