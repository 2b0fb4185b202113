"""Register models, promote their versions, and ask who did what, when and why."""

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.model_uris import ResolvedModel, resolve_model
from mltrack.api.store import opened_store
from mltrack.errors import UsageError
from mltrack.models import codec, manifest
from mltrack.progress import Progress, silent
from mltrack.registry import index, policy, reader
from mltrack.registry.contest_errors import contests_of
from mltrack.registry.entities import HistoryEntry, ModelState, Promotion, Source, Version
from mltrack.registry.facts import Moved, Registered
from mltrack.registry.references import InRegistry, is_readable, parse, parse_registered
from mltrack.registry.selection import select_version
from mltrack.registry.sources import KEPT_AS, check_files, evidence_for, evidence_of, keep_package
from mltrack.registry.writing import append, changing
from mltrack.store import clock
from mltrack.store.ids import new_id
from mltrack.store.names import new_name
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.saying import without_secrets


def register_model(
    source: str | Path, name: str, *, description: str = "", reason: str = ""
) -> Version:
    """Give a model a name and a version; the same model of the same run is registered only once.

    Args:
        source: a run that has one model, `runs:/RUN/model`, or the path of a package: a text that
            begins with `/`, `./`, `../` or `~`, or a Path.
        name: the model's name, an old or a new one.
        description: what there is to say of this version.
        reason: why; it is kept in the record.

    Returns:
        The version; its `notes` say what was found, and whether it was there already.

    Raises:
        UsageError: the name cannot be one, or the run was removed.
        NotFoundError: no such run, model or folder.
        ConflictError: the run has several models; they are named.
        IntegrityError: the package is not as it was saved.
    """
    store, name = opened_store(), _checked_name(name)
    found = _source(store, source)
    files = manifest.verify(found.folder, found.digest)
    with changing(store, name, reader.stages_of(store)) as state:
        same = policy.registered_already(state, files.digest, found.run.id if found.run else None)
        if same is not None:
            return replace(same, notes=(f"found {found.where}", _already(same)))
        fact = Registered(
            version=new_id(clock.now()),
            proposed=state.next_number,
            stage=reader.stages_of(store).first,
            digest=files.digest,
            flavor=codec.decode(files.read(codec.NAME), str(found.folder / codec.NAME)).flavor,
            source=Source(run=found.run.id if found.run else None, path=found.path or KEPT_AS),
            evidence=evidence_of(found.run),
            description=without_secrets(description, "description"),
        )
        if found.run is None:
            target = store.layout.model_version(state.folder, fact.version)
            keep_package(store, found.folder, target, fact.digest)
        append(store, state, fact, name=name, reason=reason)
    notes = (f"found {found.where}", *index.refresh(store))
    tell_if_ignored(store)
    here, wanted = reader.load_model(store, name), InRegistry(name=name, word=fact.version)
    return replace(select_version(here, reader.stages_of(store), wanted), notes=notes)


def _already(version: Version) -> str:
    return f"{version.label} is this model of this run already; nothing was registered"


def _checked_name(name: str) -> str:
    name = new_name(name, "model")
    if not is_readable(name):
        raise UsageError(
            f"{name!r} cannot name a model: {name}/1 would be read as something else",
            fix="begin it with a letter",
        )
    return name


def _source(store: Store, source: str | Path) -> ResolvedModel:
    text = f"{Path(source).absolute()}" if isinstance(source, Path) else source
    if isinstance(parse(text), InRegistry):
        raise UsageError(
            f"{text!r} names a model that is registered",
            why="what can be registered is a run, runs:/RUN/model, or a path such as ./model",
        )
    found = resolve_model(store, text)
    if found.run is not None and found.run.hidden:
        raise _removed(found.run)
    return found


def _removed(run: RunRecord) -> UsageError:
    if run.deleted:
        return UsageError(f"run {run.handle} was removed", fix=f"mltrack restore {run.handle}")
    return UsageError(
        f"run {run.handle} was removed with its experiment {run.experiment}",
        fix=f"mltrack experiment restore {run.experiment_id}",
    )


