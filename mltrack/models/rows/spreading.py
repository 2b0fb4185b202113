"""Let the columns of a file be the numbers of a tensor, one row of it a row."""

import numpy as np

from mltrack.models.entities import Column, Layout, Signature
from mltrack.models.rows.chunks import Chunk
from mltrack.models.signature.columns import Table


def spread(signature: Signature, width: int, kept: int) -> Signature | None:
    """Return the columns that a file has for a model that takes one tensor.

    None where the model takes another thing, or the file has the tensor in one column.

    Args:
        signature: what the model takes.
        width: how many columns the file has.
        kept: how many of them are copied; they are numbers of the tensor only where it needs all.
    """
    if signature.layout is not Layout.TENSOR or len(signature.inputs) != 1:
        return None
    only = signature.inputs[0]
    if only.name or len(only.shape) != 1:
        return None
    size = only.shape[0] if only.shape[0] == width else width - kept
    if size == 1 or only.shape[0] not in {-1, size}:
        return None
    columns = tuple(Column(name=f"x{place}", type=only.type) for place in range(size))
    return Signature(layout=Layout.POSITIONS, inputs=columns)


def gathered(signature: Signature, chunk: Chunk) -> Chunk:
    """Return a chunk whose columns are one tensor again."""
    tensor = np.column_stack(chunk.table.columns)
    return chunk._replace(table=Table.promised(signature, (tensor,)))
