"""Build an environment once, whoever asks first; what is not marked complete does not exist."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mltrack.envs.home import Home
from mltrack.envs.plan import complete, planned
from mltrack.envs.spec import AS_USUAL, Environment, EnvSpec, Supply
from mltrack.errors import ConflictError
from mltrack.progress import Progress, silent
from mltrack.store.locks import locked

_NOTICE_SECONDS = 0.3
_WAIT_SECONDS = 3600.0


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
    if not supply.upgrade and (environment := complete(plan, home)):
        return environment
    from mltrack.envs.filling import built

    try:
        with locked_patiently(home.lock(plan.key), progress):
            known = None if supply.upgrade else complete(plan, home)
            return known or built(plan, home, supply, progress)
    finally:
        progress("")


@contextlib.contextmanager
def locked_patiently(path: Path, progress: Progress) -> Iterator[None]:
    """Hold a lock that another process may hold for as long as a build takes."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(path, timeout_seconds=_NOTICE_SECONDS))
        except ConflictError:
            progress("another process builds this environment: waiting for it")
            stack.enter_context(locked(path, timeout_seconds=_WAIT_SECONDS))
        yield
