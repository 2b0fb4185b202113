"""GPUs are sampled with the rest of the machine: those of the process, as far as they tell."""

import os
import textwrap
from pathlib import Path

import pytest

import mltrack
from mltrack.tracking.gauges import is_visible
from tests.support.programs import Programs
from tests.tracking.test_system_metrics import ALWAYS, SAMPLE, sampled

NVIDIA = """
class NVMLError(Exception): pass
class _Of:
    def __init__(self, **told): self.__dict__ |= told
def nvmlInit(): pass
def nvmlDeviceGetCount(): return 2
def nvmlDeviceGetHandleByIndex(number): return number
def nvmlDeviceGetUUID(gpu): return f"GPU-{gpu}abc"
def nvmlDeviceGetUtilizationRates(gpu): return _Of(gpu=90 + gpu)
def nvmlDeviceGetMemoryInfo(gpu): return _Of(used=1024, total=4096)
def nvmlDeviceGetPowerUsage(gpu):
    if gpu: raise NVMLError("not supported")
    return 250500
def nvmlDeviceGetTemperature(gpu, sensor): return 60
"""


@pytest.fixture
def nvidia(tmp_path: Path) -> dict[str, str]:
    """Return variables with which a program finds a stand-in for NVIDIA's library."""
    (tmp_path / "nvidia").mkdir()
    (tmp_path / "nvidia" / "pynvml.py").write_text(textwrap.dedent(NVIDIA))
    source = Path(__file__).parents[2]
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path / "nvidia"), str(source)])}


def test_gpus_are_sampled_and_what_one_does_not_tell_is_left_out(
    programs: Programs, nvidia: dict[str, str]
) -> None:
    done = programs.run(SAMPLE, env=nvidia)
    assert "system metrics" not in done.err
    metrics = mltrack.get_run("1").metrics
    told = {name: value for name, value in metrics.items() if name.startswith("system/gpu")}
    assert told == {
        "system/gpu0_percent": 90,
        "system/gpu0_memory_used_bytes": 1024,
        "system/gpu0_memory_percent": 25,
        "system/gpu0_power_watts": 250.5,
        "system/gpu0_temperature_celsius": 60,
        "system/gpu1_percent": 91,
        "system/gpu1_memory_used_bytes": 1024,
        "system/gpu1_memory_percent": 25,
        "system/gpu1_temperature_celsius": 60,
    }


def test_only_the_gpus_that_are_left_to_the_process_are_sampled(
    programs: Programs, nvidia: dict[str, str]
) -> None:
    programs.run(SAMPLE, env={**nvidia, "CUDA_VISIBLE_DEVICES": "1"})
    assert {name[:11] for name in mltrack.get_run("1").metrics if "gpu" in name} == {"system/gpu1"}


@pytest.mark.parametrize(
    ("named", "visible"),
    [
        (None, [0, 1]),
        ("", []),
        ("-1", []),
        ("1,0", [0, 1]),
        ("GPU-1a", [1]),
        ("MIG-7", [0, 1]),
    ],
)
def test_cuda_visible_devices_is_understood(named: str | None, visible: list[int]) -> None:
    variables = {} if named is None else {"CUDA_VISIBLE_DEVICES": named}
    assert [n for n in (0, 1) if is_visible(n, f"GPU-{n}abc", variables)] == visible


def test_a_driver_that_breaks_costs_one_notice_and_only_the_gpus(
    programs: Programs, nvidia: dict[str, str], tmp_path: Path
) -> None:
    broken = NVIDIA.replace("def nvmlDeviceGetCount(): return 2", "nvmlDeviceGetCount = None")
    (tmp_path / "nvidia" / "pynvml.py").write_text(broken)
    done = programs.run(SAMPLE, env=nvidia)
    assert done.err.count("nothing of gpus is logged") == 1
    assert sampled(mltrack.get_run("1").id) == ALWAYS
