"""Run a project: check everything, build its environment, then make a run and start the child."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.paths import shortest
from mltrack.api.store import opened_store, start_folder
from mltrack.envs import build, interpreters, leases
from mltrack.envs.home import Home, user_home
from mltrack.envs.spec import Environment, EnvSpec, Supply
from mltrack.errors import UsageError
from mltrack.progress import Progress, silent
from mltrack.projects import codec, launch
from mltrack.projects.params import bound_to
from mltrack.projects.spec import Order, ProjectRun, ProjectSpec
from mltrack.store.names import new_name
from mltrack.store.store import Store
from mltrack.tracking.values import checked_key, checked_run_name

ENVIRONMENTS = ("auto", "local", "isolated")
MAIN = "main"


def run_project(  # noqa: PLR0913 - each is an option of the command, named by the caller
    path: str | Path = ".",
    *,
    entry: str = MAIN,
    params: Mapping[str, object] | None = None,
    env: str = "auto",
    experiment: str | None = None,
    name: str | None = None,
    tags: Mapping[str, Any] | None = None,
    offline: bool = False,
    find_links: Sequence[str | Path] = (),
    progress: Progress = silent,
) -> ProjectRun:
    """Run an entry point of a project and return how it ended.

    Args:
        path: the folder of a `project.yaml`, or that file.
        entry: the entry point.
        params: values by name; a text is read by the parameter's type.
        env: `isolated` builds the project's environment, `local` takes this interpreter, `auto`
            means isolated.
        experiment: where the run belongs; the project's name when left out.
        name: what the run is called; the project's name when left out.
        tags: its tags.
        offline: whether nothing may be asked of a network, for packages and data alike.
        find_links: folders, or pages, that hold packages.
        progress: is told in a line whenever the work has moved on.

    Raises:
        MltrackError: something is refused or fails before the child starts; nothing is left then.
    """
    spec = codec.read(shortest(start_folder() / path))
    start = spec.entry_point(entry)
    order = Order(
        spec=spec,
        entry=start,
        values=bound_to(spec, start, params or {}),
        experiment=new_name(experiment or spec.name, "experiment"),
        name=_run_name(name or (spec.name if entry == MAIN else f"{spec.name}:{entry}")),
        tags={_key(key, "tag"): value for key, value in (tags or {}).items()},
    )
    supply = Supply(offline=offline, find_links=tuple(map(str, find_links)))
    home = user_home()
    launch.check_secrets(order)
    environment = _environment(spec.env, env, home, supply, progress)
    with leases.held(environment, home):
        ready = launch.ready(order, environment, home, progress, offline=offline)
        progress("")
        return launch.launch(_store(spec), ready, home)


def _run_name(name: str) -> str:
    try:
        return checked_run_name(name)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _key(name: str, what: str) -> str:
    try:
        return checked_key(name, what)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _environment(
    spec: EnvSpec, env: str, home: Home, supply: Supply, progress: Progress
) -> Environment:
    if env not in ENVIRONMENTS:
        raise UsageError(f"env must be {', '.join(ENVIRONMENTS)}, not {env!r}")
    if env != "local":
        return build.ensure(spec, home, supply, progress)
    mine = interpreters.running()
    if not spec.python.admits(mine.release):
        raise UsageError(
            f"this Python is {mine.version}, and the project wants {spec.python.text}",
            fix="run it with --env isolated, or start mltrack with such a Python",
        )
    from mltrack.envs import local, wanted

    return local.at_hand()._replace(import_folders=wanted.import_folders(spec))


def _store(spec: ProjectSpec) -> Store:
    folder = spec.folder.absolute()
    store = opened_store(create=True, near=folder)
    tell_if_ignored(store)
    return store
