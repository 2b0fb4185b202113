"""The models of an evaluation: found by reference, loaded, or held in memory."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mltrack.api.env_names import EnvOptions
from mltrack.errors import UsageError
from mltrack.models import shaping
from mltrack.models.answer import Answer
from mltrack.models.evaluating.asking import CHANCES, PREDICT, Subject
from mltrack.models.loaded import LoadedModel

if TYPE_CHECKING:
    from mltrack.models.isolated import IsolatedModel

_SHOWN_DIGITS = 12


@contextlib.contextmanager
def subject_of(model: Any, where: EnvOptions, *, trust: bool) -> Iterator[Subject]:  # noqa: ANN401
    """Give a model, ready to be asked.

    Args:
        model: a reference such as `churn@staging`, a path, a loaded model, or a fitted object.
        where: where a packaged model runs.
        trust: load it although loading runs code that this user neither made nor trusted.

    Raises:
        UsageError: it predicts nothing.
        NotFoundError, IntegrityError, TrustError: as for `load_model`.
        MltrackError: it cannot be loaded where it is to run.
    """
    if isinstance(model, str | Path):
        from mltrack.api.models.envs import model_in
        from mltrack.api.models.uris import resolve_model

        found = resolve_model(None, f"{model.absolute()}" if isinstance(model, Path) else model)
        with model_in(found, where, trust=trust) as loaded:
            name = Path(model).name if isinstance(model, Path) else found.name
            yield _of_loaded(loaded, name, found.version or None)
    elif isinstance(model, LoadedModel):
        yield _of_loaded(model, f"{model.flavor.NAME} {model.digest[:_SHOWN_DIGITS]}")
    else:
        yield _of_object(model)


def _of_loaded(
    model: "LoadedModel | IsolatedModel", name: str, version: str | None = None
) -> Subject:
    from mltrack.models.signature.columns import Table
    from mltrack.models.signature.enforce import fitted

    def ask(rows: Any, method: str) -> Answer:  # noqa: ANN401 - a table, or what a user holds
        if model.signature is None:
            return _asked_as_it_is(model, rows, method)
        table = rows if isinstance(rows, Table) else fitted(model.signature, rows).table
        return model.answer(table, method)

    native = model.native if isinstance(model, LoadedModel) else None
    return Subject(
        name=name,
        ask=ask,
        signature=model.signature,
        task=model.task,
        methods=model.methods,
        classes=_classes_of(native) if model.classes is None else model.classes,
        version=version,
        digest=model.digest,
        notes=model.notes,
    )


def _asked_as_it_is(
    model: "LoadedModel | IsolatedModel",
    rows: Any,  # noqa: ANN401 - what a user holds
    method: str,
) -> Answer:
    """Return what a model gives for rows that no signature says anything of.

    Raises:
        UsageError: it is in a process of its own, which takes no rows as a user holds them.
    """
    if not isinstance(model, LoadedModel):
        raise UsageError(
            "the model does not say which columns it takes",
            why="so it cannot be asked in an environment of its own",
            fix="save the model again with inputs=your_training_data, or take this Python: "
            "--env local",
        )
    return _plain(model.predict(rows, method=method))


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
