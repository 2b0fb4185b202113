"""One quiet thread per open run: syncs rows every second and tells the time every thirty."""

import os
import threading
from typing import Protocol

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
        """Begin."""
        threading.Thread(target=self._run, name="mltrack", daemon=True).start()

    def stop(self) -> None:
        """End; returns at once."""
        self._stopped.set()

    def _run(self) -> None:
        checks = 0
        while os.getpid() == self._process:
            if checks % CHECKS_A_BEAT == 0:
                self._patient.beat()
            if self._stopped.wait(CHECK_SECONDS):
                return
            self._patient.look_after()
            checks += 1
