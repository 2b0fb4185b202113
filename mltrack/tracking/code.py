"""Which code ran: the commit, and a patch with what the commit does not hold.

The patch goes from the merge base with the index branch's upstream to the files on the disk, so
that a squash merge, which drops the branch's own commits, cannot lose what ran.
"""

import gzip
import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.store import git
from mltrack.store.blobs import sha256_of, temporary
from mltrack.store.git import GitError
from mltrack.store.layout import STORE_NAME
from mltrack.store.secrets import masked_text
from mltrack.store.store import Store

MAX_SOURCE_BYTES = 256 * 1024
MAX_SOURCES_BYTES = 1024 * 1024
MAX_HASHED_BYTES = 64 * 1024 * 1024
MAX_LISTED = 1000
_SOURCE_SUFFIXES = frozenset(
    [".py", ".pyi", ".pyx", ".ipynb", ".r", ".rmd", ".jl", ".java", ".scala", ".sql", ".sh"]
    + [".yaml", ".yml", ".toml", ".cfg", ".ini", ".c", ".cc", ".cpp", ".cu", ".h", ".hpp"]
    + [".rs", ".go", ".js", ".ts", ".md", ".rst"]
)
_SOURCE_NAMES = frozenset(
    {"Makefile", "Dockerfile", "Snakefile", "requirements.txt", "pylock.toml"}
)
_OUTSIDE_STORE = (".", f":(top,exclude,glob)**/{STORE_NAME}/**")


class Captured(NamedTuple):
    """The facts of the code for run.yaml, and the gzipped patch where there is one."""

    facts: dict[str, Any]
    patch: bytes | None


def capture(folder: Path, store: Store) -> Captured:
    """Return which code lies in `folder`; empty without git."""
    top = git.top_level(folder) if store.settings["capture.code"] else None
    if top is None:
        return Captured({}, None)
    try:
        return _captured(top, store)
    except (GitError, OSError) as error:
        return Captured({"error": masked_text(str(error))}, None)


def _captured(top: Path, store: Store) -> Captured:
    state = _state(top)
    facts: dict[str, Any] = {
        "commit": state.commit,
        "branch": state.branch,
        "tree": git.answer_or_none("rev-parse", "HEAD^{tree}", cwd=top) if state.commit else None,
        "base": _base(top, store, state.commit),
        "dirty": bool(state.changed or state.untracked),
    }
    remote = git.answer_or_none("config", "--get", "remote.origin.url", cwd=top)
    if remote:
        facts["remote"] = masked_text(remote)
    sources, others = _sorted_out(top, state.untracked)
    if others:
        facts["untracked"] = [_listed(top, name) for name in others[:MAX_LISTED]]
    patch = _patch(top, store, base=facts["base"], sources=sources)
    if not patch:
        return Captured(facts, None)
    facts["patch"] = hashlib.sha256(patch).hexdigest()
    return Captured(facts, gzip.compress(patch, mtime=0))


class _State(NamedTuple):
    commit: str | None
    branch: str | None
    changed: bool
    untracked: list[str]


def _state(top: Path) -> _State:
    """Return commit, branch and changes; the store itself never counts as a change."""
    output = git.git_bytes(
        *("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames"),
        *("--", *_OUTSIDE_STORE),
        cwd=top,
    )
    records = output.decode("utf-8", "surrogateescape").split("\0")
    headers = dict(r[2:].partition(" ")[::2] for r in records if r.startswith("# "))
    commit, branch = headers.get("branch.oid"), headers.get("branch.head")
    return _State(
        commit=None if commit in {None, "(initial)"} else commit,
        branch=None if branch in {None, "(detached)"} else branch,
        changed=any(r[:1] in {"1", "2", "u"} for r in records),
        untracked=[r[2:] for r in records if r.startswith("? ")],
    )


def _base(top: Path, store: Store, commit: str | None) -> str | None:
    """Return the merge base with the index branch: its upstream, else the branch, else HEAD."""
    if commit is None:
        return None
    branch = git.index_branch(top, store.settings["index_branch"])
    for reference in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}") if branch else ():
        base = git.answer_or_none("merge-base", "HEAD", reference, cwd=top)
        if base:
            return base
    return commit


def _sorted_out(top: Path, untracked: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the untracked files that the patch carries, and those that are only listed."""
    sources: list[str] = []
    others: list[str] = []
    room = MAX_SOURCES_BYTES
    for name in sorted(untracked):
        path = top / name
        size = path.lstat().st_size if not path.is_dir() else 0
        if _is_source(path) and size <= min(MAX_SOURCE_BYTES, room):
            sources.append(name)
            room -= size
        else:
            others.append(name)
    return sources, others


def _is_source(path: Path) -> bool:
    named = path.suffix.lower() in _SOURCE_SUFFIXES or path.name in _SOURCE_NAMES
    return named and path.is_file() and not path.is_symlink()


def _listed(top: Path, name: str) -> dict[str, Any]:
    path = top / name
    entry: dict[str, Any] = {"path": name, "size": path.lstat().st_size}
    if path.is_file() and entry["size"] <= MAX_HASHED_BYTES:
        entry["sha256"] = sha256_of(path)
    return entry


def _patch(top: Path, store: Store, *, base: str | None, sources: list[str]) -> bytes:
    """Return the difference between `base` and the disk; the user's index stays untouched."""
    index = temporary(store.layout.tmp)
    env = {"GIT_INDEX_FILE": str(index)}
    current = Path(git.git("rev-parse", "--absolute-git-dir", cwd=top)) / "index"
    try:
        if current.exists():
            shutil.copyfile(current, index)
        if sources:
            names = "\0".join(sources).encode("utf-8", "surrogateescape")
            adding = ("add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul")
            git.git_bytes("--literal-pathspecs", *adding, cwd=top, env=env, stdin=names)
        start = base or git.git("hash-object", "-t", "tree", os.devnull, cwd=top)
        options = ("--binary", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color")
        plain = ("-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false")
        diff = git.git_bytes(
            *plain, "diff", *options, start, "--", *_OUTSIDE_STORE, cwd=top, env=env
        )
    finally:
        index.unlink(missing_ok=True)
    return _masked(diff)


def _masked(diff: bytes) -> bytes:
    """Return a patch with the secrets masked in the lines that it adds."""
    text = diff.decode("utf-8", "surrogateescape")
    lines = (masked_text(line) if line[:1] == "+" else line for line in text.split("\n"))
    return "\n".join(lines).encode("utf-8", "surrogateescape")
