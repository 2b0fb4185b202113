"""The models of an evaluation: found by reference, loaded, or held in memory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mltrack.errors import UsageError
from mltrack.models import shaping
from mltrack.models.answer import Answer
from mltrack.models.evaluating.asking import CHANCES, PREDICT, Subject
from mltrack.models.loaded import LoadedModel

if TYPE_CHECKING:
    from mltrack.api.model_uris import ResolvedModel

_SHOWN_DIGITS = 12


@contextlib.contextmanager
def subject_of(model: Any, *, env: str, trust: bool) -> Iterator[Subject]:  # noqa: ANN401
    """Give a model, ready to be asked.

    Args:
        model: a reference such as `churn@staging`, a path, a loaded model, or a fitted object.
        env: where a packaged model runs: auto, local or isolated.
        trust: load it although loading runs code that this user neither made nor trusted.

    Raises:
        UsageError: it predicts nothing.
        NotFoundError, IntegrityError, TrustError: as for `load_model`.
    """
    if isinstance(model, str | Path):
        from mltrack.api.model_uris import resolve_model

        found = resolve_model(None, f"{model.absolute()}" if isinstance(model, Path) else model)
        with _answering(found, env=env, trust=trust) as loaded:
            name = Path(model).name if isinstance(model, Path) else found.name
            yield _of_loaded(loaded, name, found.version or None)
    elif isinstance(model, LoadedModel):
        yield _of_loaded(model, f"{model.flavor.NAME} {model.digest[:_SHOWN_DIGITS]}")
    else:
        yield _of_object(model)


@contextlib.contextmanager
def _answering(found: "ResolvedModel", *, env: str, trust: bool) -> Iterator[LoadedModel]:
    """Give what answers for a package: a model that is loaded here."""
    from mltrack.models.opening import load_package

    if env == "isolated":
        raise UsageError(
            "a model cannot be evaluated in an environment of its own yet", fix="--env local"
        )
    yield load_package(found.folder, trust=trust, expected_digest=found.digest, name=found.name)


def _of_loaded(model: LoadedModel, name: str, version: str | None = None) -> Subject:
    from mltrack.models.signature.columns import Table, rows_of
    from mltrack.models.signature.enforce import fitted

    def ask(rows: Any, method: str) -> Answer:  # noqa: ANN401 - a table, or what a user holds
        if model.signature is None:
            return _plain(model.predict(rows_of(rows), method=method))
        table = rows if isinstance(rows, Table) else fitted(model.signature, rows).table
        return model.answer(table, method)

    return Subject(
        name=name,
        ask=ask,
        signature=model.signature,
        task=model.task,
        methods=model.methods,
        classes=_classes_of(model.native),
        version=version,
        digest=model.digest,
        notes=model.notes,
    )


def _of_object(model: Any) -> Subject:  # noqa: ANN401 - a user's model
    if not callable(getattr(model, PREDICT, None)):
        raise UsageError(
            f"a {type(model).__name__} is no model: it has no predict",
            fix="give a reference such as churn@staging, a loaded model, or a fitted one",
        )
    names = getattr(model, "feature_names_in_", None)

    def ask(rows: Any, method: str) -> Answer:  # noqa: ANN401 - what a user holds
        columns = getattr(rows, "columns", None)
        if names is not None and columns is not None and set(names) <= set(columns):
            rows = rows[list(names)]
        try:
            return _plain(getattr(model, method)(rows))
        except (TypeError, ValueError) as error:
            raise UsageError(f"the model refuses the rows: {error}") from error

    return Subject(
        name=type(model).__name__,
        ask=ask,
        task=_task_of(model),
        methods=(PREDICT, CHANCES) if hasattr(model, CHANCES) else (PREDICT,),
        classes=_classes_of(model),
    )


def _plain(given: Any) -> Answer:  # noqa: ANN401 - the framework's
    names, arrays = shaping.answer_of(given)
    return Answer(None if names is None else tuple(names), tuple(arrays))


def _classes_of(native: Any) -> Any:  # noqa: ANN401 - an array, or None
    """Return the classes of a model that tells them as scikit-learn does."""
    found = getattr(native, "classes_", None)
    return found if getattr(found, "ndim", 0) == 1 else None


def _task_of(model: Any) -> Any:  # noqa: ANN401 - a Task, or None
    from mltrack.models import flavors

    try:
        return flavors.of(model).describe(model).task
    except UsageError:
        return None
