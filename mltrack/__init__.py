"""The public names of mltrack, each loaded when it is first used."""

TYPE_CHECKING = False  # as type checkers know it: to import typing takes as long as to start Python

if TYPE_CHECKING:
    from mltrack.api.commit import add_runs
    from mltrack.api.evaluating.evaluate import evaluate
    from mltrack.api.exporting import export_runs
    from mltrack.api.fsck import check_staged, check_store, repair_store
    from mltrack.api.imports import import_runs
    from mltrack.api.models.packages import load_model, save_model
    from mltrack.api.models.predictions import predict
    from mltrack.api.projects.again import rerun_run
    from mltrack.api.projects.running import run_project
    from mltrack.api.projects.verify import verify_run
    from mltrack.api.registry.card import model_card
    from mltrack.api.registry.changes import (
        alias_model,
        describe_model,
        remove_model,
        restore_model,
        tag_model,
        unalias_model,
    )
    from mltrack.api.registry.check import check_registry
    from mltrack.api.registry.diff import registry_diff
    from mltrack.api.registry.evidence import registry_evidence
    from mltrack.api.registry.history import registry_history
    from mltrack.api.registry.lineage import model_lineage, versions_from_data
    from mltrack.api.registry.models import get_model, list_models
    from mltrack.api.registry.moving import archive_model, demote_model, rollback_model
    from mltrack.api.registry.past import registry_at
    from mltrack.api.registry.promoting import promote_model
    from mltrack.api.registry.proposing import propose_model
    from mltrack.api.registry.registering import register_model
    from mltrack.api.registry.resolving import resolve_contested, resolve_numbers
    from mltrack.api.registry.reviewing import (
        approve_new_requests,
        approve_request,
        list_requests,
        reject_request,
    )
    from mltrack.api.registry.who import registry_who
    from mltrack.api.reports.branch import branch_report
    from mltrack.api.reports.page import write_report
    from mltrack.api.runs.changes import note_run, rename_run, tag_run
    from mltrack.api.runs.comparing import compare_runs
    from mltrack.api.runs.experiment_changes import (
        create_experiment,
        describe_experiment,
        remove_experiment,
        rename_experiment,
        restore_experiment,
        tag_experiment,
    )
    from mltrack.api.runs.experiments import get_experiment, list_experiments
    from mltrack.api.runs.removal import remove_runs, restore_runs
    from mltrack.api.runs.runs import get_run
    from mltrack.api.runs.search import search_runs
    from mltrack.api.status import store_status
    from mltrack.api.store import init_store
    from mltrack.api.tracking.log_calls import (
        log_artifact,
        log_artifacts,
        log_dict,
        log_figure,
        log_image,
        log_input,
        log_metric,
        log_metrics,
        log_model,
        log_param,
        log_params,
        log_table,
        log_text,
        set_tag,
        set_tags,
    )
    from mltrack.api.tracking.starting import active_run, set_experiment, start_run
    from mltrack.errors import (
        BadValueError,
        ConflictError,
        EnvironmentBuildError,
        IntegrityError,
        MissingExtraError,
        MltrackError,
        NotFoundError,
        StoreWriteError,
        TrustError,
        UsageError,
    )
    from mltrack.version import __version__

__all__ = [
    "BadValueError",
    "ConflictError",
    "EnvironmentBuildError",
    "IntegrityError",
    "MissingExtraError",
    "MltrackError",
    "NotFoundError",
    "StoreWriteError",
    "TrustError",
    "UsageError",
    "__version__",
    "active_run",
    "add_runs",
    "alias_model",
    "approve_new_requests",
    "approve_request",
    "archive_model",
    "branch_report",
    "check_registry",
    "check_staged",
    "check_store",
    "compare_runs",
    "create_experiment",
    "demote_model",
    "describe_experiment",
    "describe_model",
    "evaluate",
    "export_runs",
    "get_experiment",
    "get_model",
    "get_run",
    "import_runs",
    "init_store",
    "list_experiments",
    "list_models",
    "list_requests",
    "load_model",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_metric",
    "log_metrics",
    "log_model",
    "log_param",
    "log_params",
    "log_table",
    "log_text",
    "model_card",
    "model_lineage",
    "note_run",
    "predict",
    "promote_model",
    "propose_model",
    "register_model",
    "registry_at",
    "registry_diff",
    "registry_evidence",
    "registry_history",
    "registry_who",
    "reject_request",
    "remove_experiment",
    "remove_model",
    "remove_runs",
    "rename_experiment",
    "rename_run",
    "repair_store",
    "rerun_run",
    "resolve_contested",
    "resolve_numbers",
    "restore_experiment",
    "restore_model",
    "restore_runs",
    "rollback_model",
    "run_project",
    "save_model",
    "search_runs",
    "set_experiment",
    "set_tag",
    "set_tags",
    "start_run",
    "store_status",
    "tag_experiment",
    "tag_model",
    "tag_run",
    "unalias_model",
    "verify_run",
    "versions_from_data",
    "write_report",
]

