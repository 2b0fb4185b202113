"""The places that a run or a model can run in, and what can be said of one."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from mltrack.errors import UsageError, nearest
from mltrack.progress import Progress

ENVIRONMENTS = ("auto", "isolated", "local")


class EnvOptions(TypedDict, total=False):
    """What may be said of where a model runs.

    Attributes:
        env: `local` in this Python, `isolated` in an environment of the model's own, `auto` (when
            left out) here if this Python has all that its lock names, else isolated.
        offline: whether nothing may be asked of a network to build an environment.
        find_links: folders, or pages, that hold packages.
        progress: is told in a line how far a build has come, and an empty line when it is done.
    """

    env: str
    offline: bool
    find_links: Sequence[str | Path]
    progress: Progress


def check_options(options: EnvOptions, what: str) -> None:
    """Make sure that nothing else is said of where a model runs.

    Raises:
        TypeError: something is.
        UsageError: there is no such environment.
    """
    unknown = sorted(set(options) - set(EnvOptions.__annotations__))
    if unknown:
        known = ", ".join(EnvOptions.__annotations__)
        raise TypeError(f"there is no argument {unknown[0]!r} of {what}; there are {known}")
    checked_env(options.get("env", "auto"))


def checked_env(env: str) -> str:
    """Return where something is to run.

    Raises:
        UsageError: it is none of auto, isolated and local.
    """
    if env not in ENVIRONMENTS:
        raise UsageError(
            f"there is no environment {env!r}{nearest(env, ENVIRONMENTS)}",
            fix=f"name one of {', '.join(ENVIRONMENTS)}",
        )
    return env
