"""Fill an environment with pip."""

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from mltrack.envs import resolved, running, telling, venvs
from mltrack.envs.home import Home
from mltrack.envs.lines import Line, plain
from mltrack.envs.orders import Order
from mltrack.envs.requirements import canonical_name

NAME = "pip"
_OLDEST = (23, 1)
_QUIETLY = ("--no-input", "--disable-pip-version-check", "--progress-bar=off", "--no-compile")
_IN_HASTE = ("--retries=1", "--timeout=15")
_LISTING = """\
import importlib.metadata, json
found = importlib.metadata.distributions()
print(json.dumps([[one.metadata["Name"], one.version] for one in found if one.metadata["Name"]]))
"""


def bare(folder: Path, order: Order) -> Path:
    """Make an environment that holds an interpreter alone, and return it."""
    sees_all = order.plan.spec.system_site_packages
    return venvs.bare(folder, order.plan.interpreter.path, system_site_packages=sees_all)


def install(python: Path, order: Order) -> list[Line]:
    """Resolve and install the requirements in one go, and return what pip says of it."""
    report = order.scratch / "report.json"
    requirements = order.file("requirements.txt", order.plan.wanted.lines)
    arguments = ["--report", str(report), *order.constraints(), "-r", str(requirements)]
    _install(python, order, arguments)
    found = resolved.from_report(report, order.plan.wanted.folder)
    mine = resolved.installed(python)
    others = [(name, version) for name, version in seen(python, order).items() if name not in mine]
    return found + [plain(f"{name}=={version}") for name, version in others]


def install_locked(python: Path, lines: Iterable[Line], order: Order) -> None:
    """Install a set that leaves no choice: first what bears a digest, for pip wants all or none."""
    lines = list(lines)
    hashed = [line for line in lines if line.is_hashed]
    others = [line for line in lines if not line.is_hashed]
    if hashed:
        file = order.file("hashed.txt", hashed)
        _install(python, order, ["--no-deps", "--require-hashes", "-r", str(file)])
    if others:
        file = order.file("others.txt", others)
        _install(python, order, ["--no-deps", "-r", str(file)])


def digests(order: Order) -> list[Line]:
    """Return pinned requirements with the digest of the file that is for this Python."""
    report = order.scratch / "digests.json"
    file = order.file("pins.txt", order.plan.wanted.lines)
    arguments = ["--dry-run", "--ignore-installed", "--no-deps", *_IN_HASTE]
    _install(Path(sys.executable), order, [*arguments, "--report", str(report), "-r", str(file)])
    return resolved.from_report(report, None)


def seen(python: Path, order: Order) -> Mapping[str, str]:
    """Return the versions of the packages that an environment sees, by name."""
    if not order.plan.spec.system_site_packages:
        return resolved.installed(python)
    answer = subprocess.run(
        [python, "-I", "-c", _LISTING], stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    found = {canonical_name(name): version for name, version in json.loads(answer.stdout)}
    return dict(sorted(found.items()))


def _install(python: Path, order: Order, arguments: list[str]) -> None:
    argv = [*_program(order.home), "--python", str(python), "install", *_QUIETLY, *order.sources()]
    if order.supply.offline:
        argv.append("--no-index")
    running.run([*argv, *arguments], NAME, order.job, telling.OfPip())


def _program(home: Home) -> list[str]:
    """Return the command of a pip that can fill other environments: ours, else one made for it."""
    if _has_pip():
        return [sys.executable, "-P", "-m", "pip"]
    version = "{}.{}.{}".format(*sys.version_info[:3])
    return [str(venvs.with_pip(home.installer(version), home)), "-P", "-m", "pip"]


def _has_pip() -> bool:
    if importlib.util.find_spec("pip") is None:
        return False
    try:
        numbers = importlib.metadata.version("pip").split(".")[:2]
    except importlib.metadata.PackageNotFoundError:
        return False
    return tuple(int(n) for n in numbers if n.isdigit()) >= _OLDEST
