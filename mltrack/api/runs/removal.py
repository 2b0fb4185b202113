"""Take runs out of the listings, and bring them back; their files stay."""

from collections.abc import Iterable, Sequence

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.runs.run import Run
from mltrack.api.selectors import parts_of, select_distinct, select_run
from mltrack.api.store import opened_store
from mltrack.errors import ConflictError, NotFoundError, UsageError
from mltrack.registry.dependants import living_versions_of
from mltrack.registry.reader import list_models, stages_of
from mltrack.registry.stages import ARCHIVED
from mltrack.store.ids import handle_of
from mltrack.store.store import Store
from mltrack.tracking import annotations
from mltrack.tracking.catalog.search import hidden
from mltrack.tracking.catalog.wanted import Which
from mltrack.tracking.deletion import DELETED, RESTORED
from mltrack.tracking.ending import settle_all
from mltrack.tracking.entities import RunRecord, RunStatus


def remove_runs(texts: str | Sequence[str], reason: str = "") -> list[Run]:
    """Mark runs as deleted; their files stay, and any clone can restore them.

    Args:
        texts: selectors, or a single one; a range such as `1..5` means several.
        reason: why.

    Raises:
        UsageError: a run is still running.
        ConflictError: a version of a model that is not archived comes of a run.
    """
    store = opened_store()
    settle_all(store)
    records = select_distinct(store, texts)
    refuse_running(records)
    refuse_registered(store, records)
    for record in records:
        annotations.annotate(store, record.id, DELETED, {}, reason=reason, seen=record.seen)
    tell_if_ignored(store)
    return [Run(store, record) for record in records]


def refuse_running(records: Iterable[RunRecord]) -> None:
    """Refuse to remove a run that is still written.

    Raises:
        UsageError: one is.
    """
    for record in records:
        if record.status is RunStatus.RUNNING:
            raise UsageError(
                f"run {record.handle} is still running", fix=f"mltrack finish {record.handle}"
            )


def refuse_registered(store: Store, records: Iterable[RunRecord]) -> None:
    """Refuse to remove a run whose files are a version that somebody may use.

    Raises:
        ConflictError: a version that is not archived comes of one of them.
    """
    models = list_models(store).models
    for record in records:
        versions = living_versions_of(models, record.id)
        if versions:
            known = ARCHIVED in stages_of(store).order
            named = ", ".join(f"{v.uri} ({' or '.join(v.claimed)})" for v in versions)
            raise ConflictError(
                f"run {record.handle} has the files of {named}",
                why="they are needed until that version is archived",
                fix=f"mltrack registry archive {versions[0].uri} -m WHY"
                if known
                else f"add the stage {ARCHIVED} to stages: in .mltrack/config.yaml, and archive it",
            )


def restore_runs(texts: str | Sequence[str], reason: str = "") -> list[Run]:
    """Take back that runs were deleted, or that somebody deleted one that is kept all the same.

    Args:
        texts: selectors, or a single one; a position counts among the removed runs only.
        reason: why.

    Raises:
        NotFoundError: no removed run matches.
    """
    store = opened_store()
    settle_all(store)
    found = [_restorable(store, part) for part in parts_of(texts)]
    records = list({record.id: record for record in found}.values())
    for record in records:
        annotations.annotate(store, record.id, RESTORED, {}, reason=reason, seen=record.seen)
    tell_if_ignored(store)
    return [Run(store, select_run(store, record.id)) for record in records]


def _restorable(store: Store, text: str) -> RunRecord:
    """Return the run that a selector means among those that can be restored."""
    try:
        return select_run(store, text, which=Which.REMOVED)
    except NotFoundError:
        if not text[:1].isalnum() or text.isdigit():
            raise _none_removed(store, text) from None
    try:
        here = select_run(store, text)
    except NotFoundError:
        raise _cleaned_up(store, text) or _none_removed(store, text) from None
    if annotations.has_deletion(store, here.id):
        return here
    if here.experiment_deleted:
        raise NotFoundError(
            f"run {here.handle} was not removed itself, but its experiment {here.experiment} was",
            fix=f"mltrack experiment restore {here.experiment_id}",
        )
    raise NotFoundError(f"run {here.handle} was not removed", fix="mltrack ls --deleted")


def _cleaned_up(store: Store, text: str) -> NotFoundError | None:
    """Return what to say of a run whose files are gone; None where the text means no such run."""
    gone = annotations.runs_without_record(store)
    found = [r for r in gone if handle_of(r).startswith(text) or r.startswith(text)]
    if len(found) != 1:
        return None
    folder = store.layout.run_folder(found[0]).relative_to(store.project)
    return NotFoundError(
        f"the files of run {handle_of(found[0])} are not here any more",
        why="what was said of it is kept, but `mltrack gc` or somebody else removed the rest",
        fix=f"bring them back from the commit that had them: git log --all -- {folder}",
    )


def _none_removed(store: Store, text: str) -> NotFoundError:
    gone, with_experiment = hidden(store)
    more = f", and {with_experiment} that went with their experiment" if with_experiment else ""
    return NotFoundError(
        f"{text!r} means no removed run; there {'is 1' if gone == 1 else f'are {gone}'}{more}",
        why="a position counts among the removed runs here, the newest first",
        fix=f"mltrack {'experiment ls' if with_experiment and not gone else 'ls'} --deleted",
    )
