"""Begin a run: decide what it is, and put its folder into place in one rename."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.store import clock, liveness
from mltrack.store.atomic import built_folder
from mltrack.store.ids import MAIN_WRITER, new_id
from mltrack.store.journal import encode_row
from mltrack.store.layout import GITIGNORE, METRICS, PACKAGES, PATCH, RUN
from mltrack.store.store import Store, hide_from_git
from mltrack.tracking import authorship, capture, codec
from mltrack.tracking.experiments import Experiment
from mltrack.tracking.writer import Writer, head_row, mark_alive

NOTHING: Mapping[str, Any] = {}
_SYNCED_LATER = frozenset({GITIGNORE, METRICS})
"""A run is there without its first row, which goes to the disk with those that follow."""


class RunSpec(NamedTuple):
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
        parent: the id of the run that it belongs to.
        job: the key by which a requeued job finds it again.
    """

    name: str
    experiment: Experiment
    params: Mapping[str, Any] = NOTHING
    tags: Mapping[str, Any] = NOTHING
    project: Mapping[str, Any] = NOTHING
    environment: Mapping[str, Any] = NOTHING
    packages: list[str] | None = None
    folder: Path | None = None
    held: bool = True
    parent: str | None = None
    job: str | None = None


class Made(NamedTuple):
    """What a run's creator knows of it, kept so that its folder can be made again.

    Attributes:
        fields: what run.yaml holds, in the form that is written.
        record: the bytes of run.yaml.
        files: the content of the other files that never change, by name.
    """

    fields: dict[str, Any]
    record: bytes
    files: dict[str, bytes]

    def write_into(self, folder: Path) -> None:
        """Write run.yaml and the other files into a new folder, hidden from git."""
        hide_from_git(folder)
        (folder / RUN).write_bytes(self.record)
        for name, data in self.files.items():
            (folder / name).write_bytes(data)


def start(store: Store, spec: RunSpec) -> tuple[Writer, Made]:
    """Make a run that is on the disk when this returns.

    Raises:
        StoreWriteError: the disk refused; nothing is left behind.
    """
    store.prepare()
    began = clock.now()
    run_id = new_id(began)
    made = _described(store, spec, run_id=run_id, began=began)
    head = head_row(store, MAIN_WRITER, opens=True, held=spec.held)
    layout = store.layout
    try:
        mark_alive(store, run_id, MAIN_WRITER, opens=True, process=spec.held)
        target = layout.run_folder(run_id)
        with built_folder(target, tmp=layout.tmp, sync=store.syncs, later=_SYNCED_LATER) as folder:
            made.write_into(folder)
            (folder / METRICS).write_bytes(encode_row(head))
        code, project = made.fields["code"], made.fields["project"]
        authorship.vouch(code, project, made.files.get(PACKAGES, b""), run_id)
        return Writer.in_new_folder(store, run_id, MAIN_WRITER, opens=True), made
    except BaseException:
        liveness.remove_mark(layout.local(run_id), MAIN_WRITER)
        liveness.forget_open(store.root / "local", run_id)
        raise


def _described(store: Store, spec: RunSpec, *, run_id: str, began: float) -> Made:
    code, patch = _captured_code(store, spec)
    user = capture.user(store)
    host = liveness.this_host() if store.settings["identity.host"] == "name" else None
    fields = {
        "id": run_id,
        "name": spec.name,
        "experiment": {"id": spec.experiment.id, "name": spec.experiment.name},
        "status": "running",
        "started": clock.to_text(began),
        "ended": None,
        "user": user.get("name"),
        "user_source": user.get("source"),
        "host": host,
        "params": dict(spec.params),
        "tags": dict(spec.tags),
        "metrics": {},
        "code": code,
        "project": dict(spec.project) or capture.program(store.project),
        "environment": {**capture.interpreter(), **spec.environment},
        **{k: v for k, v in (("parent", spec.parent), ("job", spec.job)) if v},
        "seen": {},
    }
    files = {PACKAGES: _package_lines(store, spec), PATCH: patch}
    kept = {name: data for name, data in files.items() if data}
    return Made(fields, codec.encode(fields), kept)


def _captured_code(store: Store, spec: RunSpec) -> tuple[dict[str, Any], bytes]:
    if not store.settings["capture.code"]:
        return {}, b""
    from mltrack.tracking.code import capture as capture_code

    return capture_code(spec.folder or store.project, store)


def _package_lines(store: Store, spec: RunSpec) -> bytes:
    lines = spec.packages
    if lines is None:
        lines = capture.packages() if store.settings["capture.packages"] else []
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
