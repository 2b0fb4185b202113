"""The environments of projects: build one ahead, look at them, remove them.

A build loads nothing that lists or collects: what is loaded first counts to a first run.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mltrack.api.paths import shortest
from mltrack.api.store import start_folder
from mltrack.envs import build, plan
from mltrack.envs.home import user_home
from mltrack.envs.spec import Environment, Supply
from mltrack.errors import NotFoundError
from mltrack.progress import Progress, Share, nobody, silent
from mltrack.projects.file import codec
from mltrack.projects.spec import FILE_NAME, ProjectSpec
from mltrack.store import clock

if TYPE_CHECKING:
    from mltrack.envs.cached import Cached
    from mltrack.envs.items import Item

OLDER_THAN = "30d"


class Wanted(NamedTuple):
    """The environment that a project asks for.

    Attributes:
        project: the project's name.
        python: the interpreter that it is, or will be, made of, with its version.
        installer: what fills it.
        requirements: what is asked for.
        environment: what is there of it; None where it is not built yet.
        cached: how it lies in the cache; None where it is not built yet.
    """

    project: str
    python: str
    installer: str
    requirements: tuple[str, ...]
    environment: Environment | None
    cached: "Cached | None"


def list_environments(progress: Share = nobody) -> "list[Cached]":
    """Return the environments of the cache, the one that was used last first."""
    from mltrack.envs import cached

    return cached.environments(user_home(), progress)


def known_environments() -> list[tuple[str, str]]:
    """Return the id of each environment of the cache, and the version of its Python."""
    from mltrack.envs import leftovers, shelf

    found = ((path.name, shelf.marker_of(path)) for path in leftovers.folders(user_home().envs))
    return [(name, marker.python) for name, marker in found if marker]


def get_environment(reference: str) -> "Cached":
    """Return the environment of an id or a key, or of the beginning of one.

    Raises:
        NotFoundError: there is none.
        UsageError: there are several.
    """
    from mltrack.envs import cached

    return cached.named(reference, user_home())


def project_environment(path: str | Path = ".") -> Wanted:
    """Return the environment that a project asks for, built or not; nothing is built.

    Raises:
        MltrackError: the project cannot be read, or no Python fits.
    """
    from mltrack.envs import cached

    spec, home = _project(path), user_home()
    asked = plan.planned(spec.env, home)
    environment = plan.complete(asked, home)
    found = cached.look(home.env(environment.id), home) if environment and environment.id else None
    return Wanted(
        project=spec.name,
        python=f"{asked.interpreter.version} ({asked.interpreter.path})",
        installer=asked.installer,
        requirements=tuple(asked.wanted.shown()),
        environment=environment,
        cached=found,
    )


def build_environment(
    path: str | Path = ".",
    *,
    offline: bool = False,
    find_links: Sequence[str] = (),
    upgrade: bool = False,
    progress: Progress = silent,
) -> Environment:
    """Build the environment of a project ahead of its first run; one that is there is returned.

    Args:
        path: the folder of a `project.yaml`, or that file.
        offline: nothing is asked of a network.
        find_links: folders, or pages, that hold packages too.
        upgrade: resolve the requirements anew, although that was done before.
        progress: is told in a line how far it has come, and an empty line when it is done.

    Raises:
        MltrackError: the project cannot be read, or the environment cannot be built.
    """
    supply = Supply(offline=offline, find_links=tuple(find_links), upgrade=upgrade)
    return build.ensure(_project(path).env, user_home(), supply, progress)


def remove_environments(references: Sequence[str]) -> "list[Cached]":
    """Remove environments, and return what they were.

    Raises:
        NotFoundError: one of them is not there; nothing is removed then.
        ConflictError: one of them is in use.
    """
    from mltrack.envs import cached, collecting

    home = user_home()
    found = {one.id: one for one in (cached.named(name, home) for name in references)}
    for one in found.values():
        collecting.remove(one, home)
    collecting.forget(home)
    return list(found.values())


def plan_collection(
    older_than: str = OLDER_THAN, max_size: str | None = None, progress: Share = nobody
) -> "list[Item]":
    """Return what of the cache can go, and remove nothing.

    Args:
        older_than: what was not used for so long goes: `30d`, `8w`, `12h`.
        max_size: above this those go that were not used for longest: `20G`; None for no limit.
        progress: is told how much was looked at.

    Raises:
        UsageError: the age or the size is none.
    """
    from mltrack.envs import collecting

    return collecting.planned(user_home(), collecting.limits_of(older_than, max_size), progress)


def collect(items: "list[Item]", progress: Share = nobody) -> "list[Item]":
    """Remove what was planned, but what somebody uses by now; return what went."""
    from mltrack.envs import collecting

    return collecting.collect(user_home(), items, progress)


def is_project(path: str | Path) -> bool:
    """Tell whether a path leads to a project."""
    whole = start_folder() / path
    return (whole / FILE_NAME).is_file() or (whole.name == FILE_NAME and whole.is_file())


def row_of(one: "Cached") -> Mapping[str, Any]:
    """Return an environment as a listing shows it."""
    return {
        "id": one.id,
        "key": one.marker.key,
        "python": one.marker.python,
        "packages": one.marker.packages,
        "size": one.size_bytes,
        "own_size": one.own_bytes,
        "used": clock.to_text(one.used),
        "made": clock.to_text(one.marker.made),
        "in_use": [str(lease) for lease in one.in_use],
        "installer": one.marker.installer,
        "requirements": list(one.marker.requirements),
        "folder": str(one.folder),
    }


def item_row(item: "Item") -> dict[str, Any]:
    """Return something that can go as a listing shows it."""
    return {
        "kind": str(item.kind),
        "name": item.name,
        "size": item.size_bytes,
        "used": clock.to_text(item.used),
        "why": item.why,
    }


def _project(path: str | Path) -> ProjectSpec:
    if not is_project(path):
        raise NotFoundError(
            f"there is no {FILE_NAME} in {path}",
            fix="name the folder of a project, or an environment: mltrack env ls",
        )
    return codec.read(shortest(start_folder() / path))
