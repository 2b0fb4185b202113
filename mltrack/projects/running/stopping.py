"""Stop the process group of a child in three steps: interrupt, terminate, kill."""

import contextlib
import os
import signal
import time
from typing import NamedTuple


class Grace(NamedTuple):
    """How long a child that was told to stop has, before it is told more harshly.

    What has not gone some time after it was killed is given up: it waits for a device, or for a
    parent that never asks how it ended.
    """

    after_interrupt_seconds: float = 10.0
    after_terminate_seconds: float = 5.0
    after_kill_seconds: float = 5.0


class Stopping:
    """Three steps, each when the one before has had its time."""

    __slots__ = ("_deadline", "_grace", "_group", "_sent")

    _STEPS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)

    def __init__(self, group: int, grace: Grace) -> None:
        self._group = group
        self._grace = grace
        self._sent = 0
        self._deadline = 0.0

    @property
    def begun(self) -> bool:
        """Tell whether the first step was taken."""
        return self._sent > 0

    @property
    def _is_late(self) -> bool:
        return self.begun and time.monotonic() >= self._deadline

    def advance(self, wishes: int) -> None:
        """Take the next step if its time has come, or if a further ^C asks for it."""
        if self._sent < len(self._STEPS) and (wishes > self._sent or self._is_late):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, self._STEPS[self._sent])
            self._deadline = time.monotonic() + self._grace[self._sent]
            self._sent += 1

    def is_over(self) -> bool:
        """Tell whether nothing of the group lives, or nothing more can be done about it."""
        given_up = self._sent == len(self._STEPS) and self._is_late
        return given_up or not self._group_lives()

    def _group_lives(self) -> bool:
        try:
            os.killpg(self._group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True
