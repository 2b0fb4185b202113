"""What a shell offers after `mltrack run` and `mltrack env`, when Tab is pressed.

Only names and types are offered: some shells read again what they are given, and texts of a
project may be anybody's.
"""

from pathlib import Path
from typing import Any

import typer


def entry_points(ctx: typer.Context) -> list[str]:
    """Return the entry points of the project on the command line."""
    return [entry["name"] for entry in _shape_of(ctx).get("entry_points", [])]


def params(ctx: typer.Context) -> list[tuple[str, str]]:
    """Return the beginning of `NAME=VALUE` for each parameter of the project, and its type."""
    return [(f"{param['name']}=", param["type"]) for param in _shape_of(ctx).get("params", [])]


def environments() -> list[tuple[str, str]]:
    """Return the environments of this machine by id, and which Python each has."""
    from mltrack.api.envs import known_environments

    return [(name, f"Python {python}") for name, python in known_environments()]


def _shape_of(ctx: typer.Context) -> dict[str, Any]:
    """Return the project's shape; nothing where there is no project, or a broken one."""
    from mltrack.api.project_shape import project_shape
    from mltrack.errors import MltrackError

    before = ctx.parent.params if ctx.parent else {}
    path = next(iter(ctx.args), None) or ctx.params.get("path") or ""  # `-P` cut the reading short
    try:
        return project_shape(Path(before.get("folder") or "", path)) or {}
    except MltrackError:
        return {}
