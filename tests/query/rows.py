"""Rows as runs become, for tests that need no store."""

from typing import Any


def row(name: str = "run", **fields: Any) -> dict[str, Any]:
    """Return a run of that name; `params`, `metrics`, `tags` and attributes as given."""
    return {
        "name": name,
        "status": "finished",
        "experiment": "default",
        "started": "2026-01-31T12:00:00.000Z",
        "params": {},
        "metrics": {},
        "tags": {},
        **fields,
    }


def names(rows: list[Any]) -> list[str]:
    """Return what the rows are called, in order."""
    return [each["name"] for each in rows]