_HOMES = {
    "mltrack.api.projects.again": ("rerun_run",),
    "mltrack.api.commit": ("add_runs",),
    "mltrack.api.runs.comparing": ("compare_runs",),
    "mltrack.api.evaluating.evaluate": ("evaluate",),
    "mltrack.api.runs.experiment_changes": (
        "create_experiment",
        "describe_experiment",
        "remove_experiment",
        "rename_experiment",
        "restore_experiment",
        "tag_experiment",
    ),
    "mltrack.api.runs.experiments": ("get_experiment", "list_experiments"),
    "mltrack.api.exporting": ("export_runs",),
    "mltrack.api.imports": ("import_runs",),
    "mltrack.api.registry.lineage": ("model_lineage", "versions_from_data"),
    "mltrack.api.fsck": ("check_staged", "check_store", "repair_store"),
    "mltrack.api.registry.card": ("model_card",),
    "mltrack.api.registry.changes": (
        "alias_model",
        "describe_model",
        "remove_model",
        "restore_model",
        "tag_model",
        "unalias_model",
    ),
    "mltrack.api.models.packages": ("load_model", "save_model"),
    "mltrack.api.registry.moving": ("archive_model", "demote_model", "rollback_model"),
    "mltrack.api.models.predictions": ("predict",),
    "mltrack.api.projects.running": ("run_project",),
    "mltrack.api.registry.promoting": ("promote_model",),
    "mltrack.api.registry.proposing": ("propose_model",),
    "mltrack.api.registry.registering": ("register_model",),
    "mltrack.api.registry.models": ("get_model", "list_models"),
    "mltrack.api.registry.check": ("check_registry",),
    "mltrack.api.registry.history": ("registry_history",),
    "mltrack.api.registry.evidence": ("registry_evidence",),
    "mltrack.api.registry.diff": ("registry_diff",),
    "mltrack.api.registry.past": ("registry_at",),
    "mltrack.api.registry.who": ("registry_who",),
    "mltrack.api.runs.removal": ("remove_runs", "restore_runs"),
    "mltrack.api.registry.reviewing": (
        "approve_new_requests",
        "approve_request",
        "list_requests",
        "reject_request",
    ),
    "mltrack.api.registry.resolving": ("resolve_contested", "resolve_numbers"),
    "mltrack.api.reports.page": ("write_report",),
    "mltrack.api.reports.branch": ("branch_report",),
    "mltrack.api.runs.changes": ("note_run", "rename_run", "tag_run"),
    "mltrack.api.runs.runs": ("get_run",),
    "mltrack.api.runs.search": ("search_runs",),
    "mltrack.api.status": ("store_status",),
    "mltrack.api.store": ("init_store",),
    "mltrack.api.tracking.starting": ("active_run", "set_experiment", "start_run"),
    "mltrack.api.projects.verify": ("verify_run",),
    "mltrack.version": ("__version__",),
}


def _home_of(name: str) -> str:
    for module, names in _HOMES.items():
        if name in names:
            return module
    return "mltrack.errors" if name.endswith("Error") else "mltrack.api.tracking.log_calls"


def __getattr__(name: str) -> object:
    """Load the module that a public name lives in."""
    if name not in __all__:
        raise AttributeError(f"module 'mltrack' has no attribute {name!r}")
    import importlib

    found: object = getattr(importlib.import_module(_home_of(name)), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
