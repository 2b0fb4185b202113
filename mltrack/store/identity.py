"""Who is at work: the name a record bears, and how it was found."""

import os
from pathlib import Path
from typing import Any

from mltrack.store.git_config import settings_of
from mltrack.store.liveness import this_host

USER_VARIABLE = "MLTRACK_USER"
_CI_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "CIRCLE_USERNAME")


def who(folder: Path) -> dict[str, Any]:
    """Return the present user as `{name, email, source}`; email only where it is known.

    Asked in this order: `MLTRACK_USER`, the actor of a CI job, git's user, the system's user.
    """
    if name := _told_by(USER_VARIABLE):
        return from_line(name, USER_VARIABLE)
    if actor := of_ci_job():
        return actor
    return _from_git(folder) or {"name": f"{_system_user()}@{this_host()}", "source": "system"}


def of_ci_job() -> dict[str, Any] | None:
    """Return the actor of a CI job as `{name, source}`, or None where this is none."""
    for variable in _CI_ACTORS:
        if name := _told_by(variable):
            return {"name": name, "source": variable}
    return None


def _told_by(variable: str) -> str:
    """Return what a variable of the environment holds as text: its bytes may be anything."""
    return os.environ.get(variable, "").encode(errors="replace").decode().strip()


def from_line(line: str, source: str) -> dict[str, Any]:
    """Return who a line such as `Ada <ada@example.org>` names, as `{name, email, source}`."""
    line = line.strip()
    name, opening, rest = line.partition("<")
    if opening and rest.endswith(">"):
        return {"name": name.strip(), "email": rest[:-1].strip(), "source": source}
    return {"name": line, "source": source}


def _from_git(folder: Path) -> dict[str, Any] | None:
    said = settings_of(folder)
    name, email = said.get("user.name"), said.get("user.email")
    if not name and not email:
        return None
    identity = {"name": name or email, "source": "git"}
    return {**identity, "email": email} if email else identity


def _system_user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def shown_user(identity: dict[str, Any], policy: str) -> str | None:
    """Return the text by which a run names its user under `identity.user`; None says nobody."""
    full = str(identity.get("email") or identity["name"])
    if policy == "none":
        return None
    return hashed(full) if policy == "hash" else full


def shown_actor(identity: dict[str, Any], policy: str) -> dict[str, Any]:
    """Return the actor of a registry event, who is always named: by email, or by its hash."""
    if policy == "email":
        return identity
    full = str(identity.get("email") or identity["name"])
    return {"name": hashed(full), "source": identity["source"]}


def hashed(text: str) -> str:
    """Return 16 hex digits that stand for a name without telling it."""
    import hashlib

    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
