"""Read how busy the machine, this process and its GPUs are, from one reading to the next."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mltrack.errors import MissingExtraError
from mltrack.tracking import notices

Readings = dict[str, float]
LEAST_SECONDS = 0.1


class Share:
    """What part of a time was spent on something, from one look to the next."""

    def __init__(self) -> None:
        self._spent = self._whole = 0.0
        self._at = float("-inf")

    def since(self, spent: float, whole: float, name: str) -> Readings:
        """Return the share by name; nothing so soon after the look before that it would be noise.

        Args:
            spent: seconds that were spent, ever.
            whole: seconds that passed, ever.
            name: what the share is called.
        """
        at = time.monotonic()
        if at - self._at < LEAST_SECONDS:
            return {}
        share = _percent(max(spent - self._spent, 0.0), whole - self._whole)
        self._spent, self._whole, self._at = spent, whole, at
        return {name: share}


class Gauges:
    """What psutil and NVIDIA's library tell; a part that fails is said once and then left out.

    Shares of time are over the time since the reading before, or since this was made.

    Raises:
        MissingExtraError: psutil is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self._system = psutil()
        self._folder = folder
        self._process = self._system.Process()
        self._parts: list[Callable[[], Readings]] = [
            *(self._processor, self._memory, self._disk, self._network, self._own, self._gpus)
        ]
        self._gpus_here: list[tuple[int, Any]] | None = None
        self._sent, self._received = self._traffic()
        self._machine, self._family = Share(), Share()
        for part in (self._processor, self._own):  # begin to count
            part()

    def read(self) -> Readings:
        """Return what every gauge shows now, by name."""
        readings: Readings = {}
        for part in list(self._parts):
            try:
                readings |= part()
            except Exception as error:  # noqa: BLE001 - whatever a driver or a container answers
                self._parts.remove(part)
                name = part.__name__.strip("_")
                notices.say_once(f"system metrics: nothing of {name} is logged ({error!s:.200})")
        return readings

    def _processor(self) -> Readings:
        times = self._system.cpu_times()._asdict()
        whole = sum(times.values()) - times.get("guest", 0.0) - times.get("guest_nice", 0.0)
        busy = whole - times["idle"] - times.get("iowait", 0.0)
        return self._machine.since(busy, whole, "cpu_percent")

    def _memory(self) -> Readings:
        memory = self._system.virtual_memory()
        used = memory.total - memory.available
        return {"memory_used_bytes": used, "memory_percent": _percent(used, memory.total)}

    def _disk(self) -> Readings:
        disk = self._system.disk_usage(str(self._folder))
        return {"disk_used_bytes": disk.used, "disk_percent": disk.percent}

    def _network(self) -> Readings:
        sent, received = self._traffic()
        return {
            "network_sent_bytes": sent - self._sent,
            "network_received_bytes": received - self._received,
        }

    def _traffic(self) -> tuple[int, int]:
        with contextlib.suppress(Exception):
            counters = self._system.net_io_counters()
            return counters.bytes_sent, counters.bytes_recv
        return 0, 0

    def _own(self) -> Readings:
        """Return what this process and those that it started use."""
        family = [self._process, *self._process.children(recursive=True)]
        seconds, memory = 0.0, 0
        for member in family:
            with contextlib.suppress(self._system.Error):  # it ended meanwhile
                seconds += sum(member.cpu_times()[:4])  # with what its ended children took
                memory += member.memory_info().rss
        share = self._family.since(seconds, time.monotonic(), "process_cpu_percent")
        return {"process_memory_bytes": memory, **share}

    def _gpus(self) -> Readings:
        if self._gpus_here is None:
            self._gpus_here = list(_visible_gpus())
        readings: Readings = {}
        for number, gpu in self._gpus_here:
            readings |= {f"gpu{number}_{name}": value for name, value in _gpu_readings(gpu)}
        return readings


def psutil() -> Any:  # noqa: ANN401 - a module
    """Return what reads the machine.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import psutil as system
    except ImportError:
        raise MissingExtraError("psutil", extra="system", feature="system_metrics") from None
    return system


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _visible_gpus() -> Iterator[tuple[int, Any]]:
    """Yield the number, as nvidia-smi has it, and the handle of each GPU that this process sees."""
    try:
        import pynvml as nvidia
    except ImportError:
        return
    try:
        nvidia.nvmlInit()
    except nvidia.NVMLError:  # no driver, so no GPU
        return
    for number in range(nvidia.nvmlDeviceGetCount()):
        gpu = nvidia.nvmlDeviceGetHandleByIndex(number)
        if is_visible(number, str(nvidia.nvmlDeviceGetUUID(gpu)), os.environ):
            yield number, gpu


def is_visible(number: int, uuid: str, variables: "os._Environ[str] | dict[str, str]") -> bool:
    """Tell whether `CUDA_VISIBLE_DEVICES` leaves a GPU to this process."""
    named = variables.get("CUDA_VISIBLE_DEVICES")
    if named is None:
        return True
    wanted = [name.strip() for name in named.split(",") if name.strip()]
    if any(not name.lstrip("-").isdecimal() and not name.startswith("GPU-") for name in wanted):
        return True  # parts of a GPU, which have no number
    return any(name == str(number) or (name[0] == "G" and uuid.startswith(name)) for name in wanted)


def _gpu_readings(gpu: Any) -> Iterator[tuple[str, float]]:  # noqa: ANN401 - NVIDIA's handle
    """Yield what a GPU tells; what it does not know of itself is left out."""
    import pynvml as nvidia

    with contextlib.suppress(nvidia.NVMLError):
        yield "percent", nvidia.nvmlDeviceGetUtilizationRates(gpu).gpu
    with contextlib.suppress(nvidia.NVMLError):
        memory = nvidia.nvmlDeviceGetMemoryInfo(gpu)
        yield "memory_used_bytes", memory.used
        yield "memory_percent", _percent(memory.used, memory.total)
    with contextlib.suppress(nvidia.NVMLError):
        yield "power_watts", nvidia.nvmlDeviceGetPowerUsage(gpu) / 1000
    with contextlib.suppress(nvidia.NVMLError):
        yield "temperature_celsius", nvidia.nvmlDeviceGetTemperature(gpu, 0)
