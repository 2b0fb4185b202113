"""The difference between a commit and what really ran, as one patch that git can apply."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.store import git
from mltrack.store.blobs import temporary
from mltrack.store.layout import OUTSIDE_STORE
from mltrack.store.secrets import MASK, masked_text

MAX_PATCH_BYTES = 32 * 1024 * 1024
_PLAIN = (
    "-c",
    "diff.noprefix=false",
    "-c",
    "diff.mnemonicPrefix=false",
    "-c",
    "core.safecrlf=false",
)
_DIFF = (
    *("diff", "--binary", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color"),
    *("--no-renames", "--unified=3", "--submodule=short", "--ignore-submodules=dirty"),
)
_KEY_BEGINS, _KEY_ENDS = "PRIVATE KEY-----", "-----END"


class Patch(NamedTuple):
    """A patch, and how many of its lines had a secret masked: it gives them back masked."""

    data: bytes
    masked_lines: int


def between(top: Path, start: str | None, untracked: Sequence[str], tmp: Path) -> Patch:
    """Return the patch from a commit to the files on the disk; the user's index stays untouched.

    Args:
        top: the top of the git work tree.
        start: the commit; None means nothing at all, as before a first commit.
        untracked: files that belong to the patch beside those that git tracks.
        tmp: a folder for git's temporary index.

    Raises:
        GitError: git refused.
        OSError: the disk refused.
    """
    import shutil

    index = temporary(tmp)
    env = {"GIT_INDEX_FILE": str(index)}
    try:
        current = Path(git.git("rev-parse", "--absolute-git-dir", cwd=top)) / "index"
        if current.exists():
            shutil.copy2(current, index)  # with its time, by which git tells stale entries
        if untracked:
            _intend_to_add(untracked, top, env)
        base = start or git.git("hash-object", "-t", "tree", os.devnull, cwd=top)
        diff = git.git_bytes(*_PLAIN, *_DIFF, base, "--", *OUTSIDE_STORE, cwd=top, env=env)
    finally:
        index.unlink(missing_ok=True)
    return _masked(diff)


def _intend_to_add(names: Sequence[str], top: Path, env: dict[str, str]) -> None:
    """Have a difference show untracked files, whatever is strange about their names."""
    stdin = "\0".join(names).encode("utf-8", "surrogateescape")
    options = ("--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul")
    git.git_bytes(*_PLAIN, "--literal-pathspecs", "add", *options, cwd=top, env=env, stdin=stdin)


def _masked(diff: bytes) -> Patch:
    """Mask the secrets in the lines that a patch adds; their number stays, so that it applies."""
    if len(diff) > MAX_PATCH_BYTES:
        raise git.GitError(f"what the commit does not hold is over {MAX_PATCH_BYTES // 2**20} MiB")
    lines = diff.decode("utf-8", "surrogateescape").split("\n")
    masked_lines, in_key = 0, False
    for number, line in enumerate(lines):
        if line[:1] != "+":
            in_key = False
            continue
        masked = f"+{MASK}" if in_key else f"+{masked_text(line[1:])}"
        in_key = _KEY_ENDS not in line if in_key else _KEY_BEGINS in line and _KEY_ENDS not in line
        if masked != line:
            lines[number] = masked
            masked_lines += 1
    return Patch("\n".join(lines).encode("utf-8", "surrogateescape"), masked_lines)
