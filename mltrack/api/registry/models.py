"""Ask which models and versions there are, and write the index of them."""

from mltrack.api.store import opened_store
from mltrack.registry import index, reader
from mltrack.registry.contest_errors import contests_of
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.references import parse_registered
from mltrack.registry.selection import select_version


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


def write_index() -> bool:
    """Write registry.yaml anew, on whatever branch, and tell whether that changed it."""
    return index.write(opened_store())
