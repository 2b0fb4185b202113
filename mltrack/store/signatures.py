"""Who signed the commits that added files, as git finds it; no hook and no set program runs."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from mltrack.errors import NotFoundError, UsageError
from mltrack.store.git import git_stream

_GOOD = "G"
_FIELDS = 2
SETTINGS = (
    "gpg.program=gpg",
    "gpg.openpgp.program=gpg",
    "gpg.x509.program=gpgsm",
    "gpg.ssh.program=ssh-keygen",
    "diff.relative=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.follow=false",
    "log.showRoot=true",
    "log.showSignature=false",
)
"""What a repository's own settings must not change: least of all which programs are run."""


def signers_of(
    top: Path, rev: str, paths: Sequence[str], signers: Path
) -> dict[str, frozenset[str]]:
    """Return by whom the commits are signed that added files: only those that can be believed.

    A file that several commits added, as a cherry-pick does, has the signers of all of them. Who
    changed a file afterwards is not asked: an event that is changed is no event any more.

    Args:
        top: the top of the work tree.
        rev: the commit from which git walks back.
        paths: the files, or the folders that hold them, below `top`.
        signers: git's list of allowed signers; `gpg` signatures are held against its keyring.

    Returns:
        For each file that a signed commit added, the names that the list gives to its keys.

    Raises:
        NotFoundError: there is no such list.
        UsageError: it names no signer, or OpenSSH is not installed.
        GitError: git is missing or has no such commit.
    """
    check_signers(signers)
    mark = secrets.token_hex(16)
    settings = (*SETTINGS, f"gpg.ssh.allowedSignersFile={signers}")
    set_so = [word for setting in settings for word in ("-c", setting)]
    asked = ("log", "-c", "-z", "--diff-filter=A", "--name-only", "--full-history", "--no-renames")
    said = (f"--format={mark}%x00%G?%x00%GS", rev, "--", *paths)
    found: dict[str, set[str]] = {}
    with git_stream(*set_so, "--literal-pathspecs", *asked, *said, cwd=top) as answer:
        text = answer.read().decode("utf-8", "surrogateescape")
    for principal, files in _commits(text, mark):
        for file in files:
            found.setdefault(file, set()).add(principal)
    return {file: frozenset(names) for file, names in found.items()}


def _commits(text: str, mark: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the signer of each commit whose signature is good, and the files that it added."""
    for commit in text.split(f"{mark}\0")[1:]:
        fields = commit.split("\0")
        state, signer = fields[:_FIELDS]
        files = [name.removeprefix("\n") for name in fields[_FIELDS:]]
        if state == _GOOD and signer:
            yield _address(signer), [name for name in files if name]


def _address(signer: str) -> str:
    """Return the address that stands in `Ada <ada@example.org>`, else the whole."""
    _, opening, rest = signer.partition("<")
    return (rest.removesuffix(">") if opening else signer).strip().lower()


def check_signers(signers: Path) -> None:
    """Make sure that a list of allowed signers can be used.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it names no signer, or OpenSSH is not installed.
    """
    try:
        lines = signers.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise NotFoundError(
            f"{signers} cannot be read: {error.strerror or error}",
            why="it must be a list of allowed signers, as ssh-keygen and git have it",
            fix="write a line for each: ada@example.org ssh-ed25519 AAAA...",
        ) from error
    if not any(_is_signer(line) for line in lines):
        raise UsageError(
            f"{signers} names no signer",
            fix="write a line for each: ada@example.org ssh-ed25519 AAAA...",
        )
    if shutil.which("ssh-keygen") is None:
        raise UsageError(
            "ssh-keygen is not installed here, so no signature can be checked",
            fix="install OpenSSH; on Debian: apt-get install openssh-client",
        )


def _is_signer(line: str) -> bool:
    words = line.split()
    return len(words) > _FIELDS and not line.lstrip().startswith("#")
