"""The input example of a package: a few rows as JSON, kept only because the user gave them."""

import json
from typing import Any

from mltrack.models.signature.columns import table_of


def encode(rows: Any) -> bytes:  # noqa: ANN401 - whatever a user holds rows in
    """Return rows as the JSON that MLflow, too, reads: `{"columns": [...], "data": [...]}`.

    Raises:
        UsageError: they are no rows.
    """
    table = table_of(rows)
    columns = [values.tolist() for values in table.columns]
    told: dict[str, Any] = {"columns": list(table.names)} if table.names else {}
    told["data"] = [list(row) for row in zip(*columns, strict=True)]
    return json.dumps(told, default=str).encode() + b"\n"
