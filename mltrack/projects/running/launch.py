"""Make a run, start its child, and end the run as the child ended."""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import loans
from mltrack.envs.home import Home
from mltrack.envs.spec import Environment
from mltrack.errors import MltrackError, UsageError
from mltrack.progress import Progress, silent
from mltrack.projects import shell
from mltrack.projects.data import elsewhere, inputs
from mltrack.projects.data.inputs import Given
from mltrack.projects.running import child, described, process, program, screen
from mltrack.projects.running.child import Contract
from mltrack.projects.running.process import Job, Outcome
from mltrack.projects.running.screen import Screen
from mltrack.projects.spec import FILE_NAME, Order, ProjectRun
from mltrack.store import secrets, signals
from mltrack.store.layout import OUTPUT
from mltrack.store.store import Store
from mltrack.store.vouching import MADE
from mltrack.tracking import authorship, ending, notices
from mltrack.tracking.drops import told_by
from mltrack.tracking.handed import RUN_VARIABLE
from mltrack.tracking.live import LiveRun
from mltrack.tracking.starting import RunSpec


class Ready(NamedTuple):
    """An order that can start: everything that may be refused has been looked at.

    Attributes:
        order: what was asked for.
        environment: where it runs.
        given: what the command is told for each parameter, and the data behind that.
        argv: the command.
    """

    order: Order
    environment: Environment
    given: Given
    argv: list[str]


def check_secrets(order: Order) -> None:
    """Make sure that the project's secrets are there, and mask them from now on.

    Raises:
        UsageError: one is missing.
    """
    secrets.learn(child.secrets_of(child.inherited(order), order.spec.env).values())


def ready(
    order: Order,
    environment: Environment,
    home: Home,
    progress: Progress = silent,
    *,
    offline: bool = False,
) -> Ready:
    """Find all that an order needs, and write nothing but to the cache.

    Args:
        order: what was asked for.
        environment: where it is to run.
        home: the user's cache.
        progress: is told whenever the work has moved on.
        offline: whether no data may be fetched.

    Raises:
        MltrackError: the program or some data is not there, or data has another digest.
    """
    check_secrets(order)
    given = inputs.given(order, home, progress, offline=offline)
    if kept := _kept(given.data):
        _check_names(kept)
    argv = program.checked_argv(order, given.values, environment)
    if order.entry.shell:
        notices.say_once(f"{order.entry.name}: {shell.NOTICE}")
    return Ready(order, environment, given, argv)


def launch(
    store: Store, ready: Ready, home: Home, terminal: tuple[Screen, Screen] | None = None
) -> ProjectRun:
    """Make the run and stay with its child until it ends.

    Args:
        store: where the run is recorded.
        ready: what to run.
        home: the user's cache.
        terminal: where output and errors are shown; None: where those of this process are.

    Raises:
        StoreWriteError: the run or the loans to the child could not be written.
        UsageError: the system refused to start the command.
    """
    order = ready.order
    lent = loans.bridge(home), loans.libraries(home)
    ending.settle_all(store)
    spec = described.run_spec(store, order, ready.environment, parent=_parent(store))
    with signals.unwinding(), _begun(store, spec) as run:
        job = _job(run, ready, *lent)
        outcome = _accompanied(run, ready, job, terminal or screen.streams())
        status = _status(outcome)
        fault = _fault(order, outcome)
        with signals.undisturbed():
            ending.finish(run, status, error=fault)
    return ProjectRun(run_id=run.id, exit_code=outcome.code, status=status, error=fault)


@contextlib.contextmanager
def _begun(store: Store, spec: RunSpec) -> Iterator[LiveRun]:
    """Make a run; whatever happens, it ends."""
    run = None
    try:
        with signals.undisturbed():
            run = LiveRun.start(store, spec)
        yield run
    except BaseException as error:
        if run is not None:
            with signals.undisturbed():
                ending.finish(run, "failed" if isinstance(error, Exception) else "killed")
        raise


