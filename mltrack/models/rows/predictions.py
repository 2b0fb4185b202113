"""Predict the rows of a file a chunk at a time, and write what the model gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.entities import Signature
from mltrack.models.rows.chunks import Chunk, RowsFile
from mltrack.models.rows.misfits import SHOWN, in_words, refusal
from mltrack.models.rows.outputs import columns_of
from mltrack.models.rows.writers import Writer
from mltrack.models.signature.columns import Table
from mltrack.progress import Share, nobody


class OnError(StrEnum):
    """What becomes of rows that do not fit."""

    FAIL = "fail"
    SKIP = "skip"


class Model(Protocol):
    """A model that is asked, in this process or in another."""

    @property
    def signature(self) -> Signature | None:
        """Return what it takes."""

    def answer(self, table: Table, method: str = "predict") -> Answer:
        """Return what it gives for rows that fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a model, and of whom.

    Attributes:
        method: what the model is asked for.
        keep: the columns that are copied in front of what it gives.
        on_error: what becomes of rows that do not fit.
        progress: is told how far the rows are read.
    """

    method: str = "predict"
    keep: tuple[str, ...] = ()
    on_error: OnError = OnError.FAIL
    progress: Share = nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What a prediction of a file did, and what the user should know.

    Attributes:
        rows: how many were predicted.
        skipped: how many were left out, since they do not fit.
        misfits: the first of these, in words.
        notes: what else the user should know.
    """

    rows: int
    skipped: int = 0
    misfits: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def signature_of(model: Model) -> Signature:
    """Return what a model takes.

    Raises:
        UsageError: nobody knows.
    """
    if model.signature is None:
        raise UsageError(
            "the model does not say which columns it takes",
            fix="save the model again with inputs=your_training_data",
        )
    return model.signature


def predict_rows(
    model: Model, rows: RowsFile, writer: Writer, asked: Asked, source: str
) -> Predicted:
    """Write a row for each row: the columns that are copied, and what the model gives.

    Raises:
        UsageError: a row does not fit, and the file stops at those; or there are no rows that fit.
    """
    done = skipped = 0
    shown: list[str] = []
    for chunk in rows.chunks:
        if chunk.misfits:
            if asked.on_error is OnError.FAIL:
                raise refusal(source, chunk.misfits, rows.counted, _WAY_OUT)
            more = chunk.misfits[: SHOWN - len(shown)]
            shown += [in_words(misfit, rows.counted) for misfit in more]
        if chunk.rows:
            writer.write(_columns(model, chunk, asked))
        done += chunk.rows
        skipped += len(chunk.misfits)
        _tell(asked.progress, rows.far(done + skipped))
    if not done:
        raise _nothing(source, shown, skipped)
    writer.close()
    return Predicted(
        rows=done, skipped=skipped, misfits=tuple(shown), notes=tuple(rows.notes.texts)
    )


def _tell(progress: Share, far: tuple[int, int, str]) -> None:
    """Tell how far the rows are read, where it is known how many there are."""
    if far[1]:
        progress(*far)


def _columns(model: Model, chunk: Chunk, asked: Asked) -> dict[str, object]:
    kept = dict(zip(asked.keep, chunk.kept, strict=True))
    given = columns_of(model.answer(chunk.table, asked.method), chunk.rows)
    for name in given:
        if name in kept:
            raise UsageError(
                f"the model gives a column {name!r}, and so is one called that is kept",
                fix=f"rename the column of the file, or leave out --keep {name}",
            )
    return kept | given


def _nothing(source: str, said: Sequence[str], skipped: int) -> UsageError:
    if skipped:
        return UsageError(f"{source}: none of {skipped} rows fits", why="\n".join(said))
    return UsageError(f"{source} has no rows")


_WAY_OUT = "correct them, or leave them out: --on-error skip"
