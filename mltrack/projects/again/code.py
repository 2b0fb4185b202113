"""The code of a run, made again from its record in a checkout of its own."""

import contextlib
import hashlib
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from mltrack.errors import ConflictError, IntegrityError, MltrackError, NotFoundError
from mltrack.progress import Progress, silent
from mltrack.store import checkouts, git
from mltrack.store.blobs import copy_hashing, sha256_of
from mltrack.store.fetching import REMOTE, is_here, why_not_here
from mltrack.store.git import GitError
from mltrack.store.layout import NO_CODE, PATCH, inside
from mltrack.store.plain import read_plain
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord

_MAX_PATCH_BYTES = 64 * 1024 * 1024
_APPLY = ("apply", "--index", "--binary", "--whitespace=nowarn", "-")
_OTHER_CODE = "run it with the code as it is now: --current code"


class Source(NamedTuple):
    """What the code of a run is made of.

    Attributes:
        commit: a commit; None for nothing at all.
        patch: what it had beside that.
        tree: where the commit was lost, the tree of which another was made.
    """

    commit: str | None
    patch: bytes
    tree: str = ""


class Remade(NamedTuple):
    """A folder with the code of a run, and a line for whatever of it could not be had."""

    top: Path
    missing: tuple[str, ...]


@contextlib.contextmanager
def remade(
    store: Store,
    record: RunRecord,
    top: Path,
    agree: Callable[[Source], None],
    progress: Progress = silent,
) -> Iterator[Remade]:
    """Give a folder with the code that a run had.

    Args:
        store: the store of the run.
        record: the run.
        top: the top of the user's work tree, which stays as it is.
        agree: raises where the code is not to run.
        progress: is told what has to be fetched.

    Raises:
        NotFoundError: the record does not tell, or what it names is not to be had.
        IntegrityError: the patch is gone or not the one that was recorded.
        ConflictError: the patch does not fit.
    """
    checkouts.require_git(f"the code of run {record.handle}")
    source = source_of(store, record, top, progress)
    agree(source)
    try:
        commit = source.commit or checkouts.commit_of_tree(top, None)
    except GitError as error:
        raise ConflictError(f"git made no commit in {top}", why=str(error)) from error
    with checkouts.checked_out(top, commit) as folder:
        if source.commit is None:
            _unborn(folder)
        if source.patch:
            _apply(source.patch, folder, record)
        yield Remade(folder, tuple(_missing(record.code, folder, top)))


def source_of(store: Store, record: RunRecord, top: Path, progress: Progress = silent) -> Source:
    """Return what the code of a run is made of, fetched where it was not here.

    Raises:
        NotFoundError: the record does not tell, or what it names is not to be had.
        IntegrityError: the patch is gone or not the one that was recorded.
    """
    code = record.code
    _refuse_unknown(record)
    patch = patch_of(store, record)
    base, commit = code.get("base"), code.get("commit")
    if base is None and commit is None:
        return Source(None, patch)
    if not is_here(top, base):
        progress(f"commit {base!s:.12} is not here: asking {REMOTE} for it")
    why = why_not_here(top, base)
    if not why:
        return Source(str(base), patch)
    if code.get("dirty") is False:  # what ran was the commit, so that its files are enough
        if commit != base and not why_not_here(top, commit):
            return Source(str(commit), b"")
        if is_here(top, code.get("tree"), "tree"):
            tree = str(code["tree"])
            return Source(checkouts.commit_of_tree(top, tree), b"", tree)
    raise NotFoundError(
        f"the code of run {record.handle} is not here: there is no commit {str(base)[:12]}",
        why=f"asked for it, git says: {why}",
        fix=f"fetch it from where the run was made, or {_OTHER_CODE}",
    )


def _refuse_unknown(record: RunRecord) -> None:
    code = record.code
    if not code:
        why = "it ran outside of git, or `capture: {code: false}` was set"
    elif code.get("error"):
        why = f"git said when it began: {code['error']}"
    elif "base" not in code:
        why = "its record names no commit that the patch starts from"
    else:
        return
    raise NotFoundError(
        f"run {record.handle} has no record of the code that ran", why=why, fix=_OTHER_CODE
    )


