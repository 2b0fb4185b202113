"""Have a commit here: look for it, and ask the remote for it where it is not."""

from pathlib import Path

from mltrack.store import git
from mltrack.store.checkouts import is_object_id
from mltrack.store.git import GitError

REMOTE = "origin"
_PATIENCE_SECONDS = 300.0
_ALLOWED = "https:ssh:file"
_QUIETLY = (
    *("--quiet", "--no-tags", "--no-write-fetch-head", "--no-prune", "--no-auto-maintenance"),
    *("--no-recurse-submodules", "--refmap="),
)
"""Nothing of the user's follows what is fetched: no reference, no FETCH_HEAD, no tag."""


def is_here(top: Path, object_id: object, kind: str = "commit") -> bool:
    """Tell whether git has an object of this id and kind."""
    if not is_object_id(object_id):
        return False
    try:
        git.git_bytes("cat-file", "-e", f"{object_id}^{{{kind}}}", cwd=top)
    except GitError:
        return False
    return True


def why_not_here(top: Path, commit: object) -> str:
    """Have a commit here, and return why it is not, in one line; empty when it is."""
    if is_here(top, commit):
        return ""
    if not is_object_id(commit):
        return f"{commit!r} is not the id of a commit"
    try:
        git.git_bytes("rev-parse", "--git-dir", cwd=top)
    except GitError as error:  # it is broken, or belongs to somebody else
        return _in_short(error)
    if git.answer_or_none("config", "--get", f"remote.{REMOTE}.url", cwd=top) is None:
        return f"there is no remote {REMOTE} to ask for it"
    try:
        git.git_bytes(
            *("-c", "core.hooksPath=/dev/null", "fetch", *_QUIETLY, REMOTE, str(commit)),
            cwd=top,
            env={"GIT_ALLOW_PROTOCOL": _ALLOWED},
            timeout_seconds=_PATIENCE_SECONDS,
        )
    except GitError as error:
        return _in_short(error)
    return "" if is_here(top, commit) else f"{REMOTE} did not send it"


def _in_short(error: GitError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))]
    return (telling or lines or ["git failed"])[0]
