"""Gather where a version comes from: its run, and what that stands on."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mltrack.errors import MltrackError
from mltrack.registry.entities import Evaluation, ModelState, Version
from mltrack.registry.gates.evaluations import evaluations_of
from mltrack.registry.lineage.entities import Lineage, Parent
from mltrack.store.ids import is_id
from mltrack.store.layout import PACKAGES, STORE_NAME
from mltrack.store.plain import read_plain
from mltrack.store.sha256 import sha256_hex
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run

_IN_STORE = re.compile(rf"(?:\A|.*/){re.escape(STORE_NAME)}/runs/\d{{6}}/\d\d/([^/+]+)[/+]")
_RUNS, _MODELS = "runs:/", "models:/"


def lineage_of(store: Store, state: ModelState, version: Version) -> Lineage:
    """Return where a version of a model comes from, and what became of it.

    What is not here, or cannot be read, is left out.
    """
    run = run_of(store, version.source.run)
    packages = _packages(store, run)
    evaluated = evaluations_of(store, version)
    return Lineage(
        version=version,
        run=run,
        packages=tuple(packages.decode("utf-8", "replace").splitlines()),
        lock=sha256_hex(packages) if packages else "",
        parents=tuple(_parents(run)) if run else (),
        evaluations=tuple(_without_slices(one.evaluation) for one in evaluated.found),
        altered=evaluated.altered,
        requests=tuple(r for r in state.requests if r.version == version.id),
        moves=tuple(entry for entry in state.history if version.id in dict(entry.moved)),
        deleted=version in state.deleted,
    )


def _without_slices(found: Evaluation) -> Evaluation:
    figures = {name: value for name, value in found.metrics.items() if "/" not in name}
    return replace(found, metrics=figures)


def run_of(store: Store, run_id: str | None) -> RunRecord | None:
    """Return a run; None where none is meant, or where it is not here or cannot be read."""
    try:
        return None if run_id is None else load_run(store, run_id)
    except MltrackError:
        return None


def _packages(store: Store, run: RunRecord | None) -> bytes:
    try:
        return read_plain(store.layout.run_folder(run.id) / PACKAGES) if run else b""
    except OSError:
        return b""


def _parents(run: RunRecord) -> Iterator[Parent]:
    if run.parent:
        yield Parent(kind="parent", name=run.parent)
    for name, facts in run.inputs.items():
        kind, used = _used(str(facts.get("source") or ""))
        if used:
            yield Parent(kind=kind, name=used, through=name)


def _used(source: str) -> tuple[str, str]:
    """Return the run or the model that the source of data names; two empty texts for none."""
    if source.startswith(_RUNS):
        return "run", source[len(_RUNS) :].partition("/")[0]
    if source.startswith(_MODELS):
        return "model", source[len(_MODELS) :]
    in_store = _IN_STORE.match(source)
    return ("run", in_store[1]) if in_store and is_id(in_store[1]) else ("", "")
