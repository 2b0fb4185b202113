"""Which model a reference means, wherever it is: in the registry, in a run, in a folder."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from mltrack.api.selectors import select_run
from mltrack.api.store import opened_store, start_folder
from mltrack.errors import MltrackError, NotFoundError
from mltrack.registry.reader import list_models, load_model, stages_of
from mltrack.registry.references import AtPath, InRegistry, InRun, parse
from mltrack.registry.selection import select_version
from mltrack.registry.sources import folder_in_run, folder_of_version, model_in
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedModel:
    """A model that was found.

    Attributes:
        folder: the package.
        digest: the digest that was recorded for it; None for a folder, which nobody recorded.
        name: the words that name it.
        where: what it is, for people.
        run: the run that logged it; None where none is known.
        path: where it lies below the artifacts of that run.
        version: the id of the registered version; empty where it was named in another way.
    """

    folder: Path
    digest: str | None
    name: str
    where: str
    run: RunRecord | None = None
    path: str = ""
    version: str = ""


def resolve_model(store: Store | None, uri: str) -> ResolvedModel:
    """Return the model that a reference means.

    Args:
        store: where to look; None means the store that is found from here, if one is needed.
        uri: `churn@staging`, `churn/3`, `churn/latest`, the same behind `models:/`,
            `runs:/RUN/model`, a run that has one model, or a path that begins with `/`, `./`,
            `../` or `~`.

    Raises:
        UsageError: it names nothing.
        NotFoundError: there is no such model, version, stage, run or folder.
        ConflictError: it means several, or branches disagree on it; the candidates are named.
    """
    reference = parse(uri)
    if isinstance(reference, AtPath):
        folder = start_folder() / Path(reference.path).expanduser()
        return ResolvedModel(folder=folder, digest=None, name=uri, where=f"the folder {uri}")
    store = store or opened_store()
    if isinstance(reference, InRun):
        return _in_run(store, reference)
    return _in_registry(store, reference)


def _in_run(store: Store, reference: InRun) -> ResolvedModel:
    try:
        record = select_run(store, reference.run)
    except MltrackError as error:
        raise _better(store, reference, error) from error
    path, digest = model_in(record, reference.path)
    return ResolvedModel(
        folder=folder_in_run(store, record, path),
        digest=digest,
        name=f"runs:/{record.handle}/{path}",
        where=f"{path} of run {record.handle} ({record.name})",
        run=record,
        path=path,
    )


def _better(store: Store, reference: InRun, error: MltrackError) -> MltrackError:
    """Return the error to raise: one that helps where a model was named without a version."""
    names = [model.name for model in list_models(store).models]
    if reference.path or reference.run not in names:
        return error
    latest, staging = (shlex.quote(f"{reference.run}{word}") for word in ("/latest", "@staging"))
    return NotFoundError(
        f"{reference.run!r} is a model, and no version of it is named",
        fix=f"name one: {latest}, {staging}",
    )


def _in_registry(store: Store, reference: InRegistry) -> ResolvedModel:
    version = select_version(load_model(store, reference.name), stages_of(store), reference)
    stage = version.stage or " and ".join(version.claimed)
    return ResolvedModel(
        folder=folder_of_version(store, version),
        digest=version.digest,
        name=version.uri,
        where=f"{version.label} of {version.model}, in {stage}",
        path=version.source.path,
        version=version.id,
    )
