"""Predict a CSV file row by row and write the predictions as CSV, in bounded memory."""

import contextlib
import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.rows import csv_rows
from mltrack.models.signature.inferring import columns_of, prediction_names
from mltrack.store.atomic import explained
from mltrack.store.ids import new_writer

if TYPE_CHECKING:
    from mltrack.models.isolated import IsolatedModel
    from mltrack.models.loaded import LoadedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What a prediction of a file did, and what the user should know."""

    rows: int
    notes: tuple[str, ...]


def predict_file(
    model: "LoadedModel | IsolatedModel", data: BinaryIO, source: str, output: TextIO
) -> Predicted:
    """Write one row a row of `data`: the column `prediction`, or `prediction_0`, ... for several.

    Raises:
        UsageError: the model has no signature, or a row of the file does not fit it.
    """
    if model.signature is None:
        raise UsageError(
            "the model does not say which columns it takes",
            fix="save the model again with inputs=your_training_data",
        )
    rows = csv_rows.opened(data, model.signature, source)
    writer = csv.writer(output, lineterminator="\n")
    count = 0
    for table in rows.chunks:
        columns = columns_of(model.answer(table))
        if count == 0:
            writer.writerow(prediction_names(len(columns)))
        plain = [np.asarray(values).tolist() for values in columns]
        writer.writerows(zip(*plain, strict=True))
        count += len(plain[0])
    if count == 0:
        raise UsageError(f"{source} has a header and no rows")
    return Predicted(rows=count, notes=rows.notes)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """Give a text file to write; on success it becomes `path`, else `path` stays as it was.

    What is no plain file, such as a pipe, a device or a link, is written to as it stands.

    Raises:
        StoreWriteError: the disk refused.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        with explained(path), path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{new_writer()}")
    with explained(path):
        try:
            with temporary.open("x", encoding="utf-8", newline="") as file:
                yield file
            if path.exists():
                temporary.chmod(path.stat().st_mode & 0o777)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
