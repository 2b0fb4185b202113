"""Which rank of which launch a process is, as its environment tells."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from mltrack.tracking.jobs import JOB_VARIABLE

_NUMBERED = (
    ("RANK", ("WORLD_SIZE",)),
    ("SLURM_PROCID", ("SLURM_STEP_NUM_TASKS", "SLURM_NTASKS")),
    ("OMPI_COMM_WORLD_RANK", ("OMPI_COMM_WORLD_SIZE",)),
    ("PMI_RANK", ("PMI_SIZE",)),
)
"""Where launchers put the number of a rank, and how many there are."""
_HERE = ("LOCAL_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS")
"""Where they put how many of them are on this machine."""
_TELLING = (
    *(JOB_VARIABLE, "SLURM_CLUSTER_NAME", "SLURM_JOB_ID", "SLURM_STEP_ID", "SLURM_RESTART_COUNT"),
    *("PBS_JOBID", "LSB_JOBID", "PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "PMI_JOBID"),
    *("TORCHELASTIC_RUN_ID", "TORCHELASTIC_RESTART_COUNT", "MASTER_ADDR", "MASTER_PORT"),
)
"""What tells one launch from another, the same in all its ranks."""
_UNIQUE = ("SLURM_STEP_ID", "PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Rank(NamedTuple):
    """One of several processes that do one piece of work together.

    Attributes:
        number: which of them this process is.
        launch: what the ranks of one launch have in common.
        unique: whether no other launch can have that in common with them.
    """

    number: int
    launch: str
    unique: bool


def rank_of(variables: Mapping[str, str], parent: Callable[[], str]) -> Rank | None:
    """Return which rank a process is; None when it works alone.

    Args:
        variables: the environment.
        parent: names the process that started this one; it tells launches on one machine apart.
    """
    number, size = _number_and_size(variables)
    if number is None or size == 1:
        return None
    told = [f"{name}={variables[name]}" for name in _TELLING if variables.get(name)]
    unique = any(variables.get(name) for name in _UNIQUE)
    named = unique or bool(variables.get(JOB_VARIABLE))
    if not named and (not told or _is_on_one_machine(variables, size)):
        attempt = _attempt(variables)
        told.append(attempt or parent())
        unique = attempt is not None
    return Rank(number, "\n".join(told), unique)


def _number_and_size(variables: Mapping[str, str]) -> tuple[int | None, int | None]:
    for name, sizes in _NUMBERED:
        number = _whole(variables.get(name))
        if number is not None:
            found = (_whole(variables.get(size)) for size in sizes)
            return number, next((size for size in found if size is not None), None)
    return None, None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - of any machine


def _is_on_one_machine(variables: Mapping[str, str], size: int | None) -> bool:
    here = (_whole(variables.get(name)) for name in _HERE)
    return any(size is not None and count == size for count in here) or (
        variables.get("MASTER_ADDR") in _LOOPBACK
    )


def _attempt(variables: Mapping[str, str]) -> str | None:
    """Return the folder that torchrun makes for each attempt to run its workers."""
    file = variables.get("TORCHELASTIC_ERROR_FILE")
    return str(PurePosixPath(file).parents[1]) if file and file.count("/") > 2 else None  # noqa: PLR2004
