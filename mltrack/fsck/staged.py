"""Check what git is about to take: from the index, not from the disk, and only what is staged."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from mltrack.errors import MltrackError, UsageError
from mltrack.fsck import staged_files, staged_runs
from mltrack.fsck.entities import Finding, Report, in_order
from mltrack.fsck.index_view import IndexView, Staged
from mltrack.fsck.staged_files import Policy
from mltrack.fsck.staged_runs import Index
from mltrack.store import git
from mltrack.store.git import GitError
from mltrack.store.layout import CONFIG, STORE_NAME
from mltrack.store.settings import Settings, resolve


def check_index(folder: Path) -> Report:
    """Return what is wrong with what is staged of every store in a work tree.

    Raises:
        UsageError: this is no work tree, or git gave no answer.
    """
    top = git.top_level(folder)
    if top is None:
        raise UsageError(f"{folder} is in no git work tree, so nothing is staged")
    try:
        view = IndexView(top)
        stores = _by_store(view.staged())
        findings = [
            replace(finding, path=f"{prefix}/{finding.path}")
            for prefix, files in stores.items()
            for finding in _store(view, top, prefix, files)
        ]
    except GitError as error:
        said = str(error).partition("\n")[0]
        raise UsageError(f"git gave no answer in {top}: {said}") from error
    count = sum(map(len, stores.values()))
    return Report(findings=in_order(findings), checked={"staged files": count})


def _by_store(files: Iterable[Staged]) -> dict[str, list[Staged]]:
    found: dict[str, list[Staged]] = {}
    for file in files:
        parts = file.path.split("/")
        at = parts.index(STORE_NAME) + 1
        path = "/".join(parts[at:])
        found.setdefault("/".join(parts[:at]), []).append(file._replace(path=path))
    return found


def _store(view: IndexView, top: Path, prefix: str, files: list[Staged]) -> Iterator[Finding]:
    policy = _policy(top, prefix)
    index = Index(view, prefix, view.below(prefix))
    yield from staged_runs.gone(index, files)
    kept = [file for file in files if file.status != "D"]
    for contents in view.contents(kept):
        for content in contents:
            yield from staged_files.checked(content, policy)
        yield from staged_runs.records(index, contents)
        yield from staged_runs.listed(index, contents)


def _policy(top: Path, prefix: str) -> Policy:
    settings = _settings(top / prefix)
    return Policy(
        prefix=prefix,
        limit_bytes=settings["artifacts.inline_file_bytes"],
        allowed=frozenset(settings["secrets.allow"]),
    )


def _settings(root: Path) -> Settings:
    config = root / CONFIG
    if config.is_file() and not config.is_symlink():
        try:
            return resolve(store=root)
        except MltrackError:
            pass
    return resolve(store=None)
