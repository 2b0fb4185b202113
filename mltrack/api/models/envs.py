"""Where a model runs: in this Python, or in an environment of its own."""

import contextlib
from typing import TYPE_CHECKING

from mltrack.api.env_names import EnvOptions, check_options
from mltrack.api.models.uris import ResolvedModel
from mltrack.errors import MltrackError, TrustError
from mltrack.models.opening import Opened, load, opened
from mltrack.models.trust import require
from mltrack.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mltrack.models.isolated import IsolatedModel
    from mltrack.models.loaded import LoadedModel

_INSTALLED = "the packages that its lock names are installed, which runs code of theirs"


@contextlib.contextmanager
def model_in(
    found: ResolvedModel, options: EnvOptions, *, trust: bool
) -> "Iterator[LoadedModel | IsolatedModel]":
    """Give a model that answers, wherever it runs.

    Args:
        found: the model.
        options: where it is to run.
        trust: whether the user vouches for it.

    Raises:
        UsageError: there is no such environment.
        IntegrityError: a byte of the model is not what was recorded.
        TrustError: loading it, or installing what its lock names, runs code that nobody vouches
            for.
        MltrackError: it cannot be loaded there.
    """
    check_options(options, "predicting")
    package = opened(found.folder, trust=trust, expected_digest=found.digest, name=found.name)
    why = _why_not_here(package, options.get("env", "auto"))
    if why is None:
        yield load(package)
        return
    try:
        require(package.files.digest, trust=trust, what=_INSTALLED, where=found.name)
    except TrustError as error:
        raise _in_two_ways(error, why) from None
    with _isolated(package, options, why) as model:
        yield model


def _in_two_ways(error: TrustError, why: str) -> TrustError:
    """Return the error of one who did not ask for an environment, and may do without."""
    if not why:
        return error
    return TrustError(
        error.message,
        why=f"{why}; {error.why}",
        fix=f"predict with what is installed here: --env local; or {error.fix}",
    )


def _why_not_here(package: Opened, env: str) -> str | None:
    """Return why a model runs in an environment of its own; None where it runs in this Python."""
    if env == "local":
        return None
    if env == "isolated":
        return ""
    from mltrack.models.isolated import lacking

    return lacking(package) or None


@contextlib.contextmanager
def _isolated(package: Opened, options: EnvOptions, why: str) -> "Iterator[IsolatedModel]":
    from mltrack.envs.spec import Supply
    from mltrack.models.isolated import isolated

    find_links = tuple(map(str, options.get("find_links", ())))
    supply = Supply(offline=options.get("offline", False), find_links=find_links)
    progress = options.get("progress", silent)
    notes = (f"predicted in the model's own environment: {why}",) if why else ()
    with contextlib.ExitStack() as stack:
        try:
            model = stack.enter_context(isolated(package, supply, progress, notes))
        except MltrackError as error:
            if why and "--env local" not in error.fix:
                error.why = "; ".join(part for part in (why, error.why) if part)
                error.fix = f"{error.fix}; or take this Python: --env local".removeprefix("; or ")
            raise
        yield model
