"""Give a model a name and a version."""

from pathlib import Path

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.models.uris import ResolvedModel, resolve_model
from mltrack.api.store import opened_store
from mltrack.errors import ConflictError, UsageError
from mltrack.models import codec, manifest
from mltrack.registry import index, policy, reader
from mltrack.registry.entities import Source, Version
from mltrack.registry.facts import Registered
from mltrack.registry.references import InRegistry, is_readable, parse
from mltrack.registry.selection import select_version
from mltrack.registry.sources import KEPT_AS, evidence_of, keep_package
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
        ConflictError: the run has several models; they are named. Or a model's name differs from
            this new one only by case.
        IntegrityError: the package is not as it was saved.
    """
    store, name = opened_store(), _checked_name(name)
    found = _source(store, source)
    files = manifest.verify(found.folder, found.digest)
    with changing(store, name, reader.stages_of(store)) as state:
        if not state.heads:
            _refuse_alike(store, name)
        same = policy.registered_already(state, files.digest, found.run.id if found.run else None)
        if same is not None:
            return same._replace(notes=(f"found {found.where}", _already(same)))
        fact = Registered(
            version=new_id(clock.now()),
            proposed=policy.next_number(state),
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
    return select_version(here, reader.stages_of(store), wanted)._replace(notes=notes)


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


def _refuse_alike(store: Store, name: str) -> None:
    """Refuse a new name that is an old one but for its case: people and some disks confuse them."""
    same = reader.alike(name, (m.name for m in reader.list_models(store, deleted=True).models))
    if same is not None:
        raise ConflictError(
            f"there is a model {same} already, and {name} differs from it only by case",
            fix=f"register it as {same}, or choose another name",
        )


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
