"""The data of an evaluation: which it is by its digest, and its rows as a model takes them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mltrack.api.store import start_folder
from mltrack.errors import ConflictError, NotFoundError, UsageError, with_article
from mltrack.models.entities import ColumnType
from mltrack.models.evaluating import files, parts
from mltrack.models.evaluating.asking import Subject
from mltrack.models.evaluating.parts import Part, Wanted
from mltrack.tracking import datasets

if TYPE_CHECKING:
    import os

_TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationData:
    """Rows whose truth is known.

    Attributes:
        name: what it is called.
        facts: what is recorded of it, its digest among them.
        path: the file; None for what is held in memory.
        held: what is held in memory.
        truth: the truth where it is no column of that.
        target: the column of the truth, or what it is called.
        state: the file as it was when its digest was taken.
    """

    name: str
    facts: datasets.Facts
    target: str
    path: Path | None = None
    held: Any = None
    truth: Any = None
    state: "os.stat_result | None" = None

    @property
    def digest(self) -> str:
        """Return the digest of the data."""
        return str(self.facts["digest"])

    def parts(self, subject: Subject, wanted: Wanted) -> Iterable[Part]:
        """Return the rows that have a target, as a model takes them.

        Raises:
            UsageError: here or while they are read: they lack a column, or do not fit the model.
        """
        if self.path is not None and not _is_untyped(subject):
            assert subject.signature is not None  # noqa: S101 - else it would be untyped
            return files.parts_of(self.path, self.name, subject.signature, wanted)
        held = self.held if self.path is None else _whole(self.path, self.name, subject)
        if hasattr(held, "columns"):
            part = parts.from_frame(held, self.truth, subject.signature, wanted)
        else:
            part = parts.from_array(held, self.truth, wanted)
        return [parts.complete(part, wanted, self.name)]

    def require_unchanged(self) -> None:
        """Make sure that the file that was read is the one whose digest was taken.

        Raises:
            ConflictError: it was written to meanwhile.
        """
        if self.path is None or self.state is None:
            return
        now = self.path.stat()
        if (now.st_mtime_ns, now.st_size, now.st_ino) != (
            self.state.st_mtime_ns,
            self.state.st_size,
            self.state.st_ino,
        ):
            raise ConflictError(
                f"{self.name} was written to while it was read, so nothing is kept",
                fix="evaluate again once it no longer changes",
            )


def data_of(data: Any, target: Any) -> EvaluationData:  # noqa: ANN401 - whatever holds rows
    """Return what is evaluated on.

    Args:
        data: the path of a file, a DataFrame, an array, or a list of rows.
        target: the column of the truth, or an array with one value a row.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it cannot be read, or the target of a file is no column.
    """
    truth = None if isinstance(target, str) else target
    named = target if isinstance(target, str) else str(getattr(target, "name", None) or _TARGET)
    if isinstance(data, str | Path):
        if truth is not None:
            raise UsageError(
                "the target of a file is one of its columns", fix='name it: target="y"'
            )
        return _of_file(data, named)
    data = _named(data)
    try:
        facts = datasets.facts_of(data)
    except TypeError:
        raise UsageError(
            f"{with_article(type(data).__name__)} holds no rows",
            fix="give a path, a DataFrame, an array, or a list of rows",
        ) from None
    if truth is not None:
        facts = _together(facts, datasets.facts_of(truth))
    kind = type(data).__name__
    return EvaluationData(name=kind, facts=facts, held=data, truth=truth, target=named)


def _named(data: Any) -> Any:  # noqa: ANN401 - whatever holds rows
    """Return columns by name, and rows that have names for their values, as a DataFrame."""
    rows = isinstance(data, list) and bool(data) and isinstance(data[0], Mapping)
    if not rows and not isinstance(data, Mapping):
        return data
    import pandas as pd

    return pd.DataFrame(data)


def _of_file(data: str | Path, target: str) -> EvaluationData:
    path = start_folder() / Path(data).expanduser()
    if str(data) == "-":
        raise UsageError("an evaluation reads a file, since its digest names the data")
    if path.is_dir():
        raise UsageError(f"{data} is a folder", fix="name one file of it")
    try:
        state = path.stat()
        facts = datasets.facts_of_files([(path, "")])
    except FileNotFoundError:
        raise NotFoundError(
            f"there is no file {data}", fix=f"see what is there: ls {path.parent}"
        ) from None
    except OSError as error:
        raise UsageError(f"{data} cannot be read: {error.strerror or error}") from error
    return EvaluationData(name=str(data), facts=facts, path=path, target=target, state=state)


def _together(data: datasets.Facts, truth: datasets.Facts) -> datasets.Facts:
    """Return the facts of rows and a truth apart from them: their digest is that of two files."""
    lines = f"{data['digest']}  data\n{truth['digest']}  target\n"
    return {**data, "digest": hashlib.sha256(lines.encode()).hexdigest()}


def _is_untyped(subject: Subject) -> bool:
    if subject.signature is None:
        return True
    unknown = any(column.type is ColumnType.ANY for column in subject.signature.inputs)
    return unknown and subject.digest is None


def _whole(path: Path, name: str, subject: Subject) -> Any:  # noqa: ANN401 - a DataFrame
    """Return a whole file as pandas reads it, for a model in memory that knows no types."""
    if subject.digest is not None:
        raise UsageError(
            "the model does not say which columns it takes",
            fix="save the model again with inputs=your_training_data",
        )
    import pandas as pd

    readers = {".parquet": pd.read_parquet, ".jsonl": lambda file: pd.read_json(file, lines=True)}
    read = readers.get(path.suffix.lower(), pd.read_csv)
    try:
        return read(path)
    except (ValueError, OSError) as error:
        raise UsageError(f"{name} cannot be read: {error}") from error
