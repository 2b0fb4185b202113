"""What a fresh process finds in a store, against what was acknowledged to those who wrote."""

import hashlib
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import mltrack
from mltrack.api import store as chosen
from mltrack.api.runs.run import Run
from mltrack.api.tracking.shell import Logged, finish_detached, log_to
from mltrack.store.layout import GITIGNORE
from tests.system.acts import Said

DAMAGED = "damaged rows were passed over"
"""What a line costs that was torn: no more than being counted."""
SAID_ANEW = {"name", "deleted", "stage", "tag", "artifact"}
"""Steps whose last fact a later step may replace, from when it is tried."""


def problems(said: Sequence[Said], *, heal: bool = False) -> list[str]:
    """Return what is wrong with the store of this folder, after what a scenario told of it.

    Args:
        said: what the scenario told.
        heal: say of runs that stand as unknown how they ended, as their user would.
    """
    chosen.use()
    try:
        found = list(_lost(said))
        for run in mltrack.search_runs() if heal and Path(".mltrack").exists() else ():
            if run.status in {"unknown", "running"}:
                finish_detached(run.id, as_="lost" if run.status == "unknown" else None)
        return [*found, *_unwritable()]
    except Exception:  # noqa: BLE001 - a reader that raises is what is looked for
        return [traceback.format_exc()]


def _lost(said: Sequence[Said]) -> Iterator[str]:
    if not Path(".mltrack").exists():
        yield from (f"lost: {one.step} {one.facts}" for one in said if one.what == "done")
        return
    listing = mltrack.search_runs(deleted=True)
    yield from (f"warning: {line}" for line in listing.warnings if DAMAGED not in line)
    yield from (f"warning: {line}" for line in mltrack.list_models().warnings)
    mltrack.store_status()
    runs = {run.id: run for run in listing}
    for number, one in enumerate(said):
        if one.what == "done":
            later = [other for other in said[number + 1 :] if other.what == "tried"]
            allowed = [one, *(other for other in later if _says_anew(other, one))]
            if not any(_is_there(each.step, each.facts, runs) for each in allowed):
                yield f"lost: {one.step} {one.facts}"


def _says_anew(later: Said, earlier: Said) -> bool:
    """Tell whether a step that was tried later may stand in for an earlier one."""
    if later.step != earlier.step or later.step not in SAID_ANEW:
        return False
    return later.facts[:-1] == earlier.facts[:-1]


def _is_there(step: str, facts: list[Any], runs: dict[str, Run]) -> bool:
    if step in {"", "version", "stage"}:
        return _in_registry(step, facts)
    run = runs.get(facts[0])
    if run is None:
        return False
    checks: dict[str, Callable[[], object]] = {
        "run": lambda: True,
        "metric": lambda: facts[2] in [point.step for point in run.history(facts[1], all=True)],
        "param": lambda: run.params.get(facts[1]) == facts[2],
        "tag": lambda: run.tags.get(facts[1]) == facts[2],
        "name": lambda: run.name == facts[1],
        "deleted": lambda: run.record.deleted == facts[1],
        "finish": lambda: run.status == "finished" and run.record.dropped >= facts[1],
        "artifact": lambda: _has_file(run, facts),
        "model": lambda: _has_file(run, facts),
    }
    return bool(checks[step]())


def _has_file(run: Run, facts: list[Any]) -> bool:
    path = run.artifact_path(facts[1])
    if path.is_dir():
        return bool(mltrack.load_model(str(path), trust=True))
    return bool(hashlib.sha256(path.read_bytes()).hexdigest() == facts[2])


def _in_registry(step: str, facts: list[Any]) -> bool:
    if not step:
        return True
    model = mltrack.get_model("churn")
    if step == "version":
        return bool(model.version(facts[0]).number == facts[1])
    return bool(model.holders.get(facts[0]) == facts[1])


def _unwritable() -> Iterator[str]:
    """Write to the store as any later process does, and yield what does not work."""
    with mltrack.start_run(name="later") as run:
        run.log_metric("late", 1.0)
        Path("late.txt").write_text("late")
        run.log_artifact("late.txt")
    if run._live.drops.total or mltrack.get_run(run.id).status != "finished":
        yield "a later run could not be written"
    for other in mltrack.search_runs():
        log_to(other.id, Logged(params={"late": 1}))
    yield from _unlogged(mltrack.search_runs())
    live = {run.id for run in mltrack.search_runs() if run.status == "running"}
    for path in sorted(Path(".mltrack/runs").rglob(GITIGNORE)):
        if path.parent.name.partition("+")[0] not in live:
            yield f"hidden from git: {path}"


def _unlogged(runs: Iterable[Run]) -> Iterator[str]:
    for run in runs:
        if run.params.get("late") != 1:
            yield f"nothing more can be logged to {run.id}"
        for entry in run.artifacts:
            run.artifact_path(entry.path)
        if run.status not in {"finished", "lost", "failed", "killed", "running"}:
            yield f"{run.id} is {run.status}"
