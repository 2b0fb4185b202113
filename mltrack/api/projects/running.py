"""Run a project: check everything, build its environment, then make a run and start the child."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mltrack.api.env_names import ENVIRONMENTS, checked_env
from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.paths import shortest
from mltrack.api.store import opened_store, start_folder
from mltrack.envs import build, interpreters, leases
from mltrack.envs.home import Home, user_home
from mltrack.envs.spec import Environment, EnvSpec, Supply
from mltrack.errors import UsageError
from mltrack.progress import Progress, silent
from mltrack.projects.file import codec
from mltrack.projects.params import bound_to
from mltrack.projects.running import launch
from mltrack.projects.spec import FILE_NAME, CodePlace, Order, ProjectRun
from mltrack.store import signals
from mltrack.store.names import new_name
from mltrack.store.store import Store
from mltrack.tracking import notices
from mltrack.tracking.values import checked_key, checked_run_name

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
    rev: str | None = None,
    needed: bool = False,
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
        rev: run the code of this commit, in a checkout of its own; None: the code as it is.
        needed: return the run that has finished with the same of everything, if there is one.
        progress: is told in a line whenever the work has moved on.

    Raises:
        MltrackError: something is refused or fails before the child starts; nothing is left then.
    """
    with signals.unwinding(), _code(shortest(start_folder() / path), rev) as place:
        spec = codec.read(place.folder)
        order = Order(
            spec=spec,
            entry=spec.entry_point(entry),
            values=bound_to(spec, spec.entry_point(entry), params or {}),
            experiment=new_name(experiment or spec.name, "experiment"),
            name=run_name(name or (spec.name if entry == MAIN else f"{spec.name}:{entry}")),
            tags=run_tags(tags or {}),
            home=place.home,
            told=place.told,
        )
        supply = Supply(offline=offline, find_links=tuple(map(str, find_links)))
        home = user_home()
        launch.check_secrets(order)
        environment = environment_for(spec.env, env, home, supply, progress)
        with leases.held(environment, home):
            ready = launch.ready(order, environment, home, progress, offline=offline)
            progress("")
            store = _store(place.own_folder)
            answer = _answer(store, ready) if needed else None
            return answer or launch.launch(store, ready, home)


@contextlib.contextmanager
def _code(path: Path, rev: str | None) -> Iterator[CodePlace]:
    """Give where the code lies that is to run: as it is, or in a checkout of a commit."""
    if rev is None:
        own = path.parent if path.name == FILE_NAME else path
        yield CodePlace(path, own)
        return
    from mltrack.api.projects.revisions import at_revision

    with at_revision(path, rev) as place:
        yield place


def _answer(store: Store, ready: launch.Ready) -> ProjectRun | None:
    from mltrack.api.projects.needed import answered

    found = answered(store, ready)
    if found.run is None:
        notices.say(f"a run is needed: {found.why}")
        return None
    return ProjectRun(found.run.id, exit_code=0, status=str(found.run.status), is_new=False)


def run_name(name: str) -> str:
    """Return what a run is called; raises what a user can act on."""
    try:
        return checked_run_name(name)
    except ValueError as error:
        raise UsageError(str(error)) from None


def run_tags(tags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tags of a run; raises what a user can act on."""
    try:
        return {checked_key(name, "tag"): value for name, value in tags.items()}
    except ValueError as error:
        raise UsageError(str(error)) from None


def environment_for(
    spec: EnvSpec, env: str, home: Home, supply: Supply, progress: Progress
) -> Environment:
    """Return the environment that a run gets: built, or the interpreter at hand."""
    if checked_env(env) != "local":
        return build.ensure(spec, home, supply, progress)
    mine = interpreters.running()
    if not spec.python.admits(mine.release):
        raise UsageError(
            f"this Python is {mine.version}, and the project wants {spec.python.text}",
            fix="run it with --env isolated, or start mltrack with such a Python",
        )
    from mltrack.envs import local, wanted

    return local.at_hand()._replace(import_folders=wanted.import_folders(spec))


def _store(folder: Path) -> Store:
    store = opened_store(create=True, near=folder.absolute())
    tell_if_ignored(store)
    return store


__all__ = [
    "ENVIRONMENTS",
    "ProjectRun",
    "checked_env",
    "environment_for",
    "run_name",
    "run_project",
    "run_tags",
]
