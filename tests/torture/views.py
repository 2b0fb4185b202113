"""All that people can see of a store, as data, so that two clones can be compared."""

import json
from pathlib import Path
from typing import Any

import mltrack
from mltrack.api.registry.history import registry_history
from mltrack.api.registry.models import list_models
from mltrack.api.registry.rows import history_row, whole_model
from mltrack.api.runs.run import Run
from mltrack.api.store import use


def view(root: Path) -> dict[str, Any]:
    """Return what the listings and pages show of a store, in their order."""
    use(store=str(root))
    listed = mltrack.search_runs(deleted=True)
    models = list_models()
    experiments = mltrack.list_experiments(deleted=True)
    told = {
        "runs": [_page(mltrack.get_run(run.id)) for run in listed],
        "listed": [run.id for run in mltrack.search_runs()],
        "experiments": [one.to_json() for one in experiments.found],
        "models": [whole_model(state) for state in models.models],
        "history": [history_row(entry) for entry in registry_history()],
        "warnings": sorted([*listed.warnings, *models.warnings, *experiments.warnings]),
    }
    parsed: dict[str, Any] = json.loads(json.dumps(told, default=str).replace(str(root), "STORE"))
    return parsed


def _page(run: Run) -> dict[str, Any]:
    page = run.to_json()
    for entry in page["artifacts"]:
        entry.pop("here", None)  # objects do not travel with git
    points = {name: [tuple(p) for p in run.history(name, all=True)] for name in run.metrics}
    return {**page, "points": points}
