"""Git commands that may fail."""

import subprocess

from tests.support.repository import Repository


def asked(repo: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git and return its answer, whatever it is; it waits for no editor."""
    return subprocess.run(
        ["git", "-c", "core.editor=true", *arguments],
        cwd=repo.path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
