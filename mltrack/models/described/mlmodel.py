"""`MLmodel` and `python_env.yaml`: the same facts as MLflow reads them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mltrack.models.described import example, mlflow_schema
from mltrack.models.entities import PackageFacts, Signature
from mltrack.store import yaml_writer

NAME = "MLmodel"
PYTHON_ENV = "python_env.yaml"


def write(
    folder: Path, facts: PackageFacts, *, native: Mapping[str, Mapping[str, Any]], loader: str
) -> None:
    """Write the two files.

    Args:
        folder: the package.
        facts: what `model.yaml` holds.
        native: what MLflow's own flavours are told, by their names.
        loader: the module in `code/` that opens the package.
    """
    (folder / NAME).write_bytes(yaml_writer.dump(_plain(facts, native, loader)))
    python_env = {
        "python": facts.python,
        "build_dependencies": ["pip"],
        "dependencies": [f"-r {facts.requirements}"],
    }
    (folder / PYTHON_ENV).write_bytes(yaml_writer.dump(python_env))


def _plain(
    facts: PackageFacts, native: Mapping[str, Mapping[str, Any]], loader: str
) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "flavors": {
            **{name: dict(told) for name, told in native.items()},
            "python_function": {
                "loader_module": loader,
                "code": "code",
                "env": {"virtualenv": PYTHON_ENV},
                "python_version": facts.python,
            },
        }
    }
    inputs = mlflow_schema.inputs_of(facts.signature) if facts.signature is not None else []
    if facts.signature is not None and inputs:
        plain["signature"] = _signature(facts.signature, inputs)
    if facts.example:
        plain["saved_input_example_info"] = example.mlflow_info(facts.signature)
    return plain


def _signature(signature: Signature, inputs: list[dict[str, Any]]) -> dict[str, str | None]:
    outputs = mlflow_schema.outputs_of(signature)
    return {
        "inputs": json.dumps(inputs),
        "outputs": json.dumps(outputs) if outputs else None,
        "params": None,
    }
