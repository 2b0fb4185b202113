"""Ask git; every call is one short process, and git missing is an answer too."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_TIMEOUT_SECONDS = 60
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
_AS_WRITTEN = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": f"{os.devnull}/none"}
"""A commit is what its id says, whatever this clone would put in its place."""
_OF_ONE_REPOSITORY = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_INDEX_FILE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


class GitError(Exception):
    """git is missing, refused, or this is no repository; callers decide what that means."""


def git(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Return what git prints, without the last newline.

    Raises:
        GitError: git is missing or answered with an error.
    """
    return git_bytes(*arguments, cwd=cwd, env=env).decode("utf-8", "replace").rstrip("\n")


def git_bytes(
    *arguments: str,
    cwd: Path,
    env: dict[str, str] | None = None,
    stdin: bytes | None = None,
    timeout_seconds: float = _TIMEOUT_SECONDS,
) -> bytes:
    """Return the bytes that git prints."""
    import subprocess

    try:
        answer = subprocess.run(
            ["git", *arguments],
            cwd=cwd,
            env={**_environment(), **_QUIET, **_AS_WRITTEN, **(env or {})},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:  # a NUL in an argument
        raise GitError(str(error)) from error
    if answer.returncode != 0:
        raise GitError(answer.stderr.decode("utf-8", "replace").strip() or "git failed")
    return answer.stdout


@contextlib.contextmanager
def git_stream(
    *arguments: str, cwd: Path, env: dict[str, str] | None = None, stdin: IO[bytes] | None = None
) -> Iterator[IO[bytes]]:
    """Give what git prints while it comes, for answers that are long or take their time.

    Args:
        arguments: the command and its words.
        cwd: where git starts.
        env: variables beside the usual ones.
        stdin: an open file that git reads.

    Raises:
        GitError: git is missing or, at the end, answered with an error.
    """
    import subprocess
    import tempfile

    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                ["git", *arguments],
                cwd=cwd,
                env={**_environment(), **_QUIET, **_AS_WRITTEN, **(env or {})},
                stdin=stdin or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        except OSError as error:
            raise GitError(str(error)) from error
        with process:
            try:
                yield process.stdout  # type: ignore[misc]  # a pipe was asked for
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            said.seek(0)
            raise GitError(said.read().decode("utf-8", "replace").strip() or "git failed")


def _environment() -> dict[str, str]:
    """Return the environment without what is meant for another repository or other paths."""
    return {name: value for name, value in os.environ.items() if name not in _OF_ONE_REPOSITORY}


def answer_or_none(*arguments: str, cwd: Path) -> str | None:
    """Return what git prints, or None when it has no answer."""
    try:
        return git(*arguments, cwd=cwd) or None
    except GitError:
        return None


def top_level(folder: Path) -> Path | None:
    """Return the top of the git work tree that holds `folder`, found without a process."""
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return parent
    return None


def index_branch(top: Path, configured: str | None) -> str | None:
    """Return the branch on which the registry's index is written, or None when there is none yet.

    It is the configured one; else what `origin/HEAD` names; else `main`, else `master`.
    """
    if configured:
        return configured
    remote = answer_or_none("symbolic-ref", "--short", "refs/remotes/origin/HEAD", cwd=top)
    if remote:
        return remote.partition("/")[2]
    for name in ("main", "master"):
        if answer_or_none("rev-parse", "--verify", "--quiet", f"refs/heads/{name}", cwd=top):
            return name
    return None


def current_branch(top: Path) -> str | None:
    """Return the branch that is checked out, or None when HEAD is detached or git is missing."""
    return answer_or_none("symbolic-ref", "--short", "--quiet", "HEAD", cwd=top)
