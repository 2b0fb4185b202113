"""Run any run of the store again: the same code, environment, values, data and variables."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.projects.running import checked_env, environment_for, run_name, run_tags
from mltrack.api.selectors import select_run
from mltrack.api.store import opened_store, start_folder
from mltrack.envs import leases, wanted
from mltrack.envs.home import user_home
from mltrack.envs.spec import Environment, EnvSpec, Supply
from mltrack.errors import ConflictError, IntegrityError, NotFoundError, UsageError, nearest
from mltrack.progress import Progress, silent
from mltrack.projects.again import data, orders, scripts
from mltrack.projects.again.orders import Again
from mltrack.projects.again.values import with_given
from mltrack.projects.running import launch
from mltrack.projects.spec import ProjectRun, ProjectSpec
from mltrack.store import git, signals
from mltrack.store.store import Store
from mltrack.tracking import notices
from mltrack.tracking.entities import RunRecord, RunStatus

CHANGES = ("code", "env", "data")


class Done(NamedTuple):
    """The new run, the project that it was one of, and a line for what could not be as it was."""

    run: ProjectRun
    spec: ProjectSpec
    notes: tuple[str, ...]
    top: Path | None


def rerun_run(  # noqa: PLR0913 - each is an option of the command, named by the caller
    run: str,
    *,
    current: Collection[str] = (),
    params: Mapping[str, object] | None = None,
    env: str = "auto",
    experiment: str | None = None,
    name: str | None = None,
    tags: Mapping[str, Any] | None = None,
    offline: bool = False,
    find_links: Sequence[str | Path] = (),
    trust: bool = False,
    progress: Progress = silent,
) -> ProjectRun:
    """Run a run of the store again, in a checkout of the code that it had.

    Args:
        run: a selector.
        current: those of `code`, `env` and `data` that are taken as they are now.
        params: values that take the place of what the run had.
        env: `isolated` builds the environment that the run had, `local` takes this interpreter,
            `auto` means isolated.
        experiment: where the new run belongs; that of the other when left out.
        name: what it is called; as the other when left out.
        tags: its tags.
        offline: whether nothing may be asked of a network, for packages and data alike.
        find_links: folders, or pages, that hold packages.
        trust: whether you vouch for what the record brings that you have not made.
        progress: is told in a line whenever the work has moved on.

    Raises:
        TrustError: nobody vouches for the patch, the packages or the command of the record.
        MltrackError: something is refused or fails before the command starts; no run is left then.
    """
    again = Again(
        current=checked_changes(current),
        params=params or {},
        env=checked_env(env),
        supply=Supply(offline=offline, find_links=tuple(map(str, find_links))),
        experiment=experiment,
        name=name and run_name(name),
        tags=run_tags(tags or {}),
        trust=trust,
    )
    store = opened_store()
    return run_again(store, runnable(store, run), again, progress).run


def checked_changes(current: Collection[str]) -> frozenset[str]:
    """Return what is to be taken as it is now.

    Raises:
        UsageError: it is none of code, env and data.
    """
    for word in current:
        if word not in CHANGES:
            raise UsageError(
                f"there is no current {word}{nearest(word, CHANGES)}",
                fix=f"name one of {', '.join(CHANGES)}",
            )
    return frozenset(current)


def runnable(store: Store, text: str) -> RunRecord:
    """Return the run that a selector means, if it can be run again.

    Raises:
        NotFoundError: there is none, or it was removed.
        ConflictError: it has not ended.
    """
    from mltrack.tracking.ending import settle_all

    settle_all(store)
    record = select_run(store, text)
    if record.hidden:
        raise NotFoundError(
            f"run {record.handle} was removed", fix=f"mltrack restore {record.handle}"
        )
    if record.status is RunStatus.RUNNING:
        raise ConflictError(
            f"run {record.handle} is still running",
            why="what it comes to is not known before it ends",
            fix=f"wait for it, or end it: mltrack finish {record.handle}",
        )
    return record


def run_again(store: Store, record: RunRecord, again: Again, progress: Progress) -> Done:
    """Run a run again and return how it ended.

    Raises:
        MltrackError: something is refused or fails before the command starts; no run is left then.
    """
    top = git.top_level(store.project.absolute()) or git.top_level(start_folder())
    record = with_given(store, record)
    progress(f"running {record.name} {record.handle} again")
    laid_out = orders.laid_out(store, record, again, top, progress)
    with signals.unwinding(), laid_out as (place, missing):
        spec = orders.spec_of(record, place, again)
        order, notes = orders.order_of(store, record, spec, place, again)
        for line in (*missing, *notes):
            notices.say(f"not as it was: {line}")
        home = user_home()
        launch.check_secrets(order)
        built = _environment(record, order.spec.env, spec.env, again, progress)
        for line in _otherwise(built):
            notices.say(f"not as it was: {line}")
        with leases.held(built, home):
            ready = launch.ready(order, built, home, progress, offline=again.supply.offline)
            progress("")
            _refuse_other_data(record, ready, again)
            tell_if_ignored(store)
            done = launch.launch(store, ready, home, again.terminal)
    return Done(done, spec, (*missing, *notes, *_otherwise(built)), top)


def _refuse_other_data(record: RunRecord, ready: launch.Ready, again: Again) -> None:
    """Say that what is about to be read is not what the run read, where that will not do."""
    lines = data.changed(record, ready.order.values, ready.given.data)
    if lines and not again.any_data and "data" not in again.current:
        raise IntegrityError(
            f"the data of run {record.handle} was changed: {lines[0]}",
            fix="bring it back, or run it with the data as it is now: --current data",
        )


def _otherwise(built: Environment) -> tuple[str, ...]:
    """Return what of an environment could not be had as it was asked for."""
    return built.notes if built.id else ()


def _environment(
    record: RunRecord, asked: EnvSpec, code: EnvSpec, again: Again, progress: Progress
) -> Environment:
    """Return what a run gets: the environment that is asked for, with the code that is to run."""
    local = scripts.is_script(record) and "env" in again.current
    supply = again.supply._replace(near="env" not in again.current)
    kind = "local" if local else again.env
    built = environment_for(asked, kind, user_home(), supply, progress)
    return built._replace(import_folders=wanted.import_folders(code))
