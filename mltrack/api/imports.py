"""Import what lies elsewhere: another store, or the files of another tracker."""

from dataclasses import replace
from pathlib import Path

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.kept_twice import told_of_others
from mltrack.api.store import opened_store, start_folder
from mltrack.importers.entities import Imported, Request
from mltrack.importers.kinds import chosen
from mltrack.progress import Progress, silent
from mltrack.registry import index, reader
from mltrack.registry.contest_errors import contests_of
from mltrack.store.store import Store
from mltrack.tracking.ending import settle_all


def import_runs(
    source: str | Path,
    *,
    kind: str | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Imported:
    """Bring the runs and models of another store into this one: a union by id.

    Where there is no store, one is made, and said so; not for a dry run.

    Args:
        source: a folder that holds a store, `user@host:path`, which is fetched through rsync, or a
            zip file that `export_runs` made.
        kind: what the source is: `mltrack`; found out when it is left out.
        dry_run: find out what would come, and change nothing.
        progress: is told how far the work has come.

    Returns:
        What came, and a line in `skipped` for each thing that could not.

    Raises:
        UsageError: the source cannot be imported, or is this store itself.
        NotFoundError: there is no store at the source, or, for a dry run, none here.
        ConflictError: the source is of a newer format.
        IntegrityError: the source is a zip file that is broken or would do harm.
        StoreWriteError: the disk refused; importing again completes what came so far.
    """
    request = Request(str(source), start_folder(), dry_run=dry_run, progress=progress)
    importer = chosen(request, kind)
    store = opened_store(create=not dry_run)
    store.prepare()
    if not dry_run:
        settle_all(store)
    done = importer.bring(store, request)
    if dry_run:
        return done
    tell_if_ignored(store)
    return _with_registry(store, done)


def _with_registry(store: Store, done: Imported) -> Imported:
    """Refresh the index where models came, and say what branches or stores now disagree on."""
    if not (done.models or done.twins):
        return done
    models = reader.list_models(store).models
    contests = [
        error for state in models if state.folder in done.models for error in contests_of(state)
    ]
    fixes = [error.fix for error in contests if error.fix.startswith("mltrack ")]
    return replace(
        done,
        warnings=(
            *done.warnings,
            *(error.message for error in contests),
            *told_of_others(store, models),
            *(index.refresh(store) if done.models else ()),
        ),
        next_steps=tuple(dict.fromkeys(fixes)),
    )
