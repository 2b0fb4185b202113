"""What a shell offers when Tab is pressed: names from the project, the store, this machine.

Only plain names and types are offered, and nothing where anything goes wrong: some shells read
again what they are given, and texts of a project or a run may be anybody's.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

_NOT_PLAIN = re.compile(r"[^\w .,+-]+")


def _of_a_store(offer: Callable[[str], list[Any]]) -> Callable[..., list[Any]]:
    """Let what is offered come from the store that the command line names, or be nothing."""

    def offered(ctx: typer.Context, incomplete: str) -> list[Any]:
        from mltrack.api.store import use

        before = ctx.find_root().params
        try:
            folder = before.get("folder")  # a text as yet
            use(before.get("store"), Path(folder) if folder else None, quiet=True)
            return offer(incomplete)
        except Exception:  # noqa: BLE001 - whoever presses Tab has not asked for an error
            return []

    return offered


@_of_a_store
def runs(_incomplete: str) -> list[tuple[str, str]]:
    """Return the handles of the newest runs, and their names."""
    from mltrack.api.offers import offered_runs

    return [(handle, _NOT_PLAIN.sub(" ", name)) for handle, name in offered_runs()]


@_of_a_store
def metrics(_incomplete: str) -> list[str]:
    """Return the metrics that runs have."""
    from mltrack.api.offers import offered_metrics

    return offered_metrics()


@_of_a_store
def keys(_incomplete: str) -> list[str]:
    """Return what a filter can ask for."""
    from mltrack.api.offers import offered_keys

    return offered_keys()


@_of_a_store
def experiments(_incomplete: str) -> list[str]:
    """Return the experiments."""
    from mltrack.api.offers import offered_experiments

    return offered_experiments()


@_of_a_store
def versions(incomplete: str) -> list[str]:
    """Return models, and versions of them: NAME/VERSION, NAME@STAGE, NAME@ALIAS."""
    from mltrack.api.offers import offered_models

    return offered_models(incomplete)


@_of_a_store
def models(incomplete: str) -> list[str]:
    """Return the names of the models."""
    from mltrack.api.offers import offered_models

    return offered_models(incomplete, alone=True)


@_of_a_store
def metrics_and_runs(_incomplete: str) -> list[Any]:
    """Return the metrics that runs have, and the handles of the newest runs."""
    from mltrack.api.offers import offered_metrics, offered_runs

    named = [(handle, _NOT_PLAIN.sub(" ", name)) for handle, name in offered_runs()]
    return [*offered_metrics(), *named]


@_of_a_store
def stages(_incomplete: str) -> list[str]:
    """Return the stages."""
    from mltrack.api.offers import offered_stages

    return offered_stages()


def statuses() -> list[str]:
    """Return how runs stand."""
    from mltrack.api.offers import STATUSES

    return list(STATUSES)


def entry_points(ctx: typer.Context) -> list[str]:
    """Return the entry points of the project on the command line."""
    return [entry["name"] for entry in _shape_of(ctx).get("entry_points", [])]


def params(ctx: typer.Context) -> list[tuple[str, str]]:
    """Return the beginning of `NAME=VALUE` for each parameter of the project, and its type."""
    return [(f"{param['name']}=", param["type"]) for param in _shape_of(ctx).get("params", [])]


def environments() -> list[tuple[str, str]]:
    """Return the environments of this machine by id, and which Python each has."""
    from mltrack.api.projects.envs import known_environments

    return [(name, f"Python {python}") for name, python in known_environments()]


def _shape_of(ctx: typer.Context) -> dict[str, Any]:
    """Return the project's shape; nothing where there is no project, or a broken one."""
    from mltrack.api.projects.shape import project_shape
    from mltrack.errors import MltrackError

    before = ctx.parent.params if ctx.parent else {}
    path = next(iter(ctx.args), None) or ctx.params.get("path") or ""  # `-P` cut the reading short
    try:
        return project_shape(Path(before.get("folder") or "", path)) or {}
    except MltrackError:
        return {}
