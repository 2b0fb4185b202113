"""Read rows for a signature, and predict them, as the command does, with bytes in and bytes out."""

import io
from typing import Any

from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.flavors import sklearn
from mltrack.models.loaded import LoadedModel
from mltrack.models.rows import sources
from mltrack.models.rows.chunks import Chunk, Wanted
from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.outputs import listed
from mltrack.models.rows.predictions import Asked, Model, Predicted, predict_rows, signature_of
from mltrack.models.rows.writers import writer_of
from mltrack.models.signature.combining import combined
from mltrack.models.signature.inferring import from_data


def signature(*columns: Column, layout: Layout = Layout.NAMED) -> Signature:
    """Return the signature of a model that takes these columns."""
    return Signature(layout=layout, inputs=columns)


def column(kind: ColumnType, *, nullable: bool = False, shape: tuple[int, ...] = ()) -> Column:
    """Return a column called x."""
    return Column(name="x", type=kind, nullable=nullable, shape=shape)


def chunks(
    data: bytes, taken: Signature, kind: RowsFormat = RowsFormat.CSV, keep: tuple[str, ...] = ()
) -> list[Chunk]:
    """Return all that is read of some bytes."""
    wanted = Wanted(signature=taken, source="rows", keep=keep)
    with sources.opened(sources.Source(io.BytesIO(data), kind), wanted) as rows:
        return list(rows.chunks)


def values(found: list[Chunk], place: int = 0) -> list[Any]:
    """Return the values of one column of all chunks."""
    return [value for chunk in found for value in listed(chunk.table.columns[place])]


def loaded(native: Any, inputs: Any) -> LoadedModel:
    """Return a model of scikit-learn as one that was loaded, without a package."""
    described = sklearn.describe(native)
    taken = combined(from_data(inputs), described.signature)
    return LoadedModel(
        native=native, digest="", flavor=sklearn, signature=taken, methods=described.methods
    )


def predicted(
    data: bytes,
    model: Model,
    formats: tuple[RowsFormat, RowsFormat] = (RowsFormat.CSV, RowsFormat.CSV),
    **asked: Any,
) -> tuple[bytes, Predicted]:
    """Return the file of predictions for the rows in some bytes, and what is said of it."""
    of = Asked(**asked)
    wanted = Wanted(signature=signature_of(model), source="rows.csv", keep=of.keep)
    output = io.BytesIO()
    with sources.opened(sources.Source(io.BytesIO(data), formats[0]), wanted) as rows:
        done = predict_rows(model, rows, writer_of(formats[1], output), of, "rows.csv")
    return output.getvalue(), done
