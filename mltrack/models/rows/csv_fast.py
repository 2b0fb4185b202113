"""Read plain blocks of CSV at the speed of a library that is there, or not at all.

A block is left to the exact reader wherever a library might find another value than that.
"""

import importlib.util
from collections.abc import Sequence

from mltrack.models.entities import ColumnType, Layout, Signature
from mltrack.models.rows.csv_checks import Fast
from mltrack.models.rows.values import FLOATS, INTEGERS

_SIMPLE = INTEGERS | FLOATS | {ColumnType.BOOL, ColumnType.STR, ColumnType.DATETIME}


def reader_for(
    signature: Signature, positions: Sequence[int], kept: Sequence[int], width: int
) -> Fast | None:
    """Return what reads blocks; None without a library, or for columns that need the exact reader.

    Args:
        signature: what the model takes.
        positions: where its columns stand in the file.
        kept: where the columns stand that are copied.
        width: how many columns the file has.
    """
    simple = all(c.type in _SIMPLE and not c.shape for c in signature.inputs)
    if not simple or signature.layout is Layout.TENSOR:
        return None
    columns = list(zip(positions, signature.inputs, strict=True))
    if importlib.util.find_spec("pyarrow") is not None:
        from mltrack.models.rows.csv_arrow import arrow_reader

        return arrow_reader(columns, kept, width)
    if importlib.util.find_spec("pandas") is not None:
        from mltrack.models.rows.csv_pandas import pandas_reader

        return pandas_reader(columns, kept, width)
    return None
