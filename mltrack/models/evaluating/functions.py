"""A user's own figures: a function that gets truth, predictions and, if it wants them, the rows."""

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mltrack.errors import MltrackError, UsageError, nearest
from mltrack.models.evaluating.entities import Judged
from mltrack.models.signature.columns import Values

Function = Callable[..., Any]
LONGEST_NAME = 60
_TRUTH_AND_PREDICTIONS = 2


def found(place: str, folder: Path) -> Function:
    """Return the function that `module:name` names; the module may lie in `folder`.

    Raises:
        UsageError: there is no such module or function.
        MltrackError: the module fails when it is loaded.
    """
    module, colon, name = place.partition(":")
    if not (module and colon and name):
        raise UsageError(
            f"a metric function is named as module:name, not {place!r}",
            fix="such as: --metric-function costs:total",
        )
    with _importable(folder):
        try:
            loaded = importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{module}.".startswith(f"{error.name}."):
                raise _failed(place, error) from error
            raise UsageError(
                f"there is no module {module!r} for the metric function {place}",
                fix=f"run it where {module.replace('.', '/')}.py lies, or install the module",
            ) from None
        except Exception as error:
            raise _failed(place, error) from error
    function = getattr(loaded, name, None)
    if not callable(function):
        offered = [key for key, value in vars(loaded).items() if callable(value)]
        raise UsageError(f"the module {module} has no function {name!r}{nearest(name, offered)}")
    chosen: Function = function
    return chosen


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def wants_rows(function: Function) -> bool:
    """Tell whether a function takes the rows, too: (y_true, y_pred, rows), not (y_true, y_pred)."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return True
    places = [p for p in parameters if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    required = [p for p in places if p.default is p.empty]
    return len(required) > _TRUTH_AND_PREDICTIONS or any(p.name == "rows" for p in places)


def name_of(function: Function) -> str:
    """Return what a function's one figure is called."""
    return str(getattr(function, "__name__", type(function).__name__))


def figures_of(function: Function, judged: Judged, rows: Values) -> dict[str, float]:
    """Return what a function says of rows, by name.

    Args:
        function: gets (y_true, y_pred) or (y_true, y_pred, rows), returns a number or a dict.
        judged: the rows.
        rows: what the model was given; looked at only where the function wants it.

    Raises:
        MltrackError: it fails.
        UsageError: it returns no number, or a name that cannot be one.
    """
    truth, predicted = judged.told()
    arguments = (truth, predicted, rows) if wants_rows(function) else (truth, predicted)
    try:
        said = function(*arguments)
    except Exception as error:
        raise _failed(name_of(function), error) from error
    named = said if isinstance(said, Mapping) else {name_of(function): said}
    return {_name(function, key): _number(function, key, value) for key, value in named.items()}


def _name(function: Function, key: object) -> str:
    if isinstance(key, str) and key.isprintable() and 0 < len(key) <= LONGEST_NAME:
        return key
    raise UsageError(
        f"the metric function {name_of(function)} calls a figure {key!r:.80}",
        why=f"a name is a text of 1 to {LONGEST_NAME} characters",
    )


def _number(function: Function, key: object, value: Any) -> float:  # noqa: ANN401 - a user's
    try:
        return float(value)
    except (TypeError, ValueError):
        raise UsageError(
            f"the metric function {name_of(function)} returns {value!r:.60} as {key}, no number",
            fix="return a number, or a dict of numbers by name",
        ) from None


def _failed(name: str, error: Exception) -> MltrackError:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return MltrackError(
        f"the metric function {name} failed: {type(error).__name__}: {error}",
        why=f"at line {last.lineno} of {Path(last.filename).name}",
    )
