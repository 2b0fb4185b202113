"""Which code ran: the commit, and a patch with what the commit does not hold.

The patch goes from the merge base with the index branch's upstream to the files on the disk, so
that a squash merge, which drops the branch's own commits, cannot lose what ran.
"""

import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.store import git
from mltrack.store.blobs import sha256_of
from mltrack.store.git import GitError
from mltrack.store.git_config import settings_of
from mltrack.store.layout import OUTSIDE_STORE
from mltrack.store.marks import Mark, still_fit
from mltrack.store.secrets import masked_text
from mltrack.store.store import Store
from mltrack.tracking import notices, patch, worktree
from mltrack.tracking.relative import shown

_HARMLESS_USER = re.compile(r"//git@")
_ORIGIN = "refs/remotes/origin/"
MAX_SOURCE_BYTES = 256 * 1024
MAX_SOURCES_BYTES = 1024 * 1024
MAX_HASHED_BYTES = 256 * 1024 * 1024
MAX_LISTED = 200
_SOURCE = re.compile(
    r".*\.(c|cc|cfg|cpp|cu|go|h|hpp|ini|ipynb|java|jl|js|md|pyi?|pyx|r|rmd|rs|rst|scala|sh|sql|toml|ts"
    r"|ya?ml)|makefile|dockerfile|snakefile|requirements.*\.txt",
    re.IGNORECASE | re.DOTALL,
)

_CHANGED_INSIDE = re.compile(r"1 .. S.(?:M.|.U) ")
"""A submodule with files of its own that are changed, or that git does not know."""


class Captured(NamedTuple):
    """The facts of the code for run.yaml, and the gzipped patch where there is one."""

    facts: dict[str, Any]
    patch: bytes


class _Known(NamedTuple):
    """What git said before.

    Attributes:
        captured: what it said.
        looked: when it was last tried to look at the files by ourselves.
        marks: what the files were like; None where git must be asked again.
    """

    captured: Captured
    looked: float
    marks: dict[str, Mark] | None


_known: dict[tuple[Path, Path, str], _Known] = {}
"""What this process knows of the code, by top, store and index branch."""


def capture(folder: Path, store: Store) -> Captured:
    """Return which code lies in `folder`; nothing outside git, and an error where git fails.

    The first time git is asked. A process that begins more runs looks at the files itself, and asks
    git again when one of them has changed.
    """
    top = git.top_level(folder) if store.settings["capture.code"] else None
    if top is None:
        return Captured({}, b"")
    place = (top, store.root, store.settings["index_branch"])
    known = _known.get(place)
    if known is None or known.marks is None or not still_fit(known.marks):
        known = _asked(top, store, known)
        _known[place] = known
    return known.captured._replace(facts=dict(known.captured.facts))


def _asked(top: Path, store: Store, before: _Known | None) -> _Known:
    """Ask git; look at the files too, not the first time and not too often, for that costs."""
    now = time.time()
    captured, whole = _captured_or_error(top, store)
    if before is None:
        return _Known(captured, 0.0, None)
    if not whole or now - before.looked < worktree.STILL_SECONDS:
        return _Known(captured, before.looked, None)
    try:
        return _Known(captured, now, worktree.look_at(top, now))
    except (GitError, OSError):
        return _Known(captured, now, None)


def _captured_or_error(top: Path, store: Store) -> tuple[Captured, bool]:
    """Return what git says, and whether it said all."""
    facts: dict[str, Any] = {}
    try:
        return Captured(facts, _captured(top, store, facts)), True
    except (GitError, OSError) as error:
        line = str(error).partition("\n")[0]
        facts["error"] = masked_text(shown(line, top))
        return Captured(facts, b""), False


def _captured(top: Path, store: Store, facts: dict[str, Any]) -> bytes:
    """Fill in the facts, as far as git gives them, and return the gzipped patch."""
    state = _state(top)
    sources, others = _sorted_out(top, state.untracked)
    facts["commit"], facts["branch"] = state.commit, masked_text(state.branch or "") or None
    found = _references(top, state.branch, store.settings["index_branch"])
    facts["tree"] = _tree(top, state.commit, found)
    facts["base"] = _base(top, store, state.commit, found)
    facts["dirty"] = bool(state.changed or state.untracked)
    if state.changed_submodules:
        facts["changed_submodules"] = state.changed_submodules
        notices.say_once(
            f"the record does not hold what is changed in {', '.join(state.changed_submodules)}: "
            "commit it there, in the submodule"
        )
    remote = settings_of(top).get("remote.origin.url")
    if remote and _is_address(remote):
        facts["remote"] = masked_text(remote)
        if _HARMLESS_USER.sub("//", remote) != facts["remote"]:
            notices.say_once("the address of the remote holds a secret, which was left out")
    if others:
        facts["untracked"] = _listed(top, others[:MAX_LISTED])
    if len(others) > MAX_LISTED:
        facts["untracked_more"] = len(others) - MAX_LISTED
    if state.commit and facts["base"] == state.commit and not state.changed and not sources:
        return b""  # git has just said that there is no difference
    import gzip
    import hashlib

    made = patch.between(top, facts["base"], sources, store.layout.tmp)
    if not made.data:
        return b""
    facts["patch"] = hashlib.sha256(made.data).hexdigest()
    if made.masked_lines:
        facts["masked_lines"] = made.masked_lines
        notices.say_once(
            f"what looks like a secret was masked in {made.masked_lines} lines of code.patch.gz, "
            "so that `git apply` gives them back masked"
        )
    return gzip.compress(made.data, mtime=0)


