"""A record says on what its run was computed, as far as the system tells it without a package."""

import os
import sys
import time
from pathlib import Path

import pytest

from mltrack.tracking import hardware

CPU = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) CPU @ 2.10GHz\n"
GPU = "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 16\nGPU UUID: \t GPU-0\n"
VERSIONS = [
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\n",
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  535.104.05  Release Build\n",
]


def system(folder: Path, version: str = "") -> Path:
    (folder / "cpuinfo").write_text(CPU * 300)
    if version:
        for number in range(2):
            gpu = folder / "driver" / "nvidia" / "gpus" / f"0000:0{number}:00.0"
            gpu.mkdir(parents=True)
            (gpu / "information").write_text(GPU)
        (folder / "driver" / "nvidia" / "version").write_text(version)
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell it elsewhere")
def test_a_machine_tells_its_processor_cores_and_memory(tmp_path: Path) -> None:
    assert hardware.facts(system(tmp_path)) == {
        "cpu": "Intel(R) Xeon(R) CPU @ 2.10GHz",
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_driver_tells_its_version_and_its_gpus(tmp_path: Path, version: str) -> None:
    facts = hardware.facts(system(tmp_path, version))

    assert facts["gpus"] == ["NVIDIA H100 80GB HBM3"] * 2
    assert facts["driver"] == "535.104.05"


def test_a_system_that_tells_nothing_leaves_it_out(tmp_path: Path) -> None:
    assert not {"gpus", "driver"} & hardware.facts(tmp_path).keys()


def test_this_machine_tells_something_and_no_path() -> None:
    facts = hardware.facts()

    assert facts["cores"] >= 1
    assert not [value for value in map(str, facts.values()) if value.startswith("/")]


def test_it_costs_next_to_nothing() -> None:
    hardware.facts()

    began = time.process_time()
    for _ in range(20):
        hardware.facts()

    assert (time.process_time() - began) / 20 < 0.01
