"""A folder with the code of a commit: a linked work tree in the user's cache, gone afterwards."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import IntegrityError, NotFoundError
from mltrack.store import git, liveness
from mltrack.store.atomic import explained, write_file
from mltrack.store.folders import cache_folder
from mltrack.store.git import GitError
from mltrack.store.ids import WRITER, new_writer
from mltrack.store.layout import IN_STORE, OUTSIDE_STORE
from mltrack.store.liveness import Life
from mltrack.store.plain import read_plain
from mltrack.store.submodules import fill_submodules

CALM = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.sparseCheckout=false"),
    *("-c", "core.fsmonitor=false", "-c", "core.safecrlf=false"),
)
"""The user's hooks and daemons have no part in it, and no file is left out but the store's."""
_PATIENCE_SECONDS = 3600.0
_OBJECT_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")
_MARK = ".json"
_FOLDER = "checkouts"


def require_git(doing: str) -> None:
    """Make sure that git is installed.

    Raises:
        NotFoundError: it is not; `doing` needs it.
    """
    if shutil.which("git") is None:
        raise NotFoundError(
            f"{doing} needs git, which is not installed here",
            fix="install git, for example: apt install git",
        )


def is_object_id(text: object) -> bool:
    """Tell whether a text is the whole id of something that git keeps, and nothing else."""
    return isinstance(text, str) and _OBJECT_ID.match(text) is not None


def commit_named(top: Path, text: str) -> str | None:
    """Return the id of the commit that a name means here: a branch, a tag, an id, `HEAD~2`."""
    wanted = f"{text}^{{commit}}"
    found = git.answer_or_none(
        "rev-parse", "--verify", "--quiet", "--end-of-options", wanted, cwd=top
    )
    return found if is_object_id(found) else None


def commit_of_tree(top: Path, tree: str | None) -> str:
    """Return a commit of a tree, which nothing refers to; None means the empty tree.

    Raises:
        GitError: git refused.
    """
    meant = tree or git.git("hash-object", "-t", "tree", "-w", os.devnull, cwd=top)
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "mltrack"), ("EMAIL", "mltrack"), ("DATE", "@0 +0000"))
    }
    return git.git("commit-tree", meant, "-m", "The code of a run", cwd=top, env=person)


@contextlib.contextmanager
def checked_out(top: Path, commit: str) -> Iterator[Path]:
    """Give a folder with the files of a commit; files of a store are not among them.

    It is a work tree of the repository at `top`, in which git works. Nothing of the user's is
    touched: no index, no file, no setting, no reference.

    Args:
        top: the top of a work tree.
        commit: the whole id of a commit that is here.

    Raises:
        MltrackError: the files cannot be put there; nothing is left.
    """
    require_git("a checkout")
    _take_away_leftovers(top)
    folder = _home() / new_writer()
    mark = {**liveness.mark_of_this_process(), "repository": str(top)}
    data = json.dumps(mark).encode()
    write_file(_mark_of(folder), data, tmp=cache_folder() / "tmp", sync=False)
    try:
        _fill(top, folder, commit)
        yield folder
    finally:
        _take_away(top, folder)


def left_behind(cache: Path) -> Iterator[Path]:
    """Yield the checkouts in a cache whose process is gone."""
    for mark in sorted((cache / _FOLDER).glob(f"*{_MARK}")):
        if _repository_of_gone(mark) is not None:
            yield mark.with_suffix("")


def collect(folder: Path) -> bool:
    """Remove a checkout if its process is gone; tell whether it went."""
    repository = _repository_of_gone(_mark_of(folder))
    if repository is not None:
        _take_away(repository, folder)
    return not folder.exists()


def _home() -> Path:
    return cache_folder() / _FOLDER


def _mark_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_MARK}")


def _fill(top: Path, folder: Path, commit: str) -> None:
    try:
        with explained(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
        options = ("--quiet", "--detach", "--no-checkout")
        _git("worktree", "add", *options, str(folder), commit, cwd=top)
        _git("read-tree", commit, cwd=folder)
        _leave_out_stores(folder)
        if _git("ls-files", "-z", "--", *OUTSIDE_STORE, cwd=folder):
            _git("checkout", "--quiet", "--", ".", cwd=folder)
    except GitError as error:
        raise IntegrityError(
            f"the code of commit {commit[:12]} cannot be put into {folder}",
            why=str(error).strip().splitlines()[-1],
            fix=f"try it yourself: git -C {top} worktree add --detach /tmp/code {commit[:12]}",
        ) from error
    fill_submodules(top, folder, _git)


def _leave_out_stores(folder: Path) -> None:
    """Have git take the files of stores for present although they are not there."""
    _leave_out(folder, IN_STORE)


def leave_to_others(folder: Path, path: Path) -> None:
    """Have git take a file or folder of a checkout for unchanged, whatever is put there.

    Raises:
        IntegrityError: git refused.
    """
    try:
        _leave_out(folder, f":(top,literal){path.relative_to(folder).as_posix()}")
    except GitError as error:
        raise IntegrityError(f"git does not let go of {path}", why=str(error)) from error


def _leave_out(folder: Path, pattern: str) -> None:
    names = _git("ls-files", "-z", "--", pattern, cwd=folder)
    if names:
        _git("update-index", "-z", "--skip-worktree", "--stdin", cwd=folder, stdin=names)


def _git(*arguments: str, cwd: Path, stdin: bytes | None = None) -> bytes:
    return git.git_bytes(*CALM, *arguments, cwd=cwd, stdin=stdin, timeout_seconds=_PATIENCE_SECONDS)


def _take_away(top: Path, folder: Path) -> None:
    for _ in range(2):  # where git cannot remove the files, it takes note that they are gone
        with contextlib.suppress(GitError, OSError):
            _git("worktree", "remove", "--force", "--force", str(folder), cwd=top)
        if not folder.exists():
            break
        _remove_all(folder)
    if not folder.exists():
        _mark_of(folder).unlink(missing_ok=True)


def _remove_all(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # a folder in it may not be written to
        for parent, _, _ in os.walk(folder):
            with contextlib.suppress(OSError):
                Path(parent).chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)


def _take_away_leftovers(top: Path) -> None:
    """Remove the checkouts of processes that are gone, and what git still knows of such ones."""
    for folder in left_behind(cache_folder()):
        collect(folder)
    for folder in _known_to_git(top):
        is_ours = folder.parent == _home() and WRITER.match(folder.name)
        if is_ours and not folder.exists() and not _mark_of(folder).exists():
            with contextlib.suppress(GitError):
                _git("worktree", "remove", "--force", "--force", str(folder), cwd=top)


def _repository_of_gone(mark: Path) -> Path | None:
    """Return whose work tree a checkout is, if its process is gone; None if it may live."""
    try:
        said = json.loads(read_plain(mark))
    except (OSError, ValueError):
        return None
    if not isinstance(said, dict) or liveness.life_of(said) is not Life.GONE:
        return None
    repository = Path(str(said.get("repository")))
    return repository if repository.is_dir() else mark.parent


def _known_to_git(top: Path) -> list[Path]:
    listed = git.answer_or_none("worktree", "list", "--porcelain", "-z", cwd=top) or ""
    lines = listed.split("\0")
    return [Path(line.removeprefix("worktree ")) for line in lines if line.startswith("worktree ")]
