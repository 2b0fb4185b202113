"""Fill an environment with uv."""

import os
from collections.abc import Iterable
from pathlib import Path

from mltrack.envs import kinds, resolved, running, telling
from mltrack.envs.lines import Line
from mltrack.envs.orders import Order

NAME = "uv"


def bare(folder: Path, order: Order) -> Path:
    """Make an environment that holds an interpreter alone, and return it."""
    argv = ["venv", "--quiet", "--no-project", "--no-config", "--python"]
    _run(order, [*argv, order.plan.interpreter.path, str(folder)])
    return folder / "bin" / "python"


def resolve(order: Order) -> list[Line]:
    """Return the resolved set, with the digests of all its files, without installing it."""
    requirements = order.file("requirements.in", order.plan.wanted.lines)
    target = order.scratch / "resolved.txt"
    argv = ["pip", "compile", "--python", order.plan.interpreter.path, "--generate-hashes"]
    argv += ["--no-header", "--no-annotate", "--output-file", str(target), str(requirements)]
    _run(order, [*argv, *_upgrade(order), *order.constraints(), *_sources(order)])
    return resolved.from_compiled(target.read_text("utf-8"), order.plan.wanted.folder)


def install_locked(python: Path, lines: Iterable[Line], order: Order) -> None:
    """Install a set that leaves no choice; every digest that it bears is compared."""
    file = order.file("locked.txt", lines)
    argv = ["pip", "install", "--python", str(python), "--no-deps", "--verify-hashes"]
    _run(order, [*argv, *_sources(order), "-r", str(file)])


def _upgrade(order: Order) -> list[str]:
    """Return what makes uv ask the index although it did a few minutes ago."""
    cut_off = order.supply.offline or "UV_OFFLINE" in os.environ
    return ["--refresh"] if order.supply.upgrade and not cut_off else []


def _sources(order: Order) -> list[str]:
    return [*order.sources(), *(["--offline"] if order.supply.offline else [])]


def _run(order: Order, arguments: list[str]) -> None:
    program = kinds.uv() or NAME
    running.run([program, *arguments], NAME, order.job, telling.OfUv())
