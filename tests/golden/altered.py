"""Change a golden store as a newer mltrack might have written it."""

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from mltrack.store.store import Store


def config_file(store: Store) -> Path:
    return store.layout.config


def record(store: Store) -> Path:
    return of_run(store, "run.yaml")


def manifest(store: Store) -> Path:
    return of_run(store, "artifacts.yaml")


def journal(store: Store) -> Path:
    return of_run(store, "metrics.jsonl")


def annotation(store: Store) -> Path:
    """Return the last annotation of the run."""
    return max(store.root.glob(f"annotations/*/*/{run_id(store)}.*"))


def experiment_event(store: Store) -> Path:
    return max(store.root.glob("experiments/*/*"))


def model_event(store: Store) -> Path:
    return max(store.root.glob("models/churn-model*/events/*"))


def index(store: Store) -> Path:
    return store.layout.registry_index


def run_id(store: Store) -> str:
    """Return the run of the golden store that was gone on with, annotated and has files."""
    expected: dict[str, Any] = json.loads(store.root.with_name("expected.json").read_text("utf-8"))
    return next(str(run["id"]) for run in expected["runs"].values() if run["name"] == "First run")


def of_run(store: Store, name: str) -> Path:
    return store.layout.run_folder(run_id(store)) / name


def rewrite(path: Path, old: str, new: str) -> Path:
    """Replace text in a file, and give an event the name that its bytes then have."""
    text = path.read_text("utf-8")
    assert old in text, f"{path} has no {old!r}"
    data = text.replace(old, new, 1).encode()
    path.chmod(0o644)
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()[:20]
    head, dash, tail = path.name.rpartition("-")
    is_event = dash and len(tail) == len(digest) + len(path.suffix) and path.suffix == ".yaml"
    return path.rename(path.with_name(f"{head}-{digest}.yaml")) if is_event else path


def add_unknown_key(path: Path) -> Path:
    """Put keys into a file that no mltrack of this format knows."""
    if path.suffix == ".jsonl":
        return rewrite(path, "{", '{"later":{"x":[1,"two"]},')
    return rewrite(path, "format: 1\n", 'format: 1\nlater:\n  x: [1, "two"]\n')


def make_newer(path: Path) -> Path:
    """Say that a file is of a format that no mltrack knows."""
    return rewrite(path, "format: 1\n", "format: 2\nlater: true\n")


def without(found: Any, keys: Collection[str]) -> Any:
    """Return a tree of plain values without some keys."""
    if isinstance(found, dict):
        return {key: without(value, keys) for key, value in found.items() if key not in keys}
    if isinstance(found, list):
        return [without(value, keys) for value in found]
    return found
