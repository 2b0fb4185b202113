"""What a branch did to the files of the registry, as git tells it."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mltrack.errors import MltrackError, UsageError
from mltrack.registry.checking.entities import Finding
from mltrack.registry.revisions import events_at
from mltrack.store.branches import is_shallow
from mltrack.store.events import FORMAT, SUFFIX, Event, Events, decode_bytes
from mltrack.store.git_changes import Change, changes_between, ever_added, merge_base
from mltrack.store.git_files import blobs_of, listed_at
from mltrack.store.store import Store

_EVENTS = "events"
_SHORT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch and the one that it goes to.

    Attributes:
        base: the commit of the branch that it goes to.
        fork: the commit that both come from.
        head: the commit that is looked at.
        events: the events that the base has, by the folder of the model.
        added: the events that the branch adds, in order, by the folder of the model.
        files: where each of those lies, by its name.
        findings: what is wrong with files: no event, changed, removed.
        has_index: whether the branch changes registry.yaml.
        has_config: whether it changes config.yaml.
    """

    base: str
    fork: str
    head: str
    events: dict[str, Events]
    added: dict[str, tuple[Event, ...]]
    files: dict[str, str]
    findings: tuple[Finding, ...]
    has_index: bool
    has_config: bool


def read_branch(store: Store, top: Path, base: str, head: str) -> Branch:
    """Return what a branch did to the registry.

    Args:
        store: the store.
        top: the top of the work tree.
        base: the id of the commit that it goes to.
        head: the id of its last commit.

    Raises:
        UsageError: the clone lacks older commits, or the two have nothing in common.
        GitError: git is missing.
    """
    if is_shallow(top):
        raise UsageError(
            "this clone lacks the older commits, and they tell what the branch did",
            fix="git fetch --unshallow; in CI fetch all of them: fetch-depth: 0 (GitHub),"
            " GIT_DEPTH: 0 (GitLab)",
        )
    fork = merge_base(top, base, head)
    if fork is None:
        raise UsageError(f"{head[:_SHORT]} and {base[:_SHORT]} have no commit in common")
    root = store.root.relative_to(top).as_posix()
    changes = changes_between(top, fork, head, root)
    models = store.layout.models.relative_to(top).as_posix()
    before = events_at(store, top, base)
    added, files, faults = _added(top, head, models, changes, before)
    changed = {change.path for change in changes}
    return Branch(
        base=base,
        fork=fork,
        head=head,
        events=before,
        added=added,
        files=files,
        findings=(*faults, *_undone(top, changes, fork, head, models)),
        has_index=store.layout.registry_index.relative_to(top).as_posix() in changed,
        has_config=store.layout.config.relative_to(top).as_posix() in changed,
    )


def _is_in_events(path: str, models: str) -> bool:
    """Tell whether a file lies where only events may be: below `events` of a model."""
    return _parts(path, models)[1:2] == (_EVENTS,)


def _is_event_file(path: str, models: str) -> bool:
    """Tell whether a file lies and is called as an event is."""
    parts = _parts(path, models)
    return parts[1:-1] == (_EVENTS,) and parts[-1].endswith(SUFFIX)


def _parts(path: str, models: str) -> tuple[str, ...]:
    file = PurePosixPath(path)
    return file.relative_to(models).parts if file.is_relative_to(models) else ()


def _added(
    top: Path, head: str, models: str, changes: list[Change], before: dict[str, Events]
) -> tuple[dict[str, tuple[Event, ...]], dict[str, str], list[Finding]]:
    """Return the events that a branch adds, where each lies, and what is no event."""
    known = {event.name for found in before.values() for event in found.events}
    new = {c.path: c for c in changes if c.status == "A" and _is_in_events(c.path, models)}
    events = {path for path in new if _is_event_file(path, models)}
    added: dict[str, list[Event]] = {}
    files: dict[str, str] = {}
    faults = [
        Finding(
            path,
            "is no event, and stands where only events may be",
            f"git rm -- {shlex.quote(path)}",
        )
        for path, change in new.items()
        if not (change.is_plain and path in events)
    ]
    listed = [one for one in listed_at(top, head, models) if one[0] in events]
    bytes_of = blobs_of(top, (blob for _, blob in listed))
    for file, blob in listed:
        path = PurePosixPath(file)
        try:
            event = decode_bytes(bytes_of[blob], path.stem, "it")
        except MltrackError as error:
            faults.append(Finding(file, error.message, _remove(file)))
            continue
        if event.format > FORMAT:
            upgrade = "check it with a newer release: pip install --upgrade mltrack-local"
            faults.append(Finding(file, f"is of the newer format {event.format}", upgrade))
        elif event.name not in known:
            added.setdefault(path.parent.parent.name, []).append(event)
            files[event.name] = file
    return {f: tuple(sorted(e, key=lambda one: one.name)) for f, e in added.items()}, files, faults


def _remove(path: str) -> str:
    return f"git rm -- {shlex.quote(path)}"


def _undone(
    top: Path, changes: list[Change], fork: str, head: str, models: str
) -> Iterator[Finding]:
    """Yield what was done to events that must stay as they are."""
    ours = [change for change in changes if _is_in_events(change.path, models)]
    for change in ours:
        restore = f"git checkout {fork[:_SHORT]} -- {shlex.quote(change.path)}"
        if change.status == "D":
            yield Finding(change.path, "was removed, and an event is for ever", restore)
        elif change.status != "A":
            yield Finding(change.path, "was changed, and an event is for ever", restore)
    here = {path for path, _ in listed_at(top, head, models)} | {change.path for change in ours}
    gone = {
        path: blobs
        for path, blobs in ever_added(top, fork, head, models).items()
        if path not in here and _is_event_file(path, models)
    }
    bytes_of = blobs_of(top, (blob for blobs in gone.values() for blob in blobs))
    for path, blobs in sorted(gone.items()):
        if any(_is_event(path, bytes_of[blob]) for blob in blobs):
            what = "was added on this branch and removed again, and an event is for ever"
            quoted = shlex.quote(path)
            yield Finding(path, what, f"find it: git log --oneline --full-history -- {quoted}")


def _is_event(path: str, data: bytes) -> bool:
    try:
        decode_bytes(data, PurePosixPath(path).stem, path)
    except MltrackError:
        return False
    return True
