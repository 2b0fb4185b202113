"""The commits that added files, each with who made it, whether it is signed, and its own bytes."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.store.git import git_bytes
from mltrack.store.signatures import SETTINGS, check_signers

_FIELDS = 7
STATUSES = {
    "G": "good",
    "B": "bad",
    "U": "good, of unknown trust",
    "X": "good, expired",
    "Y": "good, of an expired key",
    "R": "good, of a revoked key",
    "E": "cannot be checked here",
    "N": "none",
}
"""What git's letters for a signature mean."""


class Adding(NamedTuple):
    """A commit that added files, and which.

    Attributes:
        signature: one of the values of STATUSES.
        signer: who made the signature; empty where nobody knows.
        key: the key of the signature.
    """

    commit: str
    author: str
    committer: str
    time: str
    signature: str
    signer: str
    key: str
    files: tuple[str, ...]


def commits_adding(top: Path, folder: str, signers: Path | None) -> list[Adding]:
    """Return the commits of the present branch that added files to a folder, the newest first.

    Args:
        top: the top of the work tree.
        folder: the folder, below the top.
        signers: git's list of allowed signers; None means those of the user's settings.

    Raises:
        GitError: git is missing, or nothing is committed.
        NotFoundError: there is no such list of signers.
        UsageError: it names nobody, or OpenSSH is not installed.
    """
    settings = list(SETTINGS)
    if signers is not None:
        check_signers(signers)
        settings.append(f"gpg.ssh.allowedSignersFile={signers}")
    mark = secrets.token_hex(16)
    form = f"--format={mark}%x00%H%x00%an <%ae>%x00%cn <%ce>%x00%cI%x00%G?%x00%GS%x00%GF"
    text = git_bytes(
        *(word for setting in settings for word in ("-c", setting)),
        "--literal-pathspecs",
        *("log", "-c", "-z", "--diff-filter=A", "--name-only", "--full-history", "--no-renames"),
        *(form, "HEAD", "--", folder),
        cwd=top,
    ).decode("utf-8", "replace")
    return list(_read(text, mark))


def _read(text: str, mark: str) -> Iterator[Adding]:
    for record in text.split(f"{mark}\0")[1:]:
        fields = record.split("\0")
        commit, author, committer, time, letter, signer, key = fields[:_FIELDS]
        files = tuple(name.removeprefix("\n") for name in fields[_FIELDS:] if name.strip("\n"))
        status = STATUSES.get(letter, letter)
        yield Adding(commit, author, committer, time, status, signer, key, files)
