"""What a project offers to whoever runs it: its entry points and its parameters."""

from pathlib import Path
from typing import Any

from mltrack.api.paths import shortest
from mltrack.api.store import start_folder
from mltrack.errors import NotFoundError
from mltrack.projects.command import template_of
from mltrack.projects.file import codec, schema
from mltrack.projects.params import shown
from mltrack.projects.spec import EntryPoint, Param, ProjectSpec, Value


def project_shape(path: str | Path = ".") -> dict[str, Any] | None:
    """Return the entry points and parameters of a project, JSON-ready; None where there is none.

    Args:
        path: the folder of a `project.yaml`, or that file.

    Raises:
        MltrackError: there is such a file, and it cannot be read.
    """
    try:
        spec = codec.read(shortest(start_folder() / path))
    except NotFoundError:
        return None
    return {
        "name": spec.name,
        "entry_points": [_entry_point(spec, entry) for entry in spec.entry_points.values()],
        "params": [_param(param) for param in spec.params.values()],
    }


def project_schema() -> str:
    """Return the JSON schema of `project.yaml`."""
    return schema.text()


def _entry_point(spec: ProjectSpec, entry: EntryPoint) -> dict[str, Any]:
    return {
        "name": entry.name,
        "command": template_of(entry),
        "auto": entry.auto,
        "shell": entry.shell,
        "params": [name for name in spec.params if entry.takes(name)],
        "timeout_seconds": entry.timeout_seconds,
    }


def _param(param: Param) -> dict[str, Any]:
    """Return a parameter; its values are the texts that `-P` takes."""
    return {
        "name": param.name,
        "type": str(param.type),
        "items": str(param.items) if param.type == "list" else None,
        "required": param.required,
        "default": _text(param.default),
        "min": _text(param.minimum),
        "max": _text(param.maximum),
        "choices": [shown(choice) for choice in param.choices],
        "help": param.help,
    }


def _text(value: Value) -> str | None:
    return None if value is None else shown(value)