def patch_of(store: Store, record: RunRecord) -> bytes:
    """Return what a run's code had beside its commit; empty where there was nothing.

    Raises:
        IntegrityError: the patch is gone, or is not the one that was recorded.
    """
    expected = record.code.get("patch")
    if not expected:
        return b""
    path = store.layout.run_folder(record.id) / PATCH
    try:
        patch = _unpacked(read_plain(path))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        fault = "is not there" if isinstance(error, FileNotFoundError) else f"is broken: {error}"
        raise _other_patch(path, record, fault) from error
    if hashlib.sha256(patch).hexdigest() != expected:
        raise _other_patch(path, record, "is not the patch that the run recorded")
    return patch


def _unpacked(data: bytes) -> bytes:
    reader = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    patch = reader.decompress(data, _MAX_PATCH_BYTES)
    if reader.unconsumed_tail:
        raise ValueError(f"it holds more than {_MAX_PATCH_BYTES // 2**20} MiB")
    if not reader.eof:
        raise EOFError("it is cut off")
    return patch


def _other_patch(path: Path, record: RunRecord, fault: str) -> IntegrityError:
    return IntegrityError(
        f"{path} {fault}",
        why=f"it holds what run {record.handle} had beside commit {record.code.get('base')!s:.12}",
        fix=f"bring it back: git checkout -- {path}; or {_OTHER_CODE}",
    )


def _unborn(folder: Path) -> None:
    """Have the checkout stand before a first commit, as the user's work tree did."""
    git.git_bytes(*checkouts.CALM, "symbolic-ref", "HEAD", f"refs/heads/{folder.name}", cwd=folder)


def _apply(patch: bytes, folder: Path, record: RunRecord) -> None:
    try:
        named = git.git_bytes("apply", "--numstat", "-z", "-", cwd=folder, stdin=patch)
        _refuse_inner(named, record)
        git.git_bytes(*checkouts.CALM, *_APPLY, cwd=folder, stdin=patch)
    except GitError as error:
        raise ConflictError(
            f"the patch of run {record.handle} does not fit commit {record.code['base']!s:.12}",
            why=str(error).partition("\n")[0],
            fix=_OTHER_CODE,
        ) from error


def _refuse_inner(named: bytes, record: RunRecord) -> None:
    """Refuse a patch that writes to where git or a store keeps its own."""
    for line in named.decode("utf-8", "surrogateescape").split("\0"):
        path = line.rpartition("\t")[2]
        if is_kept_out(path):
            raise IntegrityError(
                f"the patch of run {record.handle} writes to {path}",
                why="no code of a project lies there, so it was not made by mltrack",
            )


def is_kept_out(path: str) -> bool:
    """Tell whether a relative path leads to where git or a store keeps its own."""
    return not NO_CODE.isdisjoint(part.lower() for part in PurePosixPath(path).parts)


def _missing(code: Mapping[str, Any], folder: Path, top: Path) -> Iterator[str]:
    """Copy the files that were not tracked from the user's tree; tell what is not to be had."""
    masked, more = code.get("masked_lines"), code.get("untracked_more")
    if masked:
        yield f"secrets were masked in {masked} lines of the code"
    for name in _texts(code.get("changed_submodules")):
        yield f"the submodule {name} had changes of its own, which are not known"
    listed = code.get("untracked")
    for entry in listed if isinstance(listed, list) else ():
        fault = _brought(entry, folder, top) if isinstance(entry, Mapping) else "is no file"
        if fault:
            path = entry.get("path") if isinstance(entry, Mapping) else entry
            yield f"{path}, which git did not track, {fault}"
    if more:
        yield f"{more} more files that git did not track are not known"


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _brought(entry: Mapping[str, Any], folder: Path, top: Path) -> str:
    """Copy one such file, and return why it could not be done; empty when it was."""
    path, sha256 = str(entry.get("path")), entry.get("sha256")
    if not sha256:
        return "was not recorded"
    if is_kept_out(path):
        return "lies where no code does"
    try:
        target = inside(folder, path)
        if not (top / path).is_file():
            return "is not here"
        if sha256_of(top / path) != sha256:
            return "is another one here"
        copy_hashing(top / path, target)
        shutil.copymode(top / path, target)
    except (OSError, MltrackError) as error:
        return f"cannot be copied: {error}"
    return ""
