"""The digests of pinned packages, as an index has them: asked once, then known in the cache."""

import contextlib
import json
import shutil
import time
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import NamedTuple

from mltrack.envs import failures, key, lines, plan
from mltrack.envs.home import Home
from mltrack.envs.lines import Line
from mltrack.envs.orders import Order
from mltrack.envs.running import InstallerError
from mltrack.envs.spec import AS_USUAL, EnvSpec, Supply
from mltrack.errors import EnvironmentBuildError, StoreWriteError
from mltrack.progress import Progress, silent
from mltrack.store.atomic import unused, write_file

_FORMAT = 1
_KINDS = {"pip": "mltrack.envs.with_pip", "uv": "mltrack.envs.with_uv"}
_ASKED_AGAIN_AFTER_SECONDS = 600
"""For so long it counts that an index did not know a package, or could not be reached."""
_IN_HASTE = {"UV_HTTP_TIMEOUT": "15", "UV_HTTP_RETRIES": "1"}


class _Known(NamedTuple):
    """What is known of a pin: its line with digests, or when it was asked for in vain."""

    line: str
    asked: float


def of_pins(
    pins: Iterable[str], home: Home, supply: Supply = AS_USUAL, progress: Progress = silent
) -> dict[str, str]:
    """Return a line with digests for each pin, such as `numpy==2.4.6`, that an index knows.

    Args:
        pins: name and version.
        home: the cache.
        supply: where packages come from.
        progress: is told how far the installer has come.
    """
    asked = plan.planned(EnvSpec(requirements=tuple(pins), variables=_IN_HASTE), home, supply)
    ground = key.of_input(asked.ground, asked.wanted._replace(lines=()), asked.spec.indexes, "")
    scope = f"{asked.installer} {ground}"
    known = _read(home).get(scope, {})
    fresh = time.time() - _ASKED_AGAIN_AFTER_SECONDS
    wanted = [
        line
        for line in asked.wanted.lines
        if not (one := known.get(line.install)) or (not one.line and one.asked < fresh)
    ]
    if wanted:
        found = _asked(Order(asked, home, supply, progress, unused(home.tmp)), wanted)
        now = time.time()
        new = {line.install: _Known(found.get(lines.name_of(line), ""), now) for line in wanted}
        _remember(scope, new, home)
        known = {**known, **new}
    return {pin.install: one.line for pin in asked.wanted.lines if (one := known[pin.install]).line}


def _asked(order: Order, wanted: list[Line]) -> dict[str, str]:
    """Return lines with digests by name; those that no index has are left out one by one."""
    kind = import_module(_KINDS[order.plan.installer])
    waiting = {lines.name_of(line): line for line in wanted}
    try:
        order.scratch.mkdir(parents=True, mode=0o700)
        while waiting:
            some = order.plan.wanted._replace(lines=tuple(waiting.values()))
            try:
                found = kind.digests(order._replace(plan=order.plan._replace(wanted=some)))
            except InstallerError as failed:
                if waiting.pop(failures.not_found(failed), None) is None:
                    return {}
            else:
                return {lines.name_of(line): line.text for line in found if line.is_hashed}
    except (EnvironmentBuildError, OSError):
        return {}
    finally:
        shutil.rmtree(order.scratch, ignore_errors=True)
        order.progress("")
    return {}


def _read(home: Home) -> dict[str, dict[str, _Known]]:
    try:
        told = json.loads(home.pins.read_bytes())
        scopes = told["pins"].items() if told["format"] == _FORMAT else ()
        return {
            scope: {pin: _Known(str(line), float(asked)) for pin, (line, asked) in pins.items()}
            for scope, pins in scopes
        }
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return {}


def _remember(scope: str, new: Mapping[str, _Known], home: Home) -> None:
    """Add what an index said; whoever writes at the same moment may have to ask again."""
    known = _read(home)
    known[scope] = {**known.get(scope, {}), **new}
    content = json.dumps({"format": _FORMAT, "pins": known})
    with contextlib.suppress(StoreWriteError):
        write_file(home.pins, content.encode(), tmp=home.tmp, sync=False)
