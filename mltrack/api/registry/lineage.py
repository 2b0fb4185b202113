"""Ask where a version comes from, and which versions came from a data set."""

import contextlib
import re
from dataclasses import replace
from pathlib import Path

from mltrack.api.registry.inventory import list_inventory
from mltrack.api.store import opened_store, start_folder
from mltrack.errors import NotFoundError
from mltrack.registry import reader
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.lineage.data import from_data
from mltrack.registry.lineage.entities import FromData, Lineage
from mltrack.registry.lineage.gathering import lineage_of
from mltrack.registry.references import InRegistry, parse_registered
from mltrack.registry.selection import select_version
from mltrack.registry.stages import LATEST, Stages
from mltrack.store.store import Store

_DIGEST = re.compile(r"[0-9a-f]{6,64}\Z")


def model_lineage(version: str) -> Lineage:
    """Return where a version comes from: run, code, data, environment, parents; and its life.

    Args:
        version: `churn@production`, `churn/3`, or `churn` for its latest version.

    Raises:
        NotFoundError: there is no such model or version.
        ConflictError: branches disagree on which version is meant.
    """
    store = opened_store()
    return lineage_of(store, *chosen(store, version))


def chosen(store: Store, version: str) -> tuple[ModelState, Version]:
    """Return the model and the version that words mean; a deleted one by its number or id.

    Raises:
        NotFoundError: there is no such model or version, and never was.
        ConflictError: branches disagree on which version is meant.
    """
    wanted = parse_registered(version)
    state = reader.load_model(store, wanted.name, deleted=True)
    stages = reader.stages_of(store)
    try:
        return state, select_version(state, stages, wanted)
    except NotFoundError:
        found = _deleted(state, stages, wanted)
        if found is None:
            raise
        return state, found


def _deleted(state: ModelState, stages: Stages, wanted: InRegistry) -> Version | None:
    """Return the deleted version that words mean; None where they mean none."""
    if not wanted.word or wanted.at or wanted.word == LATEST or stages.known(wanted.word):
        return None
    with contextlib.suppress(NotFoundError):
        return select_version(replace(state, versions=state.deleted, deleted=()), stages, wanted)
    return None


def versions_from_data(
    data: str | Path,
    *,
    stage: str | None = None,
    owner: str | None = None,
    deleted: bool = False,
) -> list[FromData]:
    """Return the versions whose run used a data set, by model, the oldest first.

    Args:
        data: a file or folder, whose bytes are meant; or a digest, or six or more of the digits
            that it begins with.
        stage: only versions that are there.
        owner: only versions of models of this owner.
        deleted: also versions that were removed.

    Raises:
        NotFoundError: there is no such file, and it can be no digest; no such stage or owner.
    """
    listed = list_inventory(stage=stage, owner=owner, deleted=deleted)
    return list(from_data(opened_store(), listed.models, _digest_of(data)))


def _digest_of(data: str | Path) -> str:
    path = start_folder() / Path(data).expanduser()
    if path.exists():
        from mltrack.tracking.datasets import facts_of

        return str(facts_of(path)["digest"])
    if isinstance(data, str) and _DIGEST.match(data.lower()):
        return data.lower()
    raise NotFoundError(
        f"there is no file {str(data)!r}, and it is no digest",
        why="a data set is named by its file or folder, or by six or more digits of its digest",
    )
