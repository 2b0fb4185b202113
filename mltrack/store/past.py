"""A store as a commit has it: its small texts in a folder of the user's cache, to be read only."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import NotFoundError, UsageError
from mltrack.store import checkouts, git
from mltrack.store.atomic import explained
from mltrack.store.folders import cache_folder
from mltrack.store.git import GitError
from mltrack.store.git_files import listed_at, write_blobs
from mltrack.store.ids import new_writer
from mltrack.store.layout import STORE_NAME
from mltrack.store.store import Store

_FOLDER = "revisions"
_KEPT = 8
_KEPT_SECONDS = 30 * 86_400.0
_HALF = ".tmp"
_HALF_SECONDS = 3600.0
_ID = r"[0-9]{8}-[0-9]{6}-[a-z][a-z2-7]{7}(?:-[0-9a-f]{4})?"
_TEXT = re.compile(
    r"config\.yaml\Z"
    rf"|runs/[0-9]{{6}}/[0-9]{{2}}/(?P<run>{_ID})(?:\+[a-z][a-z2-7]{{7}})?"
    r"/(?:run\.yaml|metrics\.jsonl|artifacts\.yaml|environment\.txt)\Z"
    r"|annotations/[0-9]{6}/[0-9]{2}/[A-Za-z0-9.+-]+\.yaml\Z"
    r"|experiments/[a-z2-7]{10}/[A-Za-z0-9.+-]+\.yaml\Z"
)
"""The files that listings need: nothing else of a commit is ever written, whatever its name."""


class _Place(NamedTuple):
    """Where a store lies in git: the top of the work tree, and its folder below it."""

    top: Path
    folder: str


def store_at(store: Store, rev: str) -> Store:
    """Return a store as a commit has it.

    Raises:
        NotFoundError: there is no git, no such commit, or no store in it.
        StoreWriteError: the user's cache takes nothing.
    """
    place = _place_of(store)
    commit = _commit(place, rev)
    return _kept(_tree(place, commit, rev), place, commit, lambda _: True)


def store_between(store: Store, branch: str) -> Store:
    """Return a store as the second of two commits has it, without the runs that the first has.

    Args:
        store: the store.
        branch: the two, as `A..B`; one that is left out is `HEAD`.

    Raises:
        UsageError: it names no two commits.
        NotFoundError: there is no git, no such commit, or no store in the second.
        StoreWriteError: the user's cache takes nothing.
    """
    first, dots, second = branch.partition("..")
    if not dots or not (first or second) or second.startswith("."):
        raise UsageError(f"{branch!r} names no two commits", fix="write them as main..feature")
    place = _place_of(store)
    old, new = _commit(place, first or "HEAD"), _commit(place, second or "HEAD")
    key = f"{_tree(place, new, second)}-{_tree_or_none(place, old) or 'none'}"
    before: set[str] = set()

    def is_new(run_id: str) -> bool:
        if not before:
            before.update(["", *_runs_of(place, old)])
        return run_id not in before

    return _kept(key, place, new, is_new)


def _place_of(store: Store) -> _Place:
    checkouts.require_git("--rev")
    root = store.root.resolve()
    top = git.top_level(root.parent)
    if top is None:
        raise NotFoundError(
            f"{root} lies in no git repository, so that it has no other revision", fix="git init"
        )
    return _Place(top, root.relative_to(top).as_posix())


def _commit(place: _Place, rev: str) -> str:
    found = checkouts.commit_named(place.top, rev)
    if found is not None:
        return found
    shallow = git.answer_or_none("rev-parse", "--is-shallow-repository", cwd=place.top) == "true"
    raise NotFoundError(
        f"{rev!r} names no commit of {place.top}",
        why="this clone is shallow: it has only the newest commits" if shallow else "",
        fix="git fetch --unshallow" if shallow else "see what there is: git log --oneline --all",
    )


def _tree_or_none(place: _Place, commit: str) -> str | None:
    name = f"{commit}:{place.folder}"
    found = git.answer_or_none("rev-parse", "--verify", "--quiet", name, cwd=place.top)
    if not found or git.answer_or_none("cat-file", "-t", found, cwd=place.top) != "tree":
        return None
    return found


def _tree(place: _Place, commit: str, rev: str) -> str:
    found = _tree_or_none(place, commit)
    if found is None:
        raise NotFoundError(
            f"there is no store {place.folder} in {rev or 'HEAD'}",
            why="a store is in a commit once its files were added: mltrack add, git commit",
        )
    return found


def _runs_of(place: _Place, commit: str) -> set[str]:
    try:
        listed = listed_at(place.top, commit, f"{place.folder}/runs")
    except GitError as error:
        raise _unread(commit, error) from error
    found = (_TEXT.match(path.removeprefix(f"{place.folder}/")) for path, _ in listed)
    return {match["run"] for match in found if match and match["run"]}


def _unread(commit: str, error: GitError) -> NotFoundError:
    return NotFoundError(f"git does not give the store of {commit[:12]}: {error}")


def _kept(key: str, place: _Place, commit: str, is_wanted: Callable[[str], bool]) -> Store:
    """Return the store that is kept by this key, written now where it is not there."""
    top = cache_folder() / _FOLDER
    root = top / key / STORE_NAME
    with explained(top):
        if not root.is_dir():
            _write(root, place, commit, is_wanted)
            _forget_old(top, but=key)
        with contextlib.suppress(OSError):
            os.utime(root.parent)
    return Store(root)


def _write(root: Path, place: _Place, commit: str, is_wanted: Callable[[str], bool]) -> None:
    """Write the files of a commit into a new folder, and give it its name once all are there."""
    prefix = f"{place.folder}/"

    def wanted(path: str) -> bool:
        found = _TEXT.match(path.removeprefix(prefix))
        return found is not None and (not found["run"] or is_wanted(found["run"]))

    made = root.parent.with_name(f"{root.parent.name}.{new_writer()}{_HALF}")
    made.mkdir(mode=0o700, parents=True)
    try:
        listed = listed_at(place.top, commit, place.folder)
        root_made = made / STORE_NAME
        root_made.mkdir()
        files = [
            (blob, root_made / path.removeprefix(prefix)) for path, blob in listed if wanted(path)
        ]
        write_blobs(place.top, files)
        with contextlib.suppress(OSError):  # another process was faster with the same
            made.rename(root.parent)
    except GitError as error:
        raise _unread(commit, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _forget_old(top: Path, *, but: str) -> None:
    """Remove what was not asked for lately, and what a crash left half done."""
    ages: list[tuple[float, Path]] = []
    for entry in top.iterdir():
        with contextlib.suppress(OSError):
            ages.append((time.time() - entry.stat().st_mtime, entry))
    for place, (age, entry) in enumerate(sorted(ages)):
        is_half = entry.name.endswith(_HALF)
        if entry.name != but and (
            age > (_HALF_SECONDS if is_half else _KEPT_SECONDS) or (place >= _KEPT and not is_half)
        ):
            shutil.rmtree(entry, ignore_errors=True)
