"""Fill an environment with uv."""

import contextlib
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from mltrack.envs import kinds, lines, resolved, running, telling
from mltrack.envs.lines import Line
from mltrack.envs.orders import Order
from mltrack.envs.running import InstallerError

NAME = "uv"
_NETWORK = re.compile("[Nn]etwork (?:was|connectivity is) disabled")
"""What uv says where it would have had to ask."""


def bare(folder: Path, order: Order) -> Path:
    """Make an environment that holds an interpreter alone, and return it."""
    argv = ["venv", "--quiet", "--no-project", "--no-config", "--python"]
    _run(order, [*argv, order.plan.interpreter.path, str(folder)])
    return folder / "bin" / "python"


def ready(folder: Path, order: Order) -> Path:
    """Make a bare environment, and let uv ask its interpreter what it would ask later."""
    python = bare(folder, order)
    with contextlib.suppress(InstallerError):
        _run(order, ["python", "find", "--quiet", "--no-project", "--no-config", str(python)])
    return python


def resolve(order: Order) -> list[Line]:
    """Return the resolved set, with the digests of all its files, without installing it."""
    requirements = order.file("requirements.in", order.plan.wanted.lines)
    target = order.scratch / "resolved.txt"
    argv = ["pip", "compile", "--python", order.plan.interpreter.path, "--generate-hashes"]
    argv += ["--no-header", "--no-annotate", "--output-file", str(target), str(requirements)]
    _run(order, [*argv, *_upgrade(order), *order.constraints(), *_sources(order)])
    found = resolved.from_compiled(target.read_text("utf-8"), order.plan.wanted.folder)
    return _with_digests_asked_for(found, order.plan.wanted.lines)


def _with_digests_asked_for(found: list[Line], asked: Iterable[Line]) -> list[Line]:
    """Return a set that bears no other digests than those that were asked for, where some were."""
    wanted = {lines.name_of(line): line for line in asked if line.is_hashed}
    return [lines.with_digests_of(line, wanted.get(lines.name_of(line))) for line in found]


def digests(order: Order) -> list[Line]:
    """Return pinned requirements with the digests of all their files."""
    file = order.file("pins.in", order.plan.wanted.lines)
    target = order.scratch / "digests.txt"
    argv = ["pip", "compile", "--no-deps", "--python", sys.executable, "--generate-hashes"]
    argv += ["--no-header", "--no-annotate", "--output-file", str(target), str(file)]
    _run(order, [*argv, *_sources(order)])
    return resolved.from_compiled(target.read_text("utf-8"), None)


def install_locked(python: Path, pinned: Iterable[Line], order: Order) -> None:
    """Install a set that leaves no choice; every digest that it bears is compared.

    What lies on this machine comes apart: uv takes what it built before of a folder, whatever
    became of its sources, unless it is told to install again.
    """
    pinned = list(pinned)
    here = [line for line in pinned if line.path is not None]
    argv = ["pip", "install", "--python", str(python), "--no-deps", "--verify-hashes"]
    if others := [line for line in pinned if line.path is None]:
        _from_cache_or_network(order, [*argv, "-r", str(order.file("locked.txt", others))])
    if here:
        file = order.file("here.txt", here)
        _run(order, [*argv, "--reinstall", *_sources(order), "-r", str(file)])


def seen(python: Path, _: Order) -> Mapping[str, str]:
    """Return the versions of the packages that an environment sees, by name."""
    return resolved.installed(python)


def _from_cache_or_network(order: Order, arguments: list[str]) -> None:
    """Ask the network only for what is not at hand: each package is known by its digest."""
    try:
        _run(order, [*arguments, *order.sources(), "--offline"])
    except InstallerError as failed:
        if order.supply.offline or not any(_NETWORK.search(line) for line in failed.said):
            raise
        _run(order, [*arguments, *_sources(order)])


def _upgrade(order: Order) -> list[str]:
    """Return what makes uv ask the index although it did a few minutes ago."""
    cut_off = order.supply.offline or "UV_OFFLINE" in os.environ
    return ["--refresh"] if order.supply.upgrade and not cut_off else []


def _sources(order: Order) -> list[str]:
    return [*order.sources(), *(["--offline"] if order.supply.offline else [])]


def _run(order: Order, arguments: list[str]) -> None:
    program = kinds.uv() or NAME
    running.run([program, *arguments], NAME, order.job, telling.OfUv())
