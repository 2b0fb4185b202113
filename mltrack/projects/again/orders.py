"""How a run is to be run again: its code laid out, its project read, and an order made of both."""

import contextlib
import os
import shlex
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs.spec import EnvSpec, Supply
from mltrack.errors import NotFoundError, UsageError
from mltrack.progress import Progress
from mltrack.projects.again import code, data, environment, scripts, values, variables, vouched
from mltrack.projects.again.code import Source
from mltrack.projects.again.data import Place
from mltrack.projects.data import elsewhere
from mltrack.projects.file import codec
from mltrack.projects.params import bound_to
from mltrack.projects.running.screen import Screen
from mltrack.projects.spec import FILE_NAME, Order, ProjectSpec
from mltrack.store.layout import inside
from mltrack.store.names import new_name
from mltrack.store.store import Store
from mltrack.tracking.authorship import Piece
from mltrack.tracking.entities import RunRecord


class Again(NamedTuple):
    """How a run is to be run again, and what takes the place of what it had.

    Attributes:
        current: those of code, env and data that are taken as they are now.
        params: values by name.
        env: auto, isolated or local.
        supply: where packages come from.
        experiment: where the new run belongs; None: where the other does.
        name: what it is called; None: as the other.
        tags: its tags.
        any_data: whether data that was changed is no reason to refuse.
        trust: whether the user vouches for what the record brings.
        terminal: where the output is shown; None: where that of this process is.
    """

    current: frozenset[str] = frozenset()
    params: Mapping[str, object] = {}
    env: str = "auto"
    supply: Supply = Supply()
    experiment: str | None = None
    name: str | None = None
    tags: Mapping[str, Any] = {}
    any_data: bool = False
    trust: bool = False
    terminal: tuple[Screen, Screen] | None = None


@contextlib.contextmanager
def laid_out(
    store: Store, record: RunRecord, again: Again, top: Path | None, progress: Progress
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Give where the code lies that is to run, and a line for each thing in which it is another.

    Args:
        store: the store of the run.
        record: the run.
        again: how it is to be run again.
        top: the top of the user's work tree; None where there is none.
        progress: is told what has to be fetched.

    Raises:
        MltrackError: the code cannot be had.
    """
    project = store.project.absolute()
    is_own = vouched.is_own(store, record)
    beside = () if is_own else tuple(_beside_code(store, record, again))
    if "code" in again.current:
        own = _folder(record, project)
        vouched.require(record, iter(beside), trust=again.trust)
        yield Place(top or project, own, top or project, own, project, project), ()
        return
    if top is None:
        raise NotFoundError(
            f"run {record.handle} cannot be run again: {project} lies in no git repository",
            fix="run it with the code as it is now: --current code",
        )
    below = project.relative_to(top) if project.is_relative_to(top) else Path()

    def agree(source: Source) -> None:
        if not is_own:
            pieces = chain(vouched.of_code(source, top), beside)
            vouched.require(record, pieces, trust=again.trust)

    with code.remade(store, record, top, agree, progress) as remade:
        home, own_home = remade.top / below, top / below
        folder = _folder(record, home)
        own = own_home / folder.relative_to(home)
        yield Place(remade.top, folder, top, own, home, own_home), remade.missing


def _beside_code(store: Store, record: RunRecord, again: Again) -> Iterator[Piece]:
    """Yield what of a record decides, beside its code, which program runs."""
    yield from vouched.of_command(record)
    if "env" not in again.current and again.env != "local":
        yield from vouched.of_environment(store, record)


def _folder(record: RunRecord, home: Path) -> Path:
    """Return the folder in which a run's command ran, below the folder of the store."""
    folder = record.project.get("folder")
    if folder == ".":
        return home
    if not isinstance(folder, str) or folder.startswith("~"):
        raise UsageError(
            f"run {record.handle} cannot be run again by itself",
            why=f"it ran in a folder outside of {home.name}, which its record does not tell",
            fix="run it where it lies: mltrack run PATH",
        )
    found = inside(home, folder)
    if not found.is_dir():
        raise NotFoundError(
            f"the folder {folder}, in which run {record.handle} ran, is not in its code"
        )
    return found


def spec_of(record: RunRecord, place: Place, again: Again) -> ProjectSpec:
    """Return the project as the code that is to run describes it.

    Raises:
        NotFoundError, UsageError, IntegrityError: it does not describe what ran.
    """
    if scripts.is_script(record):
        if again.params:
            raise UsageError(
                f"run {record.handle} takes no -P: a script was run, whose arguments are a line",
                fix="make it a project: write a project.yaml, then mltrack run .",
            )
        return scripts.spec_of(record, place.home, place.folder)
    if not (place.folder / FILE_NAME).is_file():
        raise NotFoundError(
            f"the code of run {record.handle} has no {FILE_NAME} in {record.project['folder']}",
            why="it was not in git when the run began" if place.top != place.own_top else "",
        )
    spec = codec.read(place.folder)
    entry = str(record.project["entry"])
    if entry not in spec.entry_points:
        folder = shlex.quote(str(record.project["folder"]))
        raise UsageError(
            f"the entry point {entry} of run {record.handle} is not in its {FILE_NAME}",
            why=f"it has: {', '.join(spec.entry_points)}",
            fix=f"mltrack run {folder} -e {next(iter(spec.entry_points))}",
        )
    return spec


def order_of(
    store: Store, record: RunRecord, spec: ProjectSpec, place: Place, again: Again
) -> tuple[Order, tuple[str, ...]]:
    """Return the order, once the data lies where it looks, and a line for what is not as it was.

    Raises:
        MltrackError: a value or some data of the run cannot be had.
    """
    script = scripts.is_script(record)
    entry = spec.entry_points[scripts.ENTRY if script else str(record.project["entry"])]
    kept = {n: v for n, v in record.params.items() if n not in again.params}
    pieces = elsewhere.of_values(kept, spec.params, place.folder)
    vouched.require(record, pieces, trust=again.trust)
    had = values.values_of(store, record, spec.params, again.params)
    given = bound_to(spec, entry, had)
    wanted = data.Wanted(
        any_will_do=again.any_data or "data" in again.current,
        present_first="data" in again.current,
    )
    others = data.refilled(store, record, given, spec, place, wanted)
    told = variables.variables_of(
        os.environ,
        record.environment.get("variables") or {} if "env" not in again.current else {},
        spec.env.passed if "env" not in again.current else (),
    )
    order = Order(
        spec=spec._replace(env=_env_spec(store, record, spec, place, again)),
        entry=entry,
        values=given,
        experiment=new_name(again.experiment or record.experiment, "experiment"),
        name=again.name or record.name,
        tags=again.tags,
        home=place.home,
        rerun_of=record.id,
        told=_program(record) if script else {},
        variables=told.values,
    )
    return order, (*others, *told.refused)


def _program(record: RunRecord) -> dict[str, Any]:
    keys = ("argv", "module", "folder")
    return {key: record.project[key] for key in keys if key in record.project}


def _env_spec(
    store: Store, record: RunRecord, spec: ProjectSpec, place: Place, again: Again
) -> EnvSpec:
    if again.env == "local":
        return EnvSpec()
    if "env" not in again.current:
        return environment.spec_of(store, record, spec.env, place.folder)
    if scripts.is_script(record) or place.top == place.own_top:
        return spec.env
    return codec.read(place.own_folder).env
