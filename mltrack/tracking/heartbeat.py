"""One quiet thread per open run: looks after rows every second, tells the time every thirty."""

import contextlib
import os
import threading
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
    """A daemon thread that looks after a run until it is stopped or the process forks."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient
        self._stopped = threading.Event()
        self._process = os.getpid()

    def start(self) -> None:
        """Begin; where the system gives no more threads, the run goes on without."""
        with contextlib.suppress(RuntimeError):
            threading.Thread(target=self._run, name="mltrack", daemon=True).start()

    def stop(self) -> None:
        """End; returns at once."""
        self._stopped.set()

    def _run(self) -> None:
        checks = 0
        while not self._stopped.wait(CHECK_SECONDS) and os.getpid() == self._process:
            self._patient.look_after()
            if checks % CHECKS_A_BEAT == 0:
                self._patient.beat()
            checks += 1
