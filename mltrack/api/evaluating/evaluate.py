"""Evaluate models on data whose truth is known, and keep what came out as runs."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from mltrack.api.env_names import EnvOptions, check_options
from mltrack.api.store import start_folder
from mltrack.api.tracking.active import ActiveRun
from mltrack.errors import MissingExtraError, UsageError
from mltrack.models.entities import Task
from mltrack.models.evaluating import asking, functions, measures
from mltrack.models.evaluating.asking import Collected, Subject
from mltrack.models.evaluating.comparing import Difference, differences
from mltrack.models.evaluating.entities import Evaluation, SliceFigures
from mltrack.models.evaluating.parts import FAIL, SKIP, Wanted
from mltrack.query.directions import Better

if TYPE_CHECKING:
    from mltrack.api.evaluating.data import EvaluationData
    from mltrack.models.evaluating.figures import Asked, Figures

__all__ = ["Better", "Difference", "Evaluation", "SliceFigures", "differences", "evaluate"]
Metric = str | Callable[..., Any]


def evaluate(  # noqa: PLR0913 - each is a wish of its own, and all but three can be left out
    model: Any,  # noqa: ANN401 - a reference, or a model of any framework
    data: Any,  # noqa: ANN401 - a path, or whatever holds rows
    *,
    target: Any,  # noqa: ANN401 - a name, or an array
    metrics: Sequence[Metric] | None = None,
    by: str | Sequence[str | tuple[str, ...]] | None = None,
    against: Any = (),  # noqa: ANN401 - as model is, one or several
    task: str | None = None,
    positive: object = None,
    on_error: str = FAIL,
    experiment: str | None = None,
    run: ActiveRun | None = None,
    trust: bool = False,
    **where: Unpack[EnvOptions],
) -> Evaluation:
    """Evaluate a model on data whose truth is known, and keep the figures in a run.

    The run is one of its own, a child of the active one if there is one; each model in `against` is
    evaluated on the same rows, and has a run of its own, too. Nothing is begun before all figures
    are there.

    Args:
        model: `churn@staging`, a path, what `load_model` returned, or any object with `predict`.
        data: a file; a DataFrame, an array, or a list of rows.
        target: the column of the truth; for data in memory also an array with one value a row.
        metrics: names of standard figures, all of them when left out; and functions, which get
            (y_true, y_pred) or (y_true, y_pred, rows) and return a number or a dict.
        by: columns to slice by; a tuple of columns means all of them at once.
        against: models to compare with.
        task: `classification` or `regression`; what the model or the data says when left out.
        positive: the label of the positive class, of two; the last in their order when left out.
        on_error: what becomes of rows without a target: `fail`, or `skip`.
        experiment: the experiment of the runs; `evaluation` when left out.
        run: an open run to keep the figures of `model` in, in place of one of its own.
        trust: load models although loading runs code that this user neither made nor trusted.
        where: where packaged models run, see `EnvOptions`: in this Python, or each in an
            environment of its own. Other models are in this Python already.

    Raises:
        MissingExtraError: scikit-learn is not installed.
        NotFoundError: there is no such model or file.
        UsageError: a column or figure is unknown, or data, truth and predictions do not go
            together.
        MltrackError: a metric function fails.
        ConflictError: the file changed while it was read.
    """
    check_options(where, "evaluating")
    _require_sklearn()
    from mltrack.api.evaluating.data import data_of

    on = data_of(data, target)
    asked = _asked(on.target, metrics, task, None if positive is None else str(positive))
    keeps = any(map(functions.wants_rows, asked.functions))
    wanted = Wanted(target=on.target, by=_by(by), skip=_skips(on_error), keep=keeps)
    models = [model, *_several(against)]
    with contextlib.ExitStack() as stack:
        subjects = _subjects(stack, models, where, trust=trust)
        found = [asking.collected(s, on.parts(s, wanted), keep=wanted.keep) for s in subjects]
    on.require_unchanged()
    figures = _figures(asked, subjects, found, wanted)
    return _kept(subjects, figures, on, experiment=experiment, run=run)


def metric_functions(places: Sequence[str]) -> list[Callable[..., Any]]:
    """Return the functions that `module:name` texts mean; modules of the current folder, too.

    Raises:
        UsageError: there is no such module or function.
        MltrackError: a module fails when it is loaded.
    """
    return [functions.found(place, start_folder()) for place in places]


def _require_sklearn() -> None:
    try:
        import sklearn.metrics  # noqa: F401 - to see that it is there
    except ImportError:
        raise MissingExtraError("scikit-learn", extra="evaluate", feature="evaluate") from None


def _asked(
    target: str, metrics: Sequence[Metric] | None, task: str | None, positive: str | None
) -> "Asked":
    from mltrack.models.evaluating.figures import Asked

    given = [metrics] if isinstance(metrics, str) or callable(metrics) else metrics
    names = tuple(m for m in given or () if isinstance(m, str))
    measures.check_names(names)
    if task is not None and task not in set(Task):
        raise UsageError(f"there is no task {task!r}", fix=f"name one of {', '.join(Task)}")
    return Asked(
        target=target,
        names=names or None,
        functions=tuple(m for m in given or () if not isinstance(m, str)),
        task=None if task is None else Task(task),
        positive=positive,
    )


def _by(by: str | Sequence[str | tuple[str, ...]] | None) -> tuple[tuple[str, ...], ...]:
    given = [by] if isinstance(by, str) else by or ()
    return tuple((one,) if isinstance(one, str) else tuple(one) for one in given)


def _skips(on_error: str) -> bool:
    if on_error not in {FAIL, SKIP}:
        raise UsageError(f"on_error is {FAIL} or {SKIP}, not {on_error!r}")
    return on_error == SKIP


def _several(against: Any) -> list[Any]:  # noqa: ANN401 - one model, or several
    return list(against) if isinstance(against, list | tuple) else [against]


def _subjects(
    stack: contextlib.ExitStack, models: Sequence[Any], where: EnvOptions, *, trust: bool
) -> list[Subject]:
    from mltrack.api.evaluating.subjects import subject_of

    return [stack.enter_context(subject_of(one, where, trust=trust)) for one in models]


def _figures(
    asked: "Asked", subjects: Sequence[Subject], found: Sequence[Collected], wanted: Wanted
) -> list["Figures"]:
    """Return the figures of all models on the rows that all of them were asked for."""
    from mltrack.models.evaluating.figures import figures_of, task_of
    from mltrack.models.evaluating.slicing import slices_of

    places = asking.common_places(found)
    same = [one.at(places) for one in found]
    slices, notes = slices_of(same[0].by, wanted.by)
    task = task_of(asked, subjects[0], same[0])
    every = [
        figures_of(asked, subject, one, slices, task)
        for subject, one in zip(subjects, same, strict=True)
    ]
    notes += [f"{n} rows without a target are left out" for n in [found[0].left_out] if n]
    return [replace(one, notes=(*one.notes, *notes)) for one in every]


def _kept(
    subjects: Sequence[Subject],
    figures: "Sequence[Figures]",
    data: "EvaluationData",
    *,
    experiment: str | None,
    run: ActiveRun | None,
) -> Evaluation:
    from mltrack.api.evaluating.writing import evaluation_of, keep, run_for

    pairs = list(zip(subjects, figures, strict=True))
    every = [evaluation_of(subject, data, one) for subject, one in pairs]
    for place, one in enumerate(figures):
        own = run_for(every[place], experiment) if run is None or place else None
        with own or contextlib.nullcontext():
            into = own or run
            assert into is not None  # noqa: S101 - one of both is there
            keep(into._live, every[place], one, data)  # noqa: SLF001 - api's own
            every[place] = replace(every[place], run=into.id)
    return replace(every[0], against=tuple(every[1:]))
