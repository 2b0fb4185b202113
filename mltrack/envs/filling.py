"""Build an environment whole or not at all; loaded only where one is not there yet."""

import contextlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from mltrack.envs import key, leases, leftovers, resolved, shelf
from mltrack.envs import wanted as wanting
from mltrack.envs.home import Home
from mltrack.envs.lines import Line
from mltrack.envs.orders import Order
from mltrack.envs.plan import Plan, environment_of
from mltrack.envs.running import InstallerError
from mltrack.envs.shelf import Known, Marker
from mltrack.envs.spec import Environment, Supply
from mltrack.envs.waiting import Meanwhile, locked_patiently
from mltrack.progress import Progress
from mltrack.store.atomic import explained, unused
from mltrack.store.ids import new_writer

_KINDS = {"pip": "mltrack.envs.with_pip", "uv": "mltrack.envs.with_uv"}
_SHOWN = 6
Fill = Callable[[Path], list[Line]]
"""Installs into an environment, and returns its resolved set."""


def built(plan: Plan, home: Home, supply: Supply, progress: Progress) -> Environment:
    """Build what a plan says, or find that another plan has come to the same.

    Raises:
        EnvironmentBuildError: it could not be built; nothing half-built is left.
        StoreWriteError: the cache cannot be written; nothing half-built is left.
    """
    leftovers.sweep(home)
    began = time.monotonic()
    progress(f"making environment with Python {plan.interpreter.version}{_holding(plan)}")
    with explained(home.root), _scratch(home) as scratch:
        order = Order(plan, home, supply, progress, scratch)
        known = _known(order)
        shelf.name(plan.key, known, home)
    progress(f"environment {known.id} is ready after {time.monotonic() - began:.1f} s")
    return environment_of(plan, known, home)


def _holding(plan: Plan) -> str:
    lines = plan.wanted.shown()
    if not lines:
        return ""
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f" by {plan.installer}: {', '.join(lines[:_SHOWN])}{more}"


@contextlib.contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    """Give a folder for what is needed while an environment is built."""
    folder = unused(home.tmp)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kind(order: Order) -> Any:  # noqa: ANN401 - a module that installs
    return import_module(_KINDS[order.plan.installer])


def _known(order: Order) -> Known:
    try:
        return _strategy(order)
    except InstallerError as failed:
        from mltrack.envs import failures

        may_differ = order.supply.near and order.plan.spec.locked_elsewhere
        if not (may_differ and failures.is_foreign(failed)):
            raise failures.explained(failed, order) from None
        first = failures.package_of(failed)
    near = order.plan._replace(wanted=wanting.nearby(order.plan.spec))
    order.progress(f"no file of {first} here bears a digest of the lock: resolving it anew")
    try:
        known = _strategy(order._replace(plan=near))
    except InstallerError as failed:
        from mltrack.envs import failures

        raise failures.explained(failed, order) from None
    note = f"the same versions without their digests: the lock has none for {first} on this machine"
    return known._replace(notes=(*known.notes, note))


def _strategy(order: Order) -> Known:
    """Build in the way that resolves at most once."""
    kind, plan = _kind(order), order.plan
    if not plan.wanted.lines:
        return _made(order, lambda _: [])
    if plan.wanted.is_locked:
        return _made(order, lambda python: _locked(python, plan.wanted.lines, order))
    if plan.installer == "pip":
        return _made(order, lambda python: kind.install(python, order))
    return _resolved_first(order)


def _locked(python: Path, lines: Iterable[Line], order: Order) -> list[Line]:
    """Install a set that leaves no choice, and return what of it is for this machine."""
    kind, lines = _kind(order), list(lines)
    kind.install_locked(python, lines, order)
    return resolved.present(lines, kind.seen(python, order))


def _made(order: Order, fill: Fill) -> Known:
    """Build in the place where it stays, and keep it unless there is one with the same set."""
    with _place(order) as place:
        python = _kind(order).bare(place.folder, order)
        found = resolved.named(fill(python), python)
        own = _key(found, order)
        with _lock_of(own, order):
            return _shared(own, found, order) or place.keep(own, found, order)


def _resolved_first(order: Order) -> Known:
    """Resolve while a bare environment is made, and fill that unless there is one with the set."""
    kind = _kind(order)
    with _place(order) as place, Meanwhile(lambda: kind.ready(place.folder, order)) as python:
        found = kind.resolve(order)
        own = _key(found, order)
        with _lock_of(own, order):
            if known := _shared(own, found, order):
                return known
            installed = resolved.named(_locked(python(), found, order), python())
            return place.keep(_key(installed, order), installed, order)


def _key(found: Iterable[Line], order: Order) -> str:
    return key.of_lock(order.plan.ground, (line.decides for line in found))


@contextlib.contextmanager
def _lock_of(own: str, order: Order) -> Iterator[None]:
    """Hold the lock of a resolved set; a plan that is named by its set holds it already."""
    if own == order.plan.key:
        yield
        return
    with locked_patiently(order.home.lock(own), order.progress):
        yield


@contextlib.contextmanager
def _place(order: Order) -> Iterator["_Place"]:
    """Give the folder of a new environment, leased; what is not kept is removed."""
    place = _Place(new_writer(), order.home)
    with leases.taken(place.name, order.home):
        try:
            place.folder.parent.mkdir(parents=True, exist_ok=True)
            yield place
        finally:
            if not place.is_kept:
                shutil.rmtree(place.folder, ignore_errors=True)


class _Place:
    """Where an environment is built and stays."""

    def __init__(self, name: str, home: Home) -> None:
        self.name = name
        self.folder = home.env(name)
        self.is_kept = False

    def keep(self, own: str, found: list[Line], order: Order) -> Known:
        """Say that the environment is whole, and let the key of its set name it."""
        marker = _marker(order.plan, own, len(found), self.folder)
        known = Known(self.name, resolved.text_of(found), marker)
        (self.folder / shelf.PACKAGES).write_bytes(known.packages)
        shelf.mark(self.folder, known.marker, order.home)
        self.is_kept = True
        shelf.name(own, known, order.home)
        return known


def _shared(own: str, found: list[Line], order: Order) -> Known | None:
    """Return the environment that holds a set already, with the set as this project records it."""
    known = shelf.find(own, order.home)
    if known:
        shelf.touch(order.home.env(known.id) / shelf.MARKER)
    return known._replace(packages=resolved.text_of(found), notes=()) if known else None


def _marker(plan: Plan, own: str, count: int, folder: Path) -> Marker:
    return Marker(
        key=own,
        python=plan.interpreter.version,
        interpreter=plan.interpreter.path,
        installer=plan.installer if plan.wanted.lines else None,
        requirements=tuple(plan.wanted.shown()),
        packages=count,
        made=time.time(),
        folder=str(folder),
    )