def promote_model(
    name: str,
    version: int | str | None = None,
    *,
    to: str | None = None,
    reason: str,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Promotion:
    """Move a version of a model to a stage; who is there now leaves an exclusive stage for it.

    Args:
        name: the model, or one of its versions: `churn`, `churn/3`, `churn@staging`.
        version: the version, where `name` names none; the latest when it is left out.
        to: the stage; the one after the version's when it is left out.
        reason: why; it is kept for ever.
        dry_run: decide and check everything, and write nothing.
        progress: is told what was chosen where something was left out.

    Raises:
        UsageError: there is no reason.
        NotFoundError: no such model, version or stage.
        ConflictError: branches disagree on which version is meant.
        IntegrityError: its files are gone, or are not as they were registered.
        MltrackError: it may not move there.
    """
    if not reason.strip():
        raise UsageError("a promotion needs a reason", fix='add -m "why it is good enough"')
    store, wanted = opened_store(), _wanted(name, version)
    stages = reader.stages_of(store)
    state = reader.load_model(store, wanted.name)
    chosen = select_version(state, stages, wanted)
    move = policy.promotion(state, stages, chosen, to)
    if not wanted.word:
        progress(f"{chosen.label} is the latest version of {chosen.model}")
    if to is None:
        progress(f"{move.to_stage} comes after {move.from_stage}")
    check_files(store, chosen)
    if dry_run:
        return move
    with changing(store, state.name, stages) as state:
        here = select_version(state, stages, InRegistry(name=state.name, word=chosen.id))
        move = policy.promotion(state, stages, here, move.to_stage)
        event = append(store, state, _moved(store, move), name=state.name, reason=reason)
    tell_if_ignored(store)
    return replace(move, event=event.name, notes=index.refresh(store))


def _wanted(name: str, version: int | str | None) -> InRegistry:
    wanted = parse_registered(name)
    if version is None:
        return wanted
    if wanted.word:
        raise UsageError(f"{name!r} names a version already, and {version!r} is another one")
    return parse_registered(f"{name}/{version}")


def _moved(store: Store, move: Promotion) -> Moved:
    return Moved(
        version=move.version.id,
        stage=move.to_stage,
        from_stage=move.from_stage,
        replaces=tuple(version.id for version in move.replaces),
        replaced_to=move.replaced_to,
        evidence=evidence_for(store, move.version),
    )


def list_models() -> reader.Listing:
    """Return all models, and a warning for whatever is damaged or contested."""
    listing = reader.list_models(opened_store())
    contests = (error.message for model in listing.models for error in contests_of(model))
    return listing._replace(warnings=(*listing.warnings, *contests))


def warnings_of(model: ModelState) -> tuple[str, ...]:
    """Return a line for each thing in a model that is damaged or contested."""
    return (*model.warnings, *(error.message for error in contests_of(model)))


def get_model(name: str) -> ModelState:
    """Return a model with all its versions.

    Raises:
        NotFoundError: there is no such model.
    """
    return reader.load_model(opened_store(), parse_registered(name).name)


def get_model_or_version(reference: str) -> ModelState | Version:
    """Return the model for `churn`, one version of it for `churn/3` or `churn@staging`.

    Raises:
        NotFoundError: there is no such model or version.
        ConflictError: branches disagree on which version is meant.
    """
    store = opened_store()
    wanted = parse_registered(reference)
    state = reader.load_model(store, wanted.name)
    return select_version(state, reader.stages_of(store), wanted) if wanted.word else state


def registry_history(model: str | None = None) -> list[HistoryEntry]:
    """Return what happened to a model, or to all of them, oldest first.

    Raises:
        NotFoundError: there is no such model.
    """
    if model is not None:
        return list(get_model(model).history)
    models = reader.list_models(opened_store()).models
    timed = heapq.merge(*(_timed(state) for state in models), key=lambda pair: pair[0])
    return [entry for _, entry in timed]


def _timed(state: ModelState) -> Iterator[tuple[datetime, HistoryEntry]]:
    """Yield each entry with a time that never goes back, whatever the clocks said."""
    latest = None
    for entry in state.history:
        latest = max(latest or entry.time, entry.time)
        yield latest, entry


def write_index() -> bool:
    """Write registry.yaml anew, on whatever branch, and tell whether that changed it."""
    return index.write(opened_store())
