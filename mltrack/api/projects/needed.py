"""Whether a run is needed at all: `run --needed` asks whether the same one has finished already."""

import gzip
from pathlib import Path

from mltrack.errors import UsageError
from mltrack.projects.again.answers import Answer, Asked, answer, unknowable
from mltrack.projects.again.content import contents, unwatched
from mltrack.projects.running import child, described
from mltrack.projects.running.launch import Ready
from mltrack.query.keys import Key
from mltrack.query.tree import All, Comparison
from mltrack.store import git
from mltrack.store.git import GitError
from mltrack.store.store import Store
from mltrack.tracking import capture, code
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.wanted import Wanted
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.values import checked_values, stand_in, too_large

_MOST_RUNS = 1000
"""Of those with the same plain parameters, the newest."""


def answered(store: Store, ready: Ready) -> Answer:
    """Return the run that an order would only make again, or why there is none."""
    top = git.top_level(ready.order.spec.folder.absolute())
    try:
        asked = _asked(store, ready, top)
    except GitError as error:
        return Answer(None, f"git does not tell what the code is: {error}")
    why = unknowable(asked)
    if why:
        return Answer(None, why)
    runs = _candidates(store, asked)
    if not runs or top is None:
        return Answer(None, f"no run of {ready.order.spec.name} with these parameters has finished")
    try:
        with contents(top) as known:
            return answer(store, asked, runs, known)
    except GitError as error:
        return Answer(None, f"git does not tell what the code is: {error}")


def _asked(store: Store, ready: Ready, top: Path | None) -> Asked:
    order = ready.order
    spec = described.run_spec(store, order, ready.environment)
    told = described.recorded_params(store, order)
    params = checked_values(told, "param", store.settings["secrets.allow"])
    captured = code.capture(order.spec.folder.absolute(), store)
    return Asked(
        project=spec.project,
        home=order.home or store.project,
        params={name: _kept(value) for name, value in params.items()},
        data={name: str(one.facts["digest"]) for name, one in ready.given.data.items()},
        environment=spec.environment,
        packages=capture.packages() if spec.packages is None else spec.packages,
        code=captured.facts,
        patch=gzip.decompress(captured.patch) if captured.patch else b"",
        unwatched=unwatched(top) if top and captured.facts else (),
        import_path="" if ready.environment.key else child.inherited(order).get("PYTHONPATH", ""),
    )


def _kept(value: object) -> object:
    data = too_large(value)
    return value if data is None else stand_in(data)


def _candidates(store: Store, asked: Asked) -> list[RunRecord]:
    """Return the finished runs with the same plain parameters, the newest first."""
    plain = [
        Comparison(Key("params", name), "=", value)
        for name, value in asked.params.items()
        if isinstance(value, str | bool | int | float)
    ]
    wanted = Wanted(condition=All(tuple(plain)), status=RunStatus.FINISHED, limit=_MOST_RUNS)
    try:
        return search.search(store, wanted).runs
    except UsageError:  # no run has such a parameter, or all have another kind of it
        return []
