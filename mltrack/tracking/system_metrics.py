"""Log now and then how busy the machine is, as metrics of a run, from a quiet thread."""

import contextlib
import os
import threading
from collections.abc import Callable, Mapping

from mltrack.errors import MissingExtraError, UsageError
from mltrack.tracking import notices
from mltrack.tracking.gauges import Gauges, Readings
from mltrack.tracking.live import LiveRun
from mltrack.tracking.nowhere import Nowhere
from mltrack.tracking.ranks import rank_of

GROUP = "system/"
LEAST_SECONDS = 1
LAST_WAIT_SECONDS = 1.0


def watch(run: LiveRun) -> None:
    """Sample the machine into a run until it ends.

    Never raises: where it cannot be done, it is said.
    """
    if isinstance(run.writer, Nowhere):
        return
    try:
        gauges = Gauges(run.store.project)
    except MissingExtraError as error:
        notices.say_once(f"{error.message}: {error.fix}")
        return
    except Exception as error:  # noqa: BLE001 - whatever the system answers
        notices.say_once(f"no system metrics are logged ({error!s:.200})")
        return
    shared = run.store.settings["ranks"] == "join"
    prefix = prefix_of(os.environ) if shared else GROUP

    def log(readings: Readings) -> None:
        run.log_metrics({f"{prefix}{name}": value for name, value in readings.items()})

    seconds = max(int(run.store.settings["system_metrics_seconds"]), LEAST_SECONDS)
    sampler = Sampler(gauges.read, log, seconds)
    sampler.start()
    run.before_end(sampler.stop)


def prefix_of(variables: Mapping[str, str]) -> str:
    """Return how a rank names its metrics in the run of all: the first as a process alone does."""
    rank = rank_of(variables, str)
    return GROUP if rank is None or rank.number == 0 else f"{GROUP}rank{rank.number}/"


class Sampler:
    """A daemon thread that reads and logs until it is stopped or the process forks.

    Args:
        read: gives the readings.
        log: keeps them.
        seconds: the time from one reading to the next.
    """

    def __init__(
        self, read: Callable[[], Readings], log: Callable[[Readings], None], seconds: float
    ) -> None:
        self._read = read
        self._log = log
        self._seconds = seconds
        self._stopped = threading.Event()
        self._process = os.getpid()
        self._sampling = threading.RLock()

    def start(self) -> None:
        """Begin; where the system gives no more threads, there is only the last reading."""
        with contextlib.suppress(RuntimeError):
            threading.Thread(target=self._run, name="mltrack-system", daemon=True).start()

    def stop(self) -> None:
        """Take a last reading, and end; in a forked child there is nothing to end.

        A reading on its way is not waited for longer than a second: it may wait for a lock that
        this very thread holds, when a signal ends the run.
        """
        if os.getpid() != self._process or self._stopped.is_set():
            return
        self._stopped.set()
        if self._sampling.acquire(timeout=LAST_WAIT_SECONDS):
            try:
                self._sample()
            finally:
                self._sampling.release()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds) and os.getpid() == self._process:
            with self._sampling:
                if not self._stopped.is_set():
                    self._sample()

    def _sample(self) -> None:
        try:
            self._log(self._read())
        except UsageError:  # the run has ended
            self._stopped.set()
        except Exception as error:  # noqa: BLE001 - sampling never ends a training
            self._stopped.set()
            notices.say_once(f"system metrics: nothing more is logged ({error!s:.200})")