def _is_address(remote: str) -> bool:
    """Tell whether a remote is more than a path of this machine."""
    return ":" in remote and not remote.startswith(("/", ".", "~", "file:"))


class _State(NamedTuple):
    commit: str | None
    branch: str | None
    changed: bool
    untracked: list[str]
    changed_submodules: list[str]


def _state(top: Path) -> _State:
    """Return commit, branch and changes; the store itself never counts as a change."""
    output = git.git_bytes(
        *("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames"),
        "--ignore-submodules=none",  # whatever .gitmodules says
        *("--", *OUTSIDE_STORE),
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
        changed_submodules=[r.split(" ", 8)[8] for r in records if _CHANGED_INSIDE.match(r)],
    )


class _Reference(NamedTuple):
    stands_for: str
    commit: str
    tree: str


def _references(top: Path, branch: str | None, configured: str) -> dict[str, _Reference]:
    """Return what there is of the present branch, and of those that may be the index branch."""
    names = [configured] if configured else ["HEAD", "main", "master"]
    asked = [f"refs/{place}/{name}" for name in names for place in ("heads", "remotes/origin")]
    asked += [f"refs/heads/{branch}"] if branch else []
    form = "--format=%(refname)%00%(symref)%00%(objectname)%00%(tree)"
    lines = (git.answer_or_none("for-each-ref", form, *asked, cwd=top) or "").splitlines()
    fields = (line.split("\0") for line in lines)
    return {name: _Reference(*said) for name, *said in fields}


def _tree(top: Path, commit: str | None, found: Mapping[str, _Reference]) -> str | None:
    if commit is None:
        return None
    trees = (reference.tree for reference in found.values() if reference.commit == commit)
    return next(trees, None) or git.answer_or_none("rev-parse", "HEAD^{tree}", cwd=top)


def _base(
    top: Path, store: Store, commit: str | None, found: Mapping[str, _Reference]
) -> str | None:
    """Return the merge base with the index branch: its upstream, else the branch, else HEAD."""
    if commit is None:
        return None
    branch = store.settings["index_branch"] or _index_branch(found)
    upstream = found.get(f"{_ORIGIN}{branch}") or found.get(f"{_ORIGIN}HEAD")
    for reference in (upstream, found.get(f"refs/heads/{branch}")) if branch else ():
        if reference and reference.commit == commit:
            return commit
        base = reference and git.answer_or_none("merge-base", "HEAD", reference.commit, cwd=top)
        if base:
            return base
    return commit


def _index_branch(found: Mapping[str, _Reference]) -> str | None:
    """Return what `git.index_branch` does where none is configured."""
    remote = found.get(f"{_ORIGIN}HEAD")
    if remote and remote.stands_for:
        return remote.stands_for.removeprefix(_ORIGIN)
    return next((name for name in ("main", "master") if f"refs/heads/{name}" in found), None)


def _sorted_out(top: Path, untracked: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the untracked files that the patch carries, and those that are only listed."""
    sources: list[str] = []
    others: list[str] = []
    room = MAX_SOURCES_BYTES
    for name in sorted(untracked):
        path = top / name
        size = _size(path)
        if _is_source(path) and size <= min(MAX_SOURCE_BYTES, room):
            sources.append(name)
            room -= size
        else:
            others.append(name)
    return sources, others


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # gone since git saw it
        return 0


def _is_source(path: Path) -> bool:
    named = _SOURCE.fullmatch(path.name) is not None
    return named and path.is_file() and not path.is_symlink()


def _listed(top: Path, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return path and size of files, and the digest of as many as can be read in a moment."""
    entries: list[dict[str, Any]] = []
    room = MAX_HASHED_BYTES
    for name in names:
        path = top / name
        entry: dict[str, Any] = {"path": name}
        if path.is_file() and not path.is_symlink():
            entry["size"] = _size(path)
            if entry["size"] <= room:
                entry["sha256"] = sha256_of(path)
                room -= entry["size"]
        entries.append(entry)
    return entries
