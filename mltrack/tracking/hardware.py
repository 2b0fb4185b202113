"""What a machine is made of, as far as the system tells it at once."""

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import Any

_CPU_BYTES = 2048
"""Of many processors, each takes its time to be told: this is enough for the first."""
_MODEL = re.compile(rb"^(?:model name|Model|cpu)\s*:\s*(.+?)\s*$", re.MULTILINE)
_GPU_MODEL = re.compile(rb"^Model:\s*(.+?)\s*$", re.MULTILINE)
_DRIVER = re.compile(rb"Kernel Module(?: for \S+)?\s+([0-9][0-9.]*)")


def facts(system: Path = Path("/proc")) -> dict[str, Any]:
    """Return cpu, cores, memory_bytes, gpus and driver, without those that the system hides.

    Args:
        system: where Linux tells of itself.
    """
    told = {
        "cpu": _cpu(system),
        "cores": _cores(),
        "memory_bytes": _memory_bytes(),
        **_nvidia(system / "driver" / "nvidia"),
    }
    return {key: value for key, value in told.items() if value}


def _cpu(system: Path) -> str:
    if sys.platform == "darwin":
        return _asked("machdep.cpu.brand_string")
    found = _MODEL.search(_beginning(system / "cpuinfo"))
    return found[1].decode("utf-8", "replace") if found else ""


def _asked(name: str) -> str:
    import subprocess

    with contextlib.suppress(OSError):
        argv = ["/usr/sbin/sysctl", "-n", name]
        done = subprocess.run(argv, capture_output=True, check=False)  # noqa: S603 - a fixed command
        return done.stdout.decode("utf-8", "replace").strip()
    return ""


def _cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 0


def _memory_bytes() -> int:
    with contextlib.suppress(OSError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 0


def _nvidia(folder: Path) -> dict[str, Any]:
    """Return the model of each GPU and the version of the driver, as the driver tells them."""
    version = _DRIVER.search(_beginning(folder / "version"))
    if version is None:
        return {}
    told = (_GPU_MODEL.search(_beginning(gpu / "information")) for gpu in _entries(folder / "gpus"))
    models = [model[1].decode("utf-8", "replace") for model in told if model]
    return {"gpus": models, "driver": version[1].decode()}


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _beginning(path: Path) -> bytes:
    """Return how a file of the system begins; nothing where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, _CPU_BYTES)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
