"""What a scenario does, and what came of each step, told line by line to whoever checks it."""

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import mltrack
from mltrack.api.tracking.active import ActiveRun
from mltrack.errors import MltrackError
from tests.system.shim import Shim


class RefusedError(Exception):
    """The program would now die of a typed error."""


class Said(NamedTuple):
    """One step of a scenario.

    Attributes:
        what: tried, then done, dropped (counted and said), refused (a typed error) or crashed.
        step: what was asked for: metric, param, version.
        facts: what a reader must find if it was done.
    """

    what: str
    step: str
    facts: list[Any]


class Acts:
    """Takes steps, and writes what came of each to a file outside the store."""

    def __init__(self, told: Path, shim: Shim) -> None:
        self._told = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._errors = Path(f"{told}.stderr")
        self._shim = shim

    def begin(self, **options: Any) -> ActiveRun:
        """Begin a run.

        Raises:
            RefusedError: it could not be begun.
        """
        runs: list[ActiveRun] = []
        if not self._worked("run", lambda: runs.append(mltrack.start_run(**options))):
            raise RefusedError
        (run,) = runs
        self._tell("done" if run._live.is_kept else "dropped", "run", [run.id])
        for name, value in options.get("params", {}).items():
            whole = run._live.is_kept and not run._live.drops.total
            self._tell("done" if whole else "dropped", "param", [run.id, name, value])
        return run

    def log(self, run: ActiveRun, step: str, call: Callable[[], object], *facts: Any) -> None:
        """Take a step of a program that logs: done, or counted as dropped."""
        before = run._live.drops.total
        self._tell("tried", step, [run.id, *facts])
        if self._worked(step, call):
            kept = run._live.drops.total == before
            self._tell("done" if kept else "dropped", step, [run.id, *facts])

    def end(self, run: ActiveRun) -> None:
        """End a run; done, unless it says that it is not."""
        said = len(self._heard())
        if self._worked("finish", run.finish):
            refused = not run._live.is_kept or "could not be written" in self._heard()[said:]
            facts = [run.id, run._live.drops.total]
            self._tell("dropped" if refused else "done", "finish", facts)

    def ask(self, step: str, call: Callable[[], object], *facts: Any) -> bool:
        """Take a step that either is done or raises; one that complains is not done."""
        said = self._heard()
        self._tell("tried", step, list(facts))
        done = self._worked(step, call)
        quiet = self._heard() == said
        if done:
            self._tell("done" if quiet else "dropped", step, list(facts))
        return done and quiet

    def _worked(self, step: str, call: Callable[[], object]) -> bool:
        try:
            call()
        except MltrackError as error:
            self._tell("refused", step, [type(error).__name__, str(error)])
        except BaseException:  # noqa: BLE001 - whatever else comes is what is looked for
            self._tell("crashed", step, [traceback.format_exc()])
        else:
            return True
        return False

    def _tell(self, what: str, step: str, facts: list[Any]) -> None:
        line = json.dumps([what, step, facts])
        os.write(self._told, f"{line}\n".encode())
        self._shim.note(line)

    def _heard(self) -> str:
        sys.stderr.flush()
        return self._errors.read_text() if self._errors.exists() else ""


def told(path: Path) -> list[Said]:
    """Return what a scenario told."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [Said(*json.loads(line)) for line in lines]
