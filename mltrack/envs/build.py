"""Build an environment once, whoever asks first; what is not marked complete does not exist."""

from mltrack.envs import shelf
from mltrack.envs.home import Home
from mltrack.envs.plan import Plan, complete, planned
from mltrack.envs.spec import AS_USUAL, Environment, EnvSpec, Supply
from mltrack.progress import Progress, silent


def ensure(
    spec: EnvSpec, home: Home, supply: Supply = AS_USUAL, progress: Progress = silent
) -> Environment:
    """Return the environment that a project asks for, built now if nobody has built it yet.

    Args:
        spec: what is asked for.
        home: the cache.
        supply: where packages come from this time.
        progress: is told in a line how far it has come, and an empty line when it is done.

    Raises:
        NotFoundError: no Python of this machine is in the range, or a file is not there.
        UsageError: a file says what cannot be meant.
        EnvironmentBuildError: it could not be built; nothing half-built is left.
        StoreWriteError: the cache cannot be written; nothing half-built is left.
        ConflictError: another process has been building it for an hour.
    """
    plan = planned(spec, home, supply)
    anew = supply.upgrade and not plan.wanted.is_locked
    if not anew and (environment := _used(plan, home)):
        return environment
    from mltrack.envs.filling import built
    from mltrack.envs.waiting import locked_patiently

    try:
        with locked_patiently(home.lock(plan.key), progress):
            known = None if anew else _used(plan, home)
            return known or built(plan, home, supply, progress)
    finally:
        progress("")


def _used(plan: Plan, home: Home) -> Environment | None:
    environment = complete(plan, home)
    if environment and environment.id:
        shelf.touch(home.env(environment.id) / shelf.MARKER)
    return environment
