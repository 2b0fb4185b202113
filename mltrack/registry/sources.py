"""Where a version comes from: its files, and what the run that logged them says for it."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from mltrack.errors import ConflictError, IntegrityError, MltrackError, NotFoundError
from mltrack.models import codec, manifest
from mltrack.registry.entities import Evidence, Version
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.atomic import built_folder
from mltrack.store.lookup import locate
from mltrack.store.manifest import Entry
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import folders_of, load_run

KEPT_AS = "model"
"""The folder of the package below the artifacts of a version that was registered from a path."""


def models_in(artifacts: Iterable[Entry]) -> dict[str, str]:
    """Return the models among the files of a run: the folder of each, and its digest."""
    digests = {entry.path: entry.sha256 for entry in artifacts}
    facts = f"/{codec.NAME}"
    folders = [path.removesuffix(facts) for path in sorted(digests) if path.endswith(facts)]
    listed = {folder: digests.get(f"{folder}/{manifest.NAME}") for folder in folders}
    return {folder: digest for folder, digest in listed.items() if digest is not None}


def model_in(record: RunRecord, path: str = "") -> tuple[str, str]:
    """Return the folder and the digest of a model in a run.

    Args:
        record: the run.
        path: the folder; empty means the only model that the run has.

    Raises:
        NotFoundError: the run has no model, or none at `path`.
        ConflictError: it has several, and `path` names none of them.
    """
    models = models_in(record.artifacts)
    uris = [f"runs:/{record.handle}/{folder}" for folder in models]
    wanted = path.strip("/")
    if wanted in models:
        return wanted, models[wanted]
    if not models or wanted:
        raise NotFoundError(
            f"run {record.handle} ({record.name}) has no model{f' {wanted!r}' if wanted else ''}",
            why=f"it has {', '.join(uris)}" if uris else "",
            fix=f"mltrack artifact ls {record.handle}",
        )
    if len(models) > 1:
        raise ConflictError(
            f"run {record.handle} ({record.name}) has {len(models)} models: {', '.join(uris)}",
            fix=f"name the one you mean: {shlex.quote(uris[0])}",
        )
    return next(iter(models.items()))


def folder_in_run(store: Store, record: RunRecord, path: str) -> Path:
    """Return where the files of a model in a run can be read.

    Raises:
        NotFoundError: they are not on this machine.
        IntegrityError: an object does not have its digest.
    """
    return locate(store, list(folders_of(store, record.id, record.writers)), path)


def folder_of_version(store: Store, version: Version) -> Path:
    """Return where the files of a version can be read.

    Raises:
        NotFoundError: they, or the run that they belong to, are not on this machine.
        IntegrityError: an object does not have its digest.
    """
    source = version.source
    try:
        if source.run is not None:
            return folder_in_run(store, load_run(store, source.run), source.path)
        return locate(store, [store.layout.model_version(version.folder, version.id)], source.path)
    except NotFoundError as error:
        raise NotFoundError(
            f"the files of {version.model} {version.label} are not here: {error.message}",
            why=error.why,
            fix=error.fix or "git checkout -- .mltrack, or fetch them from where it was registered",
        ) from error


def check_files(store: Store, version: Version) -> None:
    """Make sure that a version's files are here and as they were registered.

    Raises:
        IntegrityError: they are gone, or a byte of them is another one.
    """
    try:
        manifest.verify(folder_of_version(store, version), version.digest)
    except NotFoundError as error:
        raise IntegrityError(error.message, why=error.why, fix=error.fix) from error


def keep_package(store: Store, package: Path, target: Path, digest: str) -> None:
    """Copy a package to where a version keeps its own files, whole and checked, or not at all.

    Raises:
        IntegrityError: what was copied does not have the digest.
        StoreWriteError: the disk refused.
    """
    with built_folder(target, tmp=store.layout.tmp, sync=store.syncs) as building:
        ArtifactFolder(store, building).add(package, to=KEPT_AS)
        manifest.verify(locate(store, [building], KEPT_AS), digest)


def evidence_of(run: RunRecord | None) -> Evidence:
    """Return what a run says now; nothing when there is none."""
    if run is None:
        return Evidence()
    return Evidence(run=run.id, metrics={name: s.last for name, s in run.metrics.items()})


def evidence_for(store: Store, version: Version) -> Evidence:
    """Return what the run of a version says now, or what it said at registration if it is gone."""
    if version.source.run is None:
        return version.evidence
    try:
        return evidence_of(load_run(store, version.source.run))
    except MltrackError:
        return version.evidence
