"""The inventory: every version of every model, with whose it is and how it came where it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from mltrack.api.registry.rows import Row, version_row
from mltrack.api.store import opened_store
from mltrack.errors import NotFoundError, nearest
from mltrack.registry import reader
from mltrack.registry.contest_errors import contests_of
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.fields import DESCRIPTION, FIELDS, NEXT_REVIEW, is_overdue
from mltrack.store import clock
from mltrack.store.journal import jsonable

COLUMNS = (
    "name",
    "number",
    "id",
    "run",
    "stage",
    "aliases",
    "digest",
    "registered",
    "registered_by",
    "since",
    "forced",
    "unpushed",
    "deleted",
    "description",
    "tags",
    "model_description",
    *FIELDS,
    "overdue",
)


class Inventory(NamedTuple):
    """The models that were asked for, with those of their versions that were.

    Attributes:
        warnings: a line for whatever is damaged, contested, or overdue for a review.
        rows: a row for each version, with what is said of its model.
        total: how many models there are.
    """

    models: tuple[ModelState, ...]
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int


def list_inventory(
    *, stage: str | None = None, owner: str | None = None, deleted: bool = False
) -> Inventory:
    """Return every version of every model, with its owner, purpose and the like.

    Args:
        stage: only versions that are there, or that a branch put there.
        owner: only models of this owner, in any case.
        deleted: also versions that were removed.

    Raises:
        NotFoundError: there is no such stage, or no model has such an owner.
    """
    store = opened_store()
    listing = reader.list_models(store, deleted=deleted)
    place = reader.stages_of(store).named(stage) if stage is not None else None
    chosen = _owned(listing.models, owner)
    models = tuple(found for model in chosen if (found := _narrowed(model, place, deleted=deleted)))
    return Inventory(
        models=models,
        warnings=(*listing.warnings, *_warnings(listing.models)),
        rows=tuple(row for model in models for row in _rows(model)),
        total=len(listing.models),
    )


def _owned(models: tuple[ModelState, ...], owner: str | None) -> list[ModelState]:
    if owner is None:
        return list(models)
    found = [m for m in models if m.fields.get("owner", "").casefold() == owner.casefold()]
    if not found:
        known = sorted({m.fields["owner"] for m in models if m.fields.get("owner")})
        raise NotFoundError(
            f"no model has the owner {owner!r}{nearest(owner, known)}",
            fix="mltrack model describe NAME --owner WHO",
        )
    return found


def _narrowed(model: ModelState, stage: str | None, *, deleted: bool) -> ModelState | None:
    everything = (*model.versions, *(model.deleted if deleted else ()))
    chosen = tuple(v for v in everything if stage is None or stage in v.claimed)
    return replace(model, versions=tuple(sorted(chosen, key=lambda v: v.event))) if chosen else None


def _warnings(models: tuple[ModelState, ...]) -> Iterator[str]:
    for model in models:
        yield from (error.message for error in contests_of(model))
        if is_overdue(model.fields, _today()):
            yield f"model {model.name}: next review {review_of(model)}"


def review_of(model: ModelState) -> str:
    """Return when to look at a model again, and whether that is overdue; empty if nobody said."""
    late = is_overdue(model.fields, _today())
    return f"{model.fields.get(NEXT_REVIEW, '')}{', overdue' if late else ''}"


def _today() -> date:
    return datetime.fromtimestamp(clock.now(), UTC).date()


def _rows(model: ModelState) -> Iterator[Row]:
    said = {
        "model_description": model.fields.get(DESCRIPTION) or None,
        **{name: model.fields.get(name) or None for name in FIELDS},
        "overdue": is_overdue(model.fields, _today()),
    }
    gone = {version.id for version in model.deleted}
    for version in model.versions:
        yield {"name": model.name, **_row(version, deleted=version.id in gone), **said}


def _row(version: Version, *, deleted: bool) -> Row:
    return {
        **version_row(version),
        "since": clock.to_text(version.since.timestamp()) if version.since else None,
        "forced": version.forced,
        "unpushed": version.unpushed,
        "deleted": deleted,
        "description": version.description or None,
        "tags": jsonable(dict(version.tags)),
    }
