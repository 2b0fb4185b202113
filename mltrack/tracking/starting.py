"""Begin a run: decide what it is, and put its folder into place in one rename."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mltrack.store import clock, identity, liveness
from mltrack.store.atomic import built_folder, write_file
from mltrack.store.ids import MAIN_WRITER, new_id
from mltrack.store.layout import METRICS, PACKAGES, PATCH, RUN
from mltrack.store.store import Store, hide_from_git
from mltrack.tracking import capture, code, codec
from mltrack.tracking.experiments import Experiment
from mltrack.tracking.writer import Writer, head_row


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """What a new run is to be.

    Attributes:
        name: what people read in listings.
        experiment: the experiment it belongs to.
        params: its parameters so far, checked and masked.
        tags: its tags so far, checked and masked.
        project: name, entry, folder and argv of what runs.
        environment: how the environment was built; python and platform are added when missing.
        packages: the lines of environment.txt; None captures this interpreter's.
        folder: where the code lies; None means the store's project.
        held: whether a process holds the run open; not so for `mltrack start`.
    """

    name: str
    experiment: Experiment
    params: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, Any] = field(default_factory=dict)
    project: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    packages: list[str] | None = None
    folder: Path | None = None
    held: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRun:
    """A run that has begun: its writer, and the fields that run.yaml began with."""

    writer: Writer
    fields: dict[str, Any]


def start(store: Store, spec: RunSpec) -> StartedRun:
    """Make a run that is on the disk when this returns.

    Raises:
        StoreWriteError: the disk refused; nothing is left behind.
    """
    store.prepare()
    began = clock.now()
    run_id = new_id(began)
    captured = code.capture(spec.folder or store.project, store)
    fields = _fields(store, spec, run_id=run_id, began=began)
    fields["code"] = captured.facts
    layout, mark = store.layout, liveness.mark_of_this_process(process=spec.held)
    liveness.write_mark(layout.local(run_id), MAIN_WRITER, {**mark, "opens": True})
    with built_folder(layout.run_folder(run_id), tmp=layout.tmp, sync=store.syncs) as folder:
        hide_from_git(folder)
        (folder / RUN).write_bytes(codec.encode(fields))
        (folder / METRICS).touch()
        (folder / PACKAGES).write_text(_lines(spec.packages, store))
        if captured.patch:
            (folder / PATCH).write_bytes(captured.patch)
    writer = Writer(store, run_id, MAIN_WRITER, opens=True)
    writer.append(head_row(store, MAIN_WRITER, {}, mark=mark, opens=True))
    return StartedRun(writer=writer, fields=fields)


def _lines(packages: list[str] | None, store: Store) -> str:
    lines = (
        capture.packages() if packages is None and store.settings["capture.packages"] else packages
    )
    return "".join(f"{line}\n" for line in lines or [])


def _fields(store: Store, spec: RunSpec, *, run_id: str, began: float) -> dict[str, Any]:
    user = identity.shown_user(identity.who(store.project), store.settings["identity.user"])
    return {
        "id": run_id,
        "name": spec.name,
        "experiment": {"id": spec.experiment.id, "name": spec.experiment.name},
        "status": "running",
        "started": clock.to_text(began),
        "ended": None,
        "user": user,
        "host": capture.host() if store.settings["identity.host"] == "name" else None,
        "params": spec.params,
        "tags": spec.tags,
        "metrics": {},
        "code": {},
        "project": spec.project or capture.program(store.project),
        "environment": {**capture.interpreter(), **spec.environment},
    }


def rewrite(store: Store, run_id: str, fields: dict[str, Any]) -> None:
    """Put the final fields of a run into its run.yaml.

    Raises:
        StoreWriteError: the disk refused.
    """
    path = store.layout.run_folder(run_id) / RUN
    write_file(path, codec.encode(fields), tmp=store.layout.tmp, sync=store.syncs)
