"""The environment that a run had, asked for anew."""

import re
from pathlib import Path

from mltrack.envs import specifier
from mltrack.envs.spec import EnvSpec
from mltrack.errors import IntegrityError, NotFoundError
from mltrack.store.layout import PACKAGES
from mltrack.store.plain import read_plain
from mltrack.store.sha256 import sha256_hex
from mltrack.store.store import Store
from mltrack.tracking import capture
from mltrack.tracking.entities import RunRecord

OURS = "mltrack-local"
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_CURRENT = "run it in the project's environment as it is now: --current env"


def spec_of(store: Store, record: RunRecord, declared: EnvSpec, folder: Path) -> EnvSpec:
    """Return a run's environment as it was resolved, with the variables that the project sets.

    Args:
        store: the store of the run.
        record: the run.
        declared: what the project asks for; nothing for a run that is none of a project.
        folder: the project's, from which paths count.

    Raises:
        NotFoundError: the record does not tell which Python ran, or which packages.
        IntegrityError: the list of packages is not the one that was recorded.
    """
    found = _VERSION.match(str(record.environment.get("python", "")))
    if found is None:
        raise NotFoundError(f"run {record.handle} does not tell which Python ran", fix=_CURRENT)
    return declared._replace(
        python=specifier.parse(f"=={found[0]}"),
        folder=folder,
        locked=_without_ours(packages_of(store, record)),
        locked_elsewhere=_is_of_another_kind(record),
    )


def _is_of_another_kind(record: RunRecord) -> bool:
    """Tell whether a run says that it was made on a machine that takes other files than this."""
    here = capture.interpreter()
    facts = ("platform", "implementation")
    return any(record.environment.get(fact, here[fact]) != here[fact] for fact in facts)


def packages_of(store: Store, record: RunRecord) -> bytes:
    """Return the packages that a run had, as its record has them.

    Raises:
        NotFoundError: they were not recorded, or the list is gone.
        IntegrityError: the list is not the one that was recorded.
    """
    expected = record.digests.get(PACKAGES)
    path = store.layout.run_folder(record.id) / PACKAGES
    try:
        data = read_plain(path)
    except OSError as error:
        if expected is None and record.environment.get("key"):
            return b""  # an environment without packages has no list of them
        raise NotFoundError(
            f"run {record.handle} does not tell which packages it had",
            why=f"{path} is not there" if expected else "`capture: {packages: false}` was set",
            fix=_CURRENT,
        ) from error
    if expected is not None and sha256_hex(data) != expected:
        raise IntegrityError(
            f"{path} is not the list of packages that run {record.handle} recorded",
            fix=f"bring it back: git checkout -- {path}; or {_CURRENT}",
        )
    return data


def _without_ours(packages: bytes) -> bytes:
    """Return the lines without mltrack itself, which the runner lends to every child."""
    lines = packages.splitlines(keepends=True)
    return b"".join(line for line in lines if name_in(line.decode("utf-8", "replace")) != OURS)


def name_in(line: str) -> str:
    """Return the name of the package that a line of a lock is about, as indexes compare it."""
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else line.strip()
