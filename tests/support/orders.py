"""Runs of a project that a test describes in Python, in the interpreter at hand."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs.home import user_home
from mltrack.envs.spec import Environment, EnvSpec
from mltrack.projects.data import inputs
from mltrack.projects.data.inputs import Given
from mltrack.projects.running import launch
from mltrack.projects.spec import (
    EntryPoint,
    Order,
    Output,
    Param,
    ParamType,
    ProjectRun,
    ProjectSpec,
    Value,
)
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run

LOCAL = Environment(kind="local", python=Path(sys.executable), version=sys.version.split()[0])


class Launched(NamedTuple):
    """A run that has ended, as its record tells it, and its store."""

    done: ProjectRun
    record: RunRecord
    store: Store

    @property
    def output(self) -> bytes:
        """Return what the command printed."""
        return (self.store.layout.local(self.done.run_id) / "output.log").read_bytes()

    @property
    def text(self) -> str:
        """Return the text of the record."""
        folder = self.store.layout.run_folder(self.done.run_id)
        return (folder / "run.yaml").read_text(encoding="utf-8")

    def artifacts(self) -> dict[str, bool]:
        """Return the files that the run keeps, each with whether it lies in its folder."""
        return {entry.path: entry.inline for entry in self.record.artifacts}


def order(
    folder: Path,
    command: tuple[str, ...] = ("python", "main.py"),
    *,
    params: tuple[Param, ...] = (),
    values: Mapping[str, Value] | None = None,
    env: EnvSpec | None = None,
    outputs: tuple[Output, ...] = (),
    **entry: Any,
) -> Order:
    """Return an order for a project in a folder; what else is given is the entry point's."""
    point = EntryPoint("main", command, **entry)
    declared = {param.name: param for param in params}
    spec = ProjectSpec(
        name="trial",
        folder=folder,
        digest="0" * 64,
        env=env or EnvSpec(),
        params=declared,
        entry_points={"main": point},
        outputs=outputs,
    )
    given = {name: param.default for name, param in declared.items()} | dict(values or {})
    return Order(spec, point, given, "trial", "trial", {})


def naming(folder: Path, value: str, kind: ParamType = ParamType.PATH, **facts: object) -> Order:
    """Return an order whose one parameter, `data`, names data; the facts are the parameter's."""
    param = Param("data", kind, value, **facts)  # type: ignore[arg-type]
    return order(folder, ("python", "main.py", "{data}"), params=(param,))


def given(wanted: Order, *, offline: bool = False) -> Given:
    """Return what the command of an order would be told."""
    return inputs.given(wanted, user_home(), offline=offline)


def launched(wanted: Order, environment: Environment = LOCAL, *, offline: bool = False) -> Launched:
    """Run an order to its end."""
    home = user_home()
    ready = launch.ready(wanted, environment, home, offline=offline)
    store = Store.create((wanted.home or wanted.spec.folder) / ".mltrack")
    done = launch.launch(store, ready, home)
    return Launched(done, load_run(store, done.run_id), store)
