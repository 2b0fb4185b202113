"""Check what a branch does to the registry: what CI asks before it is merged."""

from pathlib import Path

from mltrack.api.store import opened_store, start_folder
from mltrack.errors import NotFoundError, UsageError
from mltrack.registry.attestation import Signers
from mltrack.registry.checking.branch import Branch, read_branch
from mltrack.registry.checking.entities import Report
from mltrack.registry.checking.signing import who_signed
from mltrack.registry.checking.whole import check_branch
from mltrack.registry.revisions import events_at, repository_of
from mltrack.store import git
from mltrack.store.checkouts import commit_named, require_git
from mltrack.store.git_changes import has_changes
from mltrack.store.identity import of_ci_job
from mltrack.store.store import Store


def check_registry(
    base: str | None = None, *, signers: Path | str | None = None, allow_forced: bool = False
) -> Report:
    """Check the events that the present branch adds, by the rules of the branch that it goes to.

    What is committed counts. Runs, evaluations and files are looked up in the work tree.

    Args:
        base: the branch that it goes to; else the index branch, as its remote has it if that is
            known; in a CI job it must be named, for a branch could name itself the index branch.
        signers: git's list of allowed signers; where it is in the repository, as `base` has it.
            Without one, nobody counts as having signed anything.
        allow_forced: let moves pass that were forced through gates.

    Raises:
        UsageError: there is no git repository, no base, or the clone lacks older commits.
        NotFoundError: git is not installed, or there is no such commit or list.
    """
    store = opened_store()
    top = _repository(store)
    list_of_signers = None if signers is None else start_folder() / signers
    try:
        wanted = _commit(top, base or _default_base(store, top))
        branch = read_branch(store, top, wanted, _commit(top, "HEAD"))
        who, told = _signed(store, top, branch, list_of_signers)
        report = check_branch(store, top, branch, who, allow_forced=allow_forced)
        return report.with_notes((*_uncommitted(store, top), *told))
    except git.GitError as error:
        raise UsageError("git cannot tell what the branch did", why=str(error)) from error


def events_known_at(store: Store, base: str) -> frozenset[str]:
    """Return the names of the events that a commit has.

    Raises:
        UsageError: there is no git repository.
        NotFoundError: git is not installed, or there is no such commit.
    """
    top = _repository(store)
    found = events_at(store, top, _commit(top, base)).values()
    return frozenset(event.name for events in found for event in events.events)


def _repository(store: Store) -> Path:
    require_git("to look at a branch")
    top = repository_of(store)
    if top is None:
        raise UsageError(
            f"{store.project} is in no git repository, so there is no branch to look at",
            fix="git init",
        )
    return top


def _signed(
    store: Store, top: Path, branch: Branch, signers: Path | None
) -> tuple[Signers, tuple[str, ...]]:
    return ({}, ()) if signers is None else who_signed(store, top, branch, signers)


def _default_base(store: Store, top: Path) -> str:
    branch = git.index_branch(top, store.settings["index_branch"])
    if branch is None or of_ci_job() is not None:
        raise UsageError(
            "it is not known which branch this one goes to",
            fix="name it: mltrack registry check --base origin/main",
        )
    remote = f"refs/remotes/origin/{branch}"
    return remote if commit_named(top, remote) else branch


def _commit(top: Path, name: str) -> str:
    found = commit_named(top, name)
    if found is None:
        raise NotFoundError(
            f"{name!r} names no commit of {top}",
            fix="git fetch origin; in CI fetch all commits: fetch-depth: 0 (GitHub),"
            " GIT_DEPTH: 0 (GitLab)",
        )
    return found


def _uncommitted(store: Store, top: Path) -> tuple[str, ...]:
    models = store.layout.models.relative_to(top).as_posix()
    if not has_changes(top, models):
        return ()
    return (f"some files below {models} are not committed; they were not looked at",)
