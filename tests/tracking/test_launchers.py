"""Which launch a process is of, and which rank, is told by what its launcher says."""

import pytest

from mltrack.tracking.ranks import rank_of

TORCHRUN = {
    "RANK": "3", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "4", "TORCHELASTIC_RUN_ID": "none",
    "TORCHELASTIC_RESTART_COUNT": "0", "MASTER_ADDR": "node-1", "MASTER_PORT": "29500",
}  # fmt: skip
SLURM = {
    "SLURM_PROCID": "3", "SLURM_NTASKS": "4", "SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "number"),
    [
        (TORCHRUN, 3),
        (SLURM, 3),
        ({**SLURM, "SLURM_STEP_NUM_TASKS": "1"}, None),
        ({**SLURM, "SLURM_NTASKS": "1"}, None),
        ({**SLURM, **TORCHRUN, "RANK": "5", "WORLD_SIZE": "8"}, 5),
        ({"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"}, 1),
        ({"PMI_RANK": "1", "PMI_SIZE": "2"}, 1),
        ({"RANK": "0", "WORLD_SIZE": "1"}, None),
        ({"RANK": "first", "WORLD_SIZE": "4"}, None),
        ({"RANK": "-1", "WORLD_SIZE": "4"}, None),
        ({"WORLD_SIZE": "4"}, None),
        ({}, None),
    ],
)
def test_a_rank_is_known_by_what_its_launcher_says(
    variables: dict[str, str], number: int | None
) -> None:
    rank = rank_of(variables, lambda: "parent")
    assert (rank and rank.number) == number


@pytest.mark.parametrize(
    ("variables", "change"),
    [
        (SLURM, {"SLURM_STEP_ID": "1"}),
        (SLURM, {"SLURM_RESTART_COUNT": "1"}),
        (TORCHRUN, {"TORCHELASTIC_RESTART_COUNT": "1"}),
        (
            TORCHRUN,
            {"TORCHELASTIC_ERROR_FILE": "/tmp/torchelastic_b/none_x/attempt_0/3/error.json"},
        ),
        (TORCHRUN, {"MASTER_PORT": "29501"}),
    ],
)
def test_another_launch_is_known_by_what_differs(
    variables: dict[str, str], change: dict[str, str]
) -> None:
    one, other = (rank_of(v, lambda: "parent") for v in (variables, {**variables, **change}))
    assert one
    assert other
    assert one.launch != other.launch


def test_launches_on_one_machine_differ_by_the_process_that_started_them() -> None:
    one, other = (rank_of(TORCHRUN, lambda name=name: name) for name in ("a", "b"))  # type: ignore[misc]
    assert one
    assert other
    assert one.launch != other.launch
    steps = {rank_of(SLURM, lambda name=name: name) for name in ("a", "b")}  # type: ignore[misc]
    assert len(steps) == 1
