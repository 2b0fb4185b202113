"""What a run's record says of the project, of its environment and of its data."""

import os
from collections.abc import Mapping
from pathlib import Path, PurePath

from mltrack.envs.spec import Environment
from mltrack.projects import command, params
from mltrack.projects.data.inputs import Input
from mltrack.projects.running import child
from mltrack.projects.spec import Order, ParamType, Value
from mltrack.store.names import new_name
from mltrack.store.secrets import masked_argv, masked_text, masked_value
from mltrack.store.store import Store
from mltrack.tracking import experiments, hardware, notices, relative, values
from mltrack.tracking.starting import RunSpec

CONTEXT = "parameter"


def run_spec(
    store: Store, order: Order, environment: Environment, parent: str | None = None
) -> RunSpec:
    """Return what the run of an order is to be.

    Args:
        store: where it is recorded.
        order: what was asked for.
        environment: where it runs.
        parent: the id of the run whose command has asked for it.

    Raises:
        UsageError: the name of the experiment holds a secret.
    """
    packages = environment.packages
    return RunSpec(
        name=values.checked_run_name(order.name),  # anew, for by now the secrets are known
        experiment=experiments.find(store, new_name(order.experiment, "experiment")),
        tags=values.checked_values(dict(order.tags), "tag", store.settings["secrets.allow"]),
        project=_project(store, order),
        environment=_environment(store, order, environment),
        packages=None if packages is None else packages.decode().splitlines(),
        folder=order.spec.folder.absolute(),
        parent=parent,
    )


def recorded_params(store: Store, order: Order) -> dict[str, Value]:
    """Return the parameters as the record keeps them."""
    return {name: _recorded(store, order, name) for name in order.values}


def recorded_inputs(
    store: Store, order: Order, data: Mapping[str, Input]
) -> dict[str, dict[str, object]]:
    """Return what the record says of the data behind parameters, by their names."""
    from mltrack.tracking.datasets import shown_source, source_of

    top, told = _top(store, order), {}
    for name, found in data.items():
        source = shown_source(found.address, top) if found.address else source_of(found.path, top)
        told[name] = {**found.facts, "source": source, "context": CONTEXT}
    return told


def _top(store: Store, order: Order) -> Path:
    return order.home or store.project


def _recorded(store: Store, order: Order, name: str) -> Value:
    value, kind = params.recorded(order.values[name]), order.spec.params[name].type
    if not isinstance(value, str):
        return value
    top = _top(store, order)
    if kind is ParamType.URI and ":" in value:
        from mltrack.projects.data.address import path_of, scheme_of
        from mltrack.tracking.datasets import shown_source

        if scheme_of(value) != "file":
            return shown_source(value, top)
        value, kind = str(path_of(value)), ParamType.PATH
    return _path(value, order.spec.folder, top) if kind is ParamType.PATH else value


def _path(text: str, folder: Path, top: Path) -> str:
    """Return a path relative to the project's folder where it lies at its top, else to `~`."""
    if not Path(text).is_absolute():
        return text
    whole = Path(os.path.normpath(text))  # noqa: TID251 - resolve() would follow links
    for start, end in ((folder.absolute(), top.absolute()), (folder.resolve(), top.resolve())):
        if whole.is_relative_to(start) or (whole.is_relative_to(end) and start.is_relative_to(end)):
            return _from(start, whole)
    return relative.shown(text, top)


def _from(start: PurePath, path: PurePath) -> str:
    """Return the way from a folder to a path."""
    climbs = 0
    while not path.is_relative_to(start):
        start, climbs = start.parent, climbs + 1
    return PurePath(*[".."] * climbs, path.relative_to(start)).as_posix()


def _project(store: Store, order: Order) -> dict[str, object]:
    """Return what the record says of the project; no path in it is absolute."""
    spec, entry = order.spec, order.entry
    folder, top = spec.folder.resolve(), _top(store, order).resolve()
    inside = folder.is_relative_to(top)
    beside = {**order.told, **_given({"rerun_of": order.rerun_of})}
    if not spec.digest:
        return beside
    return {
        "name": spec.name,
        "entry": entry.name,
        "folder": folder.relative_to(top).as_posix() if inside else None,
        "digest": f"sha256:{spec.digest}",
        "command": masked_argv(command.template_of(entry)),
        "types": {name: str(param.type) for name, param in spec.params.items()},
        **_given({"shell": entry.shell or None, "timeout_seconds": entry.timeout_seconds}),
        **beside,
    }


def _environment(store: Store, order: Order, environment: Environment) -> dict[str, object]:
    asked = order.spec.env
    return _given(
        {
            "kind": environment.kind,
            "key": environment.key,
            "python": environment.version,
            "installer": environment.installer,
            "variables": _variables(store, order),
            "secrets": list(asked.secrets),
            "hardware": hardware.facts(),
            "notes": [masked_text(relative.shown(n, store.project)) for n in environment.notes],
        }
    )


def _variables(store: Store, order: Order) -> dict[str, str]:
    """Return the variables that may decide a result, without secrets and paths of this machine."""
    never = frozenset(store.settings["secrets.allow"])
    told = {}
    for name, text in sorted(child.recorded(child.inherited(order), order.spec.env).items()):
        masked = str(masked_value(name, text, never))
        if masked != text:
            notices.say_once(f"the variable {name} looks like a secret, and is recorded masked")
        told[name] = relative.shown(masked, _top(store, order))
    return told


def _given(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}
