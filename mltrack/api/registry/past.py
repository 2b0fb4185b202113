"""Ask what was in which stage at another time, or at a commit."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from mltrack.api.registry.history import Moment, moment
from mltrack.api.store import opened_store
from mltrack.errors import IntegrityError, NotFoundError, nearest
from mltrack.registry import reader
from mltrack.registry.past import timeline
from mltrack.registry.past.by_events import by_event_time
from mltrack.registry.past.entities import PastRegistry
from mltrack.registry.past.moments import FORMS, is_moment
from mltrack.registry.references import parse_registered
from mltrack.registry.revisions import repository_of
from mltrack.store import branches, checkouts
from mltrack.store.git import GitError
from mltrack.store.store import Store

By = Literal["commit", "event"]


def registry_at(
    when: Moment, model: str | None = None, *, by: By = "commit", utc: bool = False
) -> PastRegistry:
    """Return the registry as it was at a moment, or as a commit has it.

    Args:
        when: a moment, such as `2026-08-01` or `2026-08-01T12:00`; a date alone means its
            beginning. Any other text names a commit.
        model: this model alone; None means all.
        by: `commit`: as the last commit has it that the index branch itself had by then, where the
            registry was in front of everybody. `event`: as those events say it that are here now
            and claim to be no later; this asks no git, and believes each author's clock.
        utc: a moment that names no zone is in UTC, not in the local zone.

    Raises:
        NotFoundError: no such commit, or the model had no version then, or there is no git.
        UsageError: it is no moment and no commit can be meant.
        IntegrityError: that commit has a config.yaml that cannot be understood.
    """
    store = opened_store()
    found = _by_events(store, when, utc=utc) if by == "event" else _at(store, when, utc=utc)
    return found if model is None else found.only(_named(found, parse_registered(model).name))


def _by_events(store: Store, when: Moment, *, utc: bool) -> PastRegistry:
    return by_event_time(
        store, reader.folders_of(store), reader.stages_of(store), moment(when, utc=utc)
    )


def _at(store: Store, when: Moment, *, utc: bool) -> PastRegistry:
    if isinstance(when, str) and not is_moment(when):
        return commit_view(store, when)
    top = _repository(store, f"mltrack registry at {when} --by event")
    try:
        past = _timeline(store, top)
        found = past.at(moment(when, utc=utc))
    except GitError as error:
        raise IntegrityError(f"git cannot tell what {top} held: {error}") from error
    return found if found.commit else found.with_note(_too_early(past, top))


def commit_view(store: Store, name: str) -> PastRegistry:
    """Return the registry as a commit has it.

    Args:
        store: the store.
        name: any name of a commit.

    Raises:
        NotFoundError: there is no such commit, or no git.
        IntegrityError: it has a config.yaml that cannot be understood.
    """
    top = _repository(store, "git init")
    commit = checkouts.commit_named(top, name)
    if commit is None:
        raise NotFoundError(
            f"{name!r} names no commit of {top}, and is no moment such as {FORMS}",
            fix="see what there is: git log --oneline --all",
        )
    try:
        return timeline.at_commit(store, top, commit)
    except GitError as error:
        raise IntegrityError(f"git cannot read {name}: {error}") from error


def _repository(store: Store, fix: str) -> Path:
    top = repository_of(store)
    if top is None:
        raise NotFoundError(
            f"{store.project} is in no git repository, so only events can tell what was where",
            fix=fix,
        )
    checkouts.require_git("what was there before")
    return top


def _timeline(store: Store, top: Path) -> timeline.Timeline:
    tip = branches.index_tip(top, store.settings["index_branch"])
    if tip is None:
        raise NotFoundError(f"nothing is committed in {top} yet", fix="git add .mltrack")
    return _known_timeline(store.root, top, tip)


@lru_cache(maxsize=2)
def _known_timeline(root: Path, top: Path, tip: branches.Tip) -> timeline.Timeline:
    """Return the history of a branch, which is another one once its last commit is."""
    return timeline.Timeline(Store(root), top, tip)


def _too_early(past: timeline.Timeline, top: Path) -> str:
    if branches.is_shallow(top):
        return "this clone has not got its whole history: git fetch --unshallow"
    return f"{past.tip.branch} had no commit by then: the first is {past.oldest.id[:12]}"


def _named(found: PastRegistry, name: str) -> str:
    names = [state.name for state in found.models]
    if name not in names:
        raise NotFoundError(
            f"there was no model {name!r} then{nearest(name, names)}",
            fix="mltrack registry history tells when models were registered",
        )
    return name
