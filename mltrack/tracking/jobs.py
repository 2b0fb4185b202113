"""Which job of a scheduler a process belongs to, as its environment tells."""

from collections.abc import Mapping

JOB_VARIABLE = "MLTRACK_JOB"


def job_key(variables: Mapping[str, str]) -> str | None:
    """Return what names this job and stays the same when it is requeued; None outside of any.

    A job of an array is a job of its own.

    Args:
        variables: the environment. `MLTRACK_JOB` comes first, then Slurm, PBS, LSF and Grid Engine.
    """
    if given := variables.get(JOB_VARIABLE):
        return given
    found = (_slurm(variables), _pbs(variables), _lsf(variables), _grid_engine(variables))
    return next((key for key in found if key), None)


def _slurm(variables: Mapping[str, str]) -> str | None:
    array, task = variables.get("SLURM_ARRAY_JOB_ID"), variables.get("SLURM_ARRAY_TASK_ID")
    job = f"{array}_{task}" if array and task else variables.get("SLURM_JOB_ID")
    cluster = variables.get("SLURM_CLUSTER_NAME")
    return "-".join(filter(None, ("slurm", cluster, job))) if job else None


def _pbs(variables: Mapping[str, str]) -> str | None:
    job = variables.get("PBS_JOBID")
    return f"pbs-{job}" if job else None


def _lsf(variables: Mapping[str, str]) -> str | None:
    job, index = variables.get("LSB_JOBID"), variables.get("LSB_JOBINDEX", "0")
    return (f"lsf-{job}" if index == "0" else f"lsf-{job}_{index}") if job else None


def _grid_engine(variables: Mapping[str, str]) -> str | None:
    """Return the job of Grid Engine, whose `JOB_ID` others use too: only where its root is set."""
    job, task = variables.get("JOB_ID"), variables.get("SGE_TASK_ID", "")
    if not job or not variables.get("SGE_ROOT"):
        return None
    return f"sge-{job}_{task}" if task.isdecimal() else f"sge-{job}"
