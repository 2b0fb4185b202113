"""Decide what can go from a store now; nothing is removed here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from mltrack.errors import ConflictError
from mltrack.gc.entities import Item, Kind, Plan
from mltrack.gc.files import InFiles, named_in_files
from mltrack.gc.history import InGit, named_in_git
from mltrack.gc.objects import Kept, leftovers_of, objects_of
from mltrack.gc.repository import Repository, repository_of, stores_below, unanswered
from mltrack.gc.runs import Found, removable_runs
from mltrack.progress import Share, nobody
from mltrack.store import git
from mltrack.store.store import Store


def planned(store: Store, *, before: float, force: bool = False, progress: Share = nobody) -> Plan:
    """Return what can go.

    Args:
        store: the store.
        before: what was touched after this moment stays, in Unix seconds.
        force: go on where a part of what may name an object cannot be seen.
        progress: is told how much of git was read.

    Raises:
        ConflictError: git did not answer; or, unless forced, not all that may name an object can
            be seen.
    """
    repository = repository_of(store, force=force)
    try:
        in_git = named_in_git(repository, progress) if repository else InGit(set(), set())
        others = _others(store, repository, in_git.stores)
        in_files = named_in_files(store.root, others)
        if not force:
            _refuse_damaged(in_files.damaged)
        runs = removable_runs(
            store, repository, before=before, elsewhere=others, named=in_files.runs
        )
    except git.GitError as error:
        raise unanswered(error) from error
    return _plan(store, repository, before, (in_git, in_files), runs)


def _others(store: Store, repository: Repository | None, places: set[str]) -> list[Path]:
    """Return the same store in other work trees, and other stores of this one."""
    if repository is None:
        return []
    own = store.root.resolve()
    return [root for root in stores_below(repository, places) if root.resolve() != own]


def _refuse_damaged(manifests: list[Path]) -> None:
    if manifests:
        more = f" and {len(manifests) - 1} more" if len(manifests) > 1 else ""
        raise ConflictError(
            f"{manifests[0]}{more} is damaged, so what it names is not known",
            fix="mltrack fsck --repair (or --force)",
        )


def _plan(
    store: Store,
    repository: Repository | None,
    before: float,
    said: tuple[InGit, InFiles],
    runs: Found,
) -> Plan:
    in_git, in_files = said
    going = {run.name: in_files.digests.get(run.name, set()) for run in runs.items}
    named = in_git.digests.union(
        *(digests for run, digests in in_files.digests.items() if run not in going)
    )
    objects = list(objects_of(store.layout))
    old = [kept for kept in objects if kept.name not in named and kept.touched < before]
    leftovers = [kept for kept in leftovers_of(store.layout) if kept.touched < before]
    return Plan(
        items=(
            *runs.items,
            *(_object(kept, going) for kept in _by_name(old)),
            *(_item(Kind.TEMPORARY, kept) for kept in _by_name(leftovers)),
        ),
        spared=tuple(runs.spared),
        kept_objects=len(objects) - len(old),
        in_git=repository is not None,
        before=before,
    )


def _by_name(found: Iterable[Kept]) -> list[Kept]:
    return sorted(found, key=lambda kept: kept.name)


def _object(kept: Kept, going: Mapping[str, set[str]]) -> Item:
    runs = tuple(sorted(run for run, digests in going.items() if kept.name in digests))
    return replace(_item(Kind.OBJECT, kept), runs=runs)


def _item(kind: Kind, kept: Kept) -> Item:
    return Item(
        kind=kind,
        name=kept.name,
        size_bytes=kept.size_bytes,
        since=kept.touched,
        paths=(kept.path,),
    )
