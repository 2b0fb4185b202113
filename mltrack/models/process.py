"""A model in a Python process of its own: to rehearse a package, or in its own environment."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mltrack.errors import MltrackError
from mltrack.models import loader
from mltrack.models.answer import Answer
from mltrack.models.signature.columns import Table

_KILLED_AFTER_SECONDS = 5


class ModelProcessError(MltrackError):
    """A model in a process of its own could not be loaded, or did not answer.

    Attributes:
        kind: the name of the error that was raised there; empty when the process ended by itself.
        module: the module that is missing there, if one is.
        said: the traceback, or what it wrote to standard error.
    """

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
    """

    python: Path
    text: str
    folder: Path
    digest: str
    variables: Mapping[str, str]
    errors: IO[bytes] | None = None


class ModelProcess:
    """A loaded model on the other side of a pipe."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def answer(self, table: Table, method: str = "predict") -> Answer:
        """Return what the model gives for rows that fit.

        Raises:
            ModelProcessError: the model refuses them, or its process ended.
        """
        layout = {"rows": str(table.layout), "names": list(table.names or ())}
        told, arrays = self._asked({"do": "predict", "method": method, **layout}, table.columns)
        found = told["names"]
        return Answer(None if found is None else tuple(found), tuple(arrays))

    def modules(self) -> dict[str, str]:
        """Return the file of every module that is loaded there by now."""
        found: dict[str, str] = self._asked({"do": "modules"})[0]["modules"]
        return found

    def _asked(
        self, told: Mapping[str, Any], arrays: Sequence[Any] = ()
    ) -> tuple[dict[str, Any], list[Any]]:
        assert self._process.stdin is not None  # noqa: S101 - it was opened with pipes
        try:
            loader.send(self._process.stdin, told, arrays)  # type: ignore[arg-type]  # it is binary
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
            message = loader.receive(self._process.stdout)  # type: ignore[arg-type]  # it is binary
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
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return ModelProcessError(f"the model's process ended ({how})")


@contextlib.contextmanager
def started(start: Start) -> Iterator[ModelProcess]:
    """Give a process that has loaded the model; it ends with the block.

    Raises:
        ModelProcessError: the model cannot be loaded there.
    """
    with tempfile.TemporaryDirectory(prefix="mltrack-model-") as scratch:
        script = Path(scratch) / "mltrack_loader.py"
        script.write_text(start.text, encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603 - an interpreter and a file of ours
            [start.python, "-P", script, start.folder.absolute(), start.digest],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=start.errors,
            env=dict(start.variables),
            cwd=scratch,
        )
        try:
            model = ModelProcess(process)
            model.next_answer()
            yield model
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process: it ends by itself when nobody asks it any more."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        process.wait(_KILLED_AFTER_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
