"""A model in a Python process of its own: to rehearse a package, or in its own environment."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mltrack.errors import MltrackError
from mltrack.models import messages
from mltrack.models.answer import Answer
from mltrack.models.signature.columns import Table

_KILLED_AFTER_SECONDS = 5


class ModelProcessError(MltrackError):
    """A model in a process of its own could not be loaded, or did not answer.

    Attributes:
        kind: the name of the error that was raised there; empty when the process ended by itself.
        module: the module that is missing there, if one is.
        said: the traceback, or what it wrote to standard error.
        is_late: whether it was ended since its time was over.
        is_killed: whether somebody else killed it, as is done when memory is used up.
    """

    is_late = False
    is_killed = False

    def __init__(self, message: str, *, kind: str = "", module: str = "", said: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.module = module
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a model process is started with.

    Attributes:
        python: the interpreter.
        text: the source of the package's loader, as `loader_text.text_of` gives it.
        folder: the package.
        digest: the digest that the package must have.
        variables: all environment variables of the process.
        errors: where its standard error goes; None for that of this process.
        timeout_seconds: how long it may live in all; None for as long as it is asked.
    """

    python: Path
    text: str
    folder: Path
    digest: str
    variables: Mapping[str, str]
    errors: IO[bytes] | None = None
    timeout_seconds: float | None = None


class ModelProcess:
    """A loaded model on the other side of a pipe."""

    def __init__(self, process: "subprocess.Popen[bytes]", timeout_seconds: float | None) -> None:
        self._process = process
        self._timeout_seconds = timeout_seconds
        self._is_late = threading.Event()

    def stop(self) -> None:
        """End it at once: nothing more is asked of it."""
        _kill(self._process)

    def stop_as_late(self) -> None:
        """End it at once, since its time is over: whoever waits for it is told."""
        self._is_late.set()
        self.stop()

    def answer(self, table: Table, method: str = "predict") -> Answer:
        """Return what the model gives for rows that fit.

        Raises:
            ModelProcessError: the model refuses them, or its process ended.
        """
        layout = {"rows": str(table.layout), "names": list(table.names or ())}
        told, arrays = self._asked({"do": "predict", "method": method, **layout}, table.columns)
        found = told["names"]
        return Answer(None if found is None else tuple(found), tuple(arrays))

    def modules(self) -> dict[str, Any]:
        """Return what its loader tells of the modules that are loaded there by now."""
        found: dict[str, Any] = self._asked({"do": "modules"})[0]["modules"]
        return found

    def _asked(
        self, told: Mapping[str, Any], arrays: Sequence[Any] = ()
    ) -> tuple[dict[str, Any], list[Any]]:
        assert self._process.stdin is not None  # noqa: S101 - it was opened with pipes
        try:
            messages.send(self._process.stdin, told, arrays)  # type: ignore[arg-type]  # it is binary
        except OSError as error:
            raise self._ended() from error
        return self.next_answer()

    def next_answer(self) -> tuple[dict[str, Any], list[Any]]:
        """Return the next answer.

        Raises:
            ModelProcessError: it is an error, or there is none.
        """
        assert self._process.stdout is not None  # noqa: S101 - it was opened with pipes
        try:
            message = messages.receive(self._process.stdout)  # type: ignore[arg-type]  # it is binary
        except (EOFError, ValueError) as error:
            raise self._ended() from error
        if message is None:
            raise self._ended()
        told, arrays = message
        if "error" in told:
            raise ModelProcessError(
                f"{told['kind']}: {told['error']}",
                kind=told["of"],
                module=told["module"] or "",
                said=told["traceback"],
            )
        return told, arrays

    def _ended(self) -> ModelProcessError:
        code = self._process.wait()
        error = ModelProcessError(self._end_in_words(code))
        error.is_late = self._is_late.is_set()
        error.is_killed = code == -signal.SIGKILL and not error.is_late
        return error

    def _end_in_words(self, code: int) -> str:
        if self._is_late.is_set():
            return f"it was not done after {self._timeout_seconds:g} seconds"
        if code == -signal.SIGKILL:
            return "its process was killed, as is done when memory is used up"
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
        return f"its process ended with exit code {code}"


@contextlib.contextmanager
def started(start: Start) -> Iterator[ModelProcess]:
    """Give a process that has loaded the model; it ends with the block, and all it started.

    Should this process be killed, the other ends when it finds nobody on the other side.

    Raises:
        ModelProcessError: the model cannot be loaded there.
    """
    with tempfile.TemporaryDirectory(prefix="mltrack-model-") as scratch:
        script = Path(scratch) / "mltrack_loader.py"
        script.write_text(start.text, encoding="utf-8")
        process = _opened(start, script)
        model = ModelProcess(process, start.timeout_seconds)
        try:
            with _limited(model, start.timeout_seconds):
                model.next_answer()
                yield model
        except BaseException:
            _kill(process)
            raise
        finally:
            _end(process)


def _opened(start: Start, script: Path) -> "subprocess.Popen[bytes]":
    """Start the process, in a group of its own: a ^C is for this process, which then ends it.

    Its temporary files lie in a folder that goes away with it, even if it is killed.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - an interpreter and a file of ours
            [start.python, "-P", script, start.folder.absolute(), start.digest],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=start.errors,
            env={**start.variables, "TMPDIR": str(script.parent)},
            cwd=script.parent,
            start_new_session=True,
        )
    except OSError as error:
        raise ModelProcessError(f"{start.python} could not be started: {error}") from error


@contextlib.contextmanager
def _limited(model: ModelProcess, seconds: float | None) -> Iterator[None]:
    """Stop a model when its time is over."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, model.stop_as_late)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process: it ends by itself when nobody asks it any more."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_KILLED_AFTER_SECONDS)
    _kill(process)
    process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and what it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
