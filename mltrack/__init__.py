"""The public names of mltrack, each loaded when it is first used."""

TYPE_CHECKING = False  # as type checkers know it: to import typing takes as long as to start Python

if TYPE_CHECKING:
    from mltrack.api.again import rerun_run
    from mltrack.api.commit import add_runs
    from mltrack.api.comparing import compare_runs
    from mltrack.api.evaluate import evaluate
    from mltrack.api.experiment_changes import (
        create_experiment,
        describe_experiment,
        remove_experiment,
        rename_experiment,
        restore_experiment,
        tag_experiment,
    )
    from mltrack.api.experiments import get_experiment, list_experiments
    from mltrack.api.exporting import export_runs
    from mltrack.api.fsck import check_staged, check_store, repair_store
    from mltrack.api.imports import import_runs
    from mltrack.api.lineage import model_lineage, versions_from_data
    from mltrack.api.log_calls import (
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
    from mltrack.api.model_card import model_card
    from mltrack.api.model_changes import (
        alias_model,
        describe_model,
        remove_model,
        restore_model,
        tag_model,
        unalias_model,
    )
    from mltrack.api.models import load_model, save_model
    from mltrack.api.moving import archive_model, demote_model, rollback_model
    from mltrack.api.predictions import predict
    from mltrack.api.projects import run_project
    from mltrack.api.promoting import promote_model
    from mltrack.api.proposing import propose_model
    from mltrack.api.registering import register_model
    from mltrack.api.registry import get_model, list_models
    from mltrack.api.registry_check import check_registry
    from mltrack.api.registry_diff import registry_diff
    from mltrack.api.registry_evidence import registry_evidence
    from mltrack.api.registry_history import registry_history
    from mltrack.api.registry_past import registry_at
    from mltrack.api.registry_who import registry_who
    from mltrack.api.removal import remove_runs, restore_runs
    from mltrack.api.report import write_report
    from mltrack.api.report_branch import branch_report
    from mltrack.api.resolving import resolve_contested, resolve_numbers
    from mltrack.api.reviewing import (
        approve_new_requests,
        approve_request,
        list_requests,
        reject_request,
    )
    from mltrack.api.run_changes import note_run, rename_run, tag_run
    from mltrack.api.runs import get_run
    from mltrack.api.search import search_runs
    from mltrack.api.status import store_status
    from mltrack.api.store import init_store
    from mltrack.api.tracking import active_run, set_experiment, start_run
    from mltrack.api.verify import verify_run
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
    "mltrack.api.again": ("rerun_run",),
    "mltrack.api.commit": ("add_runs",),
    "mltrack.api.comparing": ("compare_runs",),
    "mltrack.api.evaluate": ("evaluate",),
    "mltrack.api.experiment_changes": (
        "create_experiment",
        "describe_experiment",
        "remove_experiment",
        "rename_experiment",
        "restore_experiment",
        "tag_experiment",
    ),
    "mltrack.api.experiments": ("get_experiment", "list_experiments"),
    "mltrack.api.exporting": ("export_runs",),
    "mltrack.api.imports": ("import_runs",),
    "mltrack.api.lineage": ("model_lineage", "versions_from_data"),
    "mltrack.api.fsck": ("check_staged", "check_store", "repair_store"),
    "mltrack.api.model_card": ("model_card",),
    "mltrack.api.model_changes": (
        "alias_model",
        "describe_model",
        "remove_model",
        "restore_model",
        "tag_model",
        "unalias_model",
    ),
    "mltrack.api.models": ("load_model", "save_model"),
    "mltrack.api.moving": ("archive_model", "demote_model", "rollback_model"),
    "mltrack.api.predictions": ("predict",),
    "mltrack.api.projects": ("run_project",),
    "mltrack.api.promoting": ("promote_model",),
    "mltrack.api.proposing": ("propose_model",),
    "mltrack.api.registering": ("register_model",),
    "mltrack.api.registry": ("get_model", "list_models"),
    "mltrack.api.registry_check": ("check_registry",),
    "mltrack.api.registry_history": ("registry_history",),
    "mltrack.api.registry_evidence": ("registry_evidence",),
    "mltrack.api.registry_diff": ("registry_diff",),
    "mltrack.api.registry_past": ("registry_at",),
    "mltrack.api.registry_who": ("registry_who",),
    "mltrack.api.removal": ("remove_runs", "restore_runs"),
    "mltrack.api.reviewing": (
        "approve_new_requests",
        "approve_request",
        "list_requests",
        "reject_request",
    ),
    "mltrack.api.resolving": ("resolve_contested", "resolve_numbers"),
    "mltrack.api.report": ("write_report",),
    "mltrack.api.report_branch": ("branch_report",),
    "mltrack.api.run_changes": ("note_run", "rename_run", "tag_run"),
    "mltrack.api.runs": ("get_run",),
    "mltrack.api.search": ("search_runs",),
    "mltrack.api.status": ("store_status",),
    "mltrack.api.store": ("init_store",),
    "mltrack.api.tracking": ("active_run", "set_experiment", "start_run"),
    "mltrack.api.verify": ("verify_run",),
    "mltrack.version": ("__version__",),
}


def _home_of(name: str) -> str:
    for module, names in _HOMES.items():
        if name in names:
            return module
    return "mltrack.errors" if name.endswith("Error") else "mltrack.api.log_calls"


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
