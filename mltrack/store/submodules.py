"""Fill the submodules of a checkout without a word in the user's settings."""

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from mltrack.errors import NotFoundError
from mltrack.store import git
from mltrack.store.git import GitError

MODULES = ".gitmodules"
_NAMED = re.compile(r"submodule\.(?P<name>.+)\.url\Z", re.DOTALL)
Run = Callable[..., bytes]


def fill_submodules(top: Path, folder: Path, run: Run) -> None:
    """Fetch the submodules that the code in a checkout names.

    Args:
        top: the user's own work tree.
        folder: the checkout.
        run: runs git patiently: arguments, and the folder as `cwd`.

    Raises:
        NotFoundError: one cannot be fetched.
    """
    if not (folder / MODULES).is_file():
        return
    try:
        settings = [word for pair in _settings(top, folder) for word in ("-c", pair)]
        run(*settings, "submodule", "--quiet", "update", "--init", "--recursive", cwd=folder)
    except GitError as error:
        said = [line for line in str(error).splitlines() if "fatal" in line or "error" in line]
        raise NotFoundError(
            "a submodule of the code cannot be fetched",
            why=(said or [str(error)])[0],
            fix="see that `git submodule update --init --recursive` works in a clone",
        ) from error


def _settings(top: Path, folder: Path) -> list[str]:
    """Return as settings of one command what git would otherwise write into the user's."""
    told = git.git_bytes("config", "-z", "--file", MODULES, "--list", cwd=folder)
    lines = [line.partition("\n") for line in told.decode("utf-8", "replace").split("\0")]
    settings: list[str] = []
    for key, _, url in lines:
        found = _NAMED.match(key)
        if found is None or _is_known(top, key):
            continue
        origin = git.answer_or_none("config", "remote.origin.url", cwd=top) or str(top)
        settings.append(f"{key}={resolved(origin, url)}")
        settings.append(f"submodule.{found['name']}.active=true")
    return settings


def _is_known(top: Path, key: str) -> bool:
    return git.answer_or_none("config", "--get", key, cwd=top) is not None


def resolved(origin: str, url: str) -> str:
    """Return the address of a submodule, which may be relative to that of its repository."""
    if not url.startswith(("./", "../")):
        return url
    head, colon, path = origin.rstrip("/").rpartition(":")
    if "://" in origin or not colon or "/" in head:  # `host:path` is what ssh has
        scheme, sign, path = origin.rstrip("/").rpartition("://")
        head, colon = scheme, sign
    return f"{head}{colon}{posixpath.normpath(f'{path}/{url}')}"
