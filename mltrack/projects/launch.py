"""Make a run, start its child, and end the run as the child ended."""

import os
import shutil
from pathlib import Path

from mltrack.envs import loans
from mltrack.envs.home import Home
from mltrack.envs.spec import Environment
from mltrack.errors import NotFoundError, UsageError
from mltrack.projects import child, command, params, process, screen
from mltrack.projects.child import Contract
from mltrack.projects.process import Job, Outcome
from mltrack.projects.spec import FILE_NAME, Order, ParamType, ProjectRun, Value
from mltrack.store.layout import OUTPUT
from mltrack.store.secrets import masked_argv
from mltrack.store.store import Store
from mltrack.tracking import ending, experiments, relative, values
from mltrack.tracking.live import LiveRun
from mltrack.tracking.starting import RunSpec


def checked_argv(order: Order, environment: Environment) -> list[str]:
    """Return the command of an order, whose program must be there.

    Raises:
        NotFoundError: there is no such program.
    """
    argv = command.argv_of(order.entry, order.spec.params, order.values)
    argv = child.with_python(argv, environment)
    program = argv[0]
    if os.sep in program:
        found = shutil.which(order.spec.folder.absolute() / program)
    else:
        found = shutil.which(program, path=child.search_path(os.environ, environment))
    if found is None:
        raise _missing(order, program)
    return argv


def _missing(order: Order, program: str) -> NotFoundError:
    begun = f"the entry point {order.entry.name} starts {program}, which"
    file = order.spec.folder / program
    if os.sep in program and file.is_file():
        import shlex

        return NotFoundError(f"{begun} may not be run", fix=f"chmod +x {shlex.quote(str(file))}")
    return NotFoundError(
        f"{begun} is not there",
        why=f"looked in {order.spec.folder}" if os.sep in program else "looked along PATH",
        fix=f"install it, or correct entry_points.{order.entry.name}.command in {FILE_NAME}",
    )


def launch(store: Store, order: Order, environment: Environment, home: Home) -> ProjectRun:
    """Make the run and stay with its child until it ends.

    Raises:
        StoreWriteError: the run or the loans to the child could not be written.
        UsageError: the system refused to start the command.
    """
    argv = checked_argv(order, environment)
    bridge, libraries = loans.bridge(home), loans.libraries(home)
    ending.settle_all(store)
    run = LiveRun.start(store, _described(store, order, environment))
    run.log_params({name: _recorded(store, order, name) for name in order.values})
    contract = Contract(
        store=store.root,
        run_id=run.id,
        experiment=order.experiment,
        settings=store.settings.as_json(),
        bridge=bridge,
        libraries=libraries,
    )
    job = Job(
        argv=argv,
        folder=order.spec.folder,
        variables=child.variables(os.environ, environment, contract),
        log=store.layout.local(run.id) / OUTPUT,
    )
    outcome = _accompanied(run, job)
    status = _status(outcome)
    ending.finish(run, status, error=_fault(outcome))
    return ProjectRun(run_id=run.id, exit_code=outcome.code, status=status)


def _accompanied(run: LiveRun, job: Job) -> Outcome:
    """Run the child; whatever else happens, the run ends."""
    try:
        return process.run(job, screen.streams())
    except OSError as error:
        ending.finish(run, "failed", error=f"could not start: {error.strerror}")
        raise UsageError(
            f"{Path(job.argv[0]).name} could not be started: {error.strerror or error}",
            fix=f"correct the command in {FILE_NAME}",
        ) from error
    except BaseException:
        ending.finish(run, "killed")
        raise


def _recorded(store: Store, order: Order, name: str) -> Value:
    """Return a parameter as the record keeps it: a path relative to the project or to `~`."""
    value = params.recorded(order.values[name])
    if isinstance(value, str) and order.spec.params[name].type is ParamType.PATH:
        return relative.shown(value, store.project)
    return value


def _status(outcome: Outcome) -> str:
    if outcome.signal is not None:
        return "killed"
    return "failed" if outcome.code else "finished"


def _fault(outcome: Outcome) -> str:
    if outcome.signal is not None:
        return f"ended by signal {outcome.signal}"
    return f"exit code {outcome.code}" if outcome.code else ""


def _described(store: Store, order: Order, environment: Environment) -> RunSpec:
    packages = environment.packages
    return RunSpec(
        name=order.name,
        experiment=experiments.find(store, order.experiment),
        tags=values.checked_values(dict(order.tags), "tag", store.settings["secrets.allow"]),
        project=_project(store, order),
        environment=_environment(environment),
        packages=None if packages is None else packages.decode().splitlines(),
        folder=order.spec.folder.absolute(),
    )


def _project(store: Store, order: Order) -> dict[str, object]:
    """Return what the record says of the project; no path in it is absolute."""
    spec = order.spec
    folder, top = spec.folder.resolve(), store.project.resolve()
    inside = folder.is_relative_to(top)
    return {
        "name": spec.name,
        "entry": order.entry.name,
        "folder": folder.relative_to(top).as_posix() if inside else None,
        "digest": f"sha256:{spec.digest}",
        "command": masked_argv(command.template_of(order.entry)),
        "types": {name: str(param.type) for name, param in spec.params.items()},
    }


def _environment(environment: Environment) -> dict[str, object]:
    facts = {"kind": environment.kind, "key": environment.key, "python": environment.version}
    return {name: value for name, value in facts.items() if value is not None}
