"""Build an environment once, whoever asks first; what is not marked complete does not exist."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mltrack.envs.home import Home
from mltrack.envs.plan import complete, planned
from mltrack.envs.spec import Environment, EnvSpec
from mltrack.errors import ConflictError
from mltrack.progress import Progress, silent
from mltrack.store.locks import locked

_NOTICE_SECONDS = 0.3
_WAIT_SECONDS = 3600.0


def ensure(spec: EnvSpec, home: Home, progress: Progress = silent) -> Environment:
    """Return the environment that a project asks for, built now if nobody has built it yet.

    Raises:
        NotFoundError: no Python of this machine is in the range.
        EnvironmentBuildError: it could not be built; nothing half-built is left.
        StoreWriteError: the cache cannot be written; nothing half-built is left.
        ConflictError: another process has been building it for an hour.
    """
    plan = planned(spec, home)
    if environment := complete(plan):
        return environment
    from mltrack.envs.filling import built

    with _locked_patiently(home.lock(plan.key), progress):
        return complete(plan) or built(plan, home, progress)


@contextlib.contextmanager
def _locked_patiently(path: Path, progress: Progress) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(path, timeout_seconds=_NOTICE_SECONDS))
        except ConflictError:
            progress("another process builds this environment: waiting for it")
            stack.enter_context(locked(path, timeout_seconds=_WAIT_SECONDS))
        yield