def _job(run: LiveRun, ready: Ready, bridge: Path, libraries: Path) -> Job:
    order, store = ready.order, run.store
    contract = Contract(
        store=store.root,
        run_id=run.id,
        experiment=order.experiment,
        settings=store.settings.as_json(),
        bridge=bridge,
        libraries=libraries,
    )
    return Job(
        argv=ready.argv,
        folder=order.spec.folder,
        variables=child.variables(order, ready.environment, contract),
        log=store.layout.local(run.id) / OUTPUT,
        log_bytes=store.settings["capture.output_bytes"],
        timeout_seconds=order.entry.timeout_seconds,
    )


def _parent(store: Store) -> str | None:
    """Return the run whose command has started this process, if the store has it."""
    run_id = os.environ.get(RUN_VARIABLE)
    if not run_id:
        return None
    from mltrack.tracking.kin import is_here

    try:
        return run_id if is_here(store, run_id) else None
    except MltrackError:  # it is no id of a run
        return None


def _accompanied(run: LiveRun, ready: Ready, job: Job, terminal: tuple[Screen, Screen]) -> Outcome:
    """Run the child and keep what it leaves."""
    _tell(run, ready)
    began = time.time()
    outcome = _run(run, job, terminal)
    _keep_outputs(run, ready.order, began, all_went_well=outcome.code == 0)
    if outcome.fault:
        notices.say(f"not all of the output could be kept: {outcome.fault}")
    return outcome


def _run(run: LiveRun, job: Job, terminal: tuple[Screen, Screen]) -> Outcome:
    try:
        return process.run(job, terminal)
    except OSError as error:
        ending.finish(run, "failed", error=f"could not start: {error.strerror}")
        raise UsageError(
            f"{Path(job.argv[0]).name} could not be started: {error.strerror or error}",
            fix=f"correct the command in {FILE_NAME}",
        ) from error


def _tell(run: LiveRun, ready: Ready) -> None:
    """Log what the command gets, and keep the data that is to be kept."""
    order, found = ready.order, ready.given.data
    params = described.recorded_params(run.store, order)
    pieces = elsewhere.of_values(params, order.spec.params, order.spec.folder)
    authorship.remember(pieces, MADE, run.id)
    run.log_params(params)
    if found:
        run.append_row({"inputs": described.recorded_inputs(run.store, order, found)})
    if kept := _kept(found):
        run.log_objects(kept)


def _kept(found: Mapping[str, inputs.Input]) -> list[tuple[Path, str]]:
    """Return the data that is to be kept, and the artifact that it becomes."""
    return [
        (one.path, f"{inputs.INPUTS}/{name}/{_name(one)}")
        for name, one in found.items()
        if one.keep
    ]


def _check_names(kept: list[tuple[Path, str]]) -> None:
    """Make sure that all data can be kept under its names, before there is a run.

    Raises:
        UsageError: a name holds what no artifact's may.
    """
    from mltrack.store.manifest import checked_path
    from mltrack.tracking.datasets import files_below

    for path, place in kept:
        for _, name in files_below(path):
            checked_path(f"{place}/{name}" if name else place)


def _name(found: inputs.Input) -> str:
    return found.path.name if found.path.name not in {"", ".."} else found.path.resolve().name


def _keep_outputs(run: LiveRun, order: Order, began: float, *, all_went_well: bool) -> None:
    """Log the files that the project calls its outputs; of a run that went wrong, the new ones."""
    if not order.spec.outputs:
        return
    from mltrack.projects.running import outputs

    found = outputs.found(
        order.spec.folder, order.spec.outputs, since=began, only_new=not all_went_well
    )
    for line in found.notices:
        notices.say(line)
    try:
        run.log_artifacts(found.files)
    except MltrackError as error:
        notices.say(f"outputs: {told_by(error)}")


def _status(outcome: Outcome) -> str:
    if outcome.signal is not None or outcome.timed_out:
        return "killed"
    return "failed" if outcome.code else "finished"


def _fault(order: Order, outcome: Outcome) -> str:
    if outcome.timed_out:
        return f"time limit of {order.entry.timeout_seconds:g} s"
    if outcome.signal is not None:
        return f"ended by signal {outcome.signal}"
    return f"exit code {outcome.code}" if outcome.code else ""
