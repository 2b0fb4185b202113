"""The truth beside the predictions: both as labels of one kind, or both as numbers."""

from dataclasses import replace

import numpy as np

from mltrack.errors import UsageError, nearest
from mltrack.models.entities import Task
from mltrack.models.evaluating import answers
from mltrack.models.evaluating.answers import Said
from mltrack.models.evaluating.cells import Kind, blank, kind_of, numbers_in, shown, truths_in
from mltrack.models.evaluating.entities import Judged
from mltrack.models.signature.columns import Values

MOST_CLASSES = 20
"""So many different whole numbers may still be classes, where nobody says what is predicted."""
_SHOWN = 5
_TWO_CLASSES = 2
_NUMERIC = {Kind.WHOLE, Kind.NUMBERS}


def task_of(truth: Values, given: Said) -> Task:
    """Return what is predicted, where the model does not say it.

    Text, truths and few different whole numbers are classes; a model that gives other numbers than
    whole ones and chances from 0 to 1 is a regression.
    """
    numbers = numbers_in(list(truth)) if kind_of(truth) is Kind.TEXTS else truth
    if numbers is None or kind_of(numbers) in {Kind.TEXTS, Kind.TRUTHS}:
        return Task.CLASSIFICATION
    few = kind_of(numbers) is Kind.WHOLE and len(np.unique(numbers)) <= MOST_CLASSES
    return Task.CLASSIFICATION if few and not answers.is_fractional(given) else Task.REGRESSION


def numbers(truth: Values, given: Said, name: str) -> Judged:
    """Return truth and predictions of a regression.

    Raises:
        UsageError: the model gives several numbers a row, or either is no number.
    """
    if given.values is None or given.values.dtype.kind not in "biuf":
        what = "several values" if given.values is None else "no number"
        raise UsageError(f"the model gives {what} a row, so it is no regression of {name!r}")
    wanted = numbers_in(list(truth)) if kind_of(truth) is Kind.TEXTS else truth
    if wanted is None or kind_of(wanted) not in _NUMERIC:
        raise UsageError(
            f"the target {name!r} holds {_described(truth)}, and a regression predicts numbers",
            fix="say --task classification, or name another column: --target",
        )
    return Judged(
        truth=_all_finite(wanted.astype(np.float64), f"the target {name!r}"),
        predicted=_all_finite(given.values.astype(np.float64), "the model's predictions"),
        classes=np.empty(0),
    )


def _all_finite(values: Values, whose: str) -> Values:
    odd = ~np.isfinite(values)
    if odd.any():
        raise UsageError(f"{whose}: row {int(odd.argmax())} is {values[odd.argmax()]}, no number")
    return values


def labels(
    truth: Values,
    given: Said,
    name: str,
    *,
    known: Values = None,
    positive: str | None = None,
) -> tuple[Judged, tuple[str, ...]]:
    """Return truth and predictions of a classification, and what the user should know.

    Args:
        truth: the labels in the data, without blanks.
        given: what the model said.
        name: what the target is called.
        known: the classes in the order of the model's chances; None where it does not tell them.
        positive: the label of the target that counts as the positive class; None for the last.

    Raises:
        UsageError: labels and predictions are of different kinds, so that none could be right.
    """
    given = answers.as_classes(given)
    if blank(given.values).any():
        row = int(blank(given.values).argmax())
        raise UsageError(f"the model's predictions: row {row} has none")
    wanted, mapped = _like(truth, given.values, name, positive)
    order = _order_of_chances(wanted, given, known)
    notes: tuple[str, ...] = ()
    if given.chances is not None and order is None:
        notes = ("which class each chance stands for is not known, so no figure needs chances",)
        given = given._replace(chances=None)
    judged = _in_places(wanted, given, order)
    _require_overlap(judged, truth, given, name)
    return _with_positive(judged, None if mapped else positive, name), notes


def _like(truth: Values, predicted: Values, name: str, positive: str | None) -> tuple[Values, bool]:
    """Return the truth in the type of the predictions, and whether `positive` made it so."""
    found = _converted(truth, kind_of(truth), kind_of(predicted))
    if found is not None:
        whole = predicted.dtype.kind in "iu" and kind_of(found) is Kind.WHOLE
        return (found.astype(np.int64) if whole else found), False
    if positive is not None and _is_two_valued(predicted):
        told = [shown(value) for value in truth]
        _require_positive(positive, sorted(set(told)), name)
        if len(set(told)) <= _TWO_CLASSES:
            mapped = np.array([text == positive for text in told])
            return mapped.astype(predicted.dtype), True
    raise _mismatch(truth, predicted, name)


def _converted(truth: Values, kind: Kind, wanted: Kind) -> Values:
    if kind is wanted or (kind in _NUMERIC and wanted in _NUMERIC):
        return truth
    if wanted is Kind.TRUTHS:
        spelt = truths_in(list(truth)) if kind is Kind.TEXTS else None
        return _as_truths(truth, kind) if spelt is None else spelt
    if wanted in _NUMERIC and kind is Kind.TEXTS:
        return numbers_in(list(truth))
    if wanted in _NUMERIC and kind is Kind.TRUTHS:
        return truth.astype(np.int64)
    return None


def _as_truths(truth: Values, kind: Kind) -> Values:
    found = numbers_in(list(truth)) if kind is Kind.TEXTS else truth
    if found is None or kind_of(found) is not Kind.WHOLE or not np.isin(found, (0, 1)).all():
        return None
    return found.astype(bool)


def _is_two_valued(predicted: Values) -> bool:
    kind = kind_of(predicted)
    return kind is Kind.TRUTHS or (kind is Kind.WHOLE and bool(np.isin(predicted, (0, 1)).all()))


def _mismatch(truth: Values, predicted: Values, name: str) -> UsageError:
    two = len(set(truth)) == _TWO_CLASSES and _is_two_valued(predicted)
    named = max(map(shown, set(truth))) if two else ""
    return UsageError(
        f"the target {name!r} holds {_described(truth)}, the model predicts "
        f"{_described(predicted)}",
        why="so no prediction could be right",
        fix=f"name the label that the model calls {shown(max(predicted))}: --positive {named}"
        if two
        else "give the target as the model was trained on it, or name another: --target",
    )


def _described(values: Values) -> str:
    few = list(dict.fromkeys(shown(value) for value in values[:1000]))
    more = ", ..." if len(few) > _SHOWN else ""
    return f"{kind_of(values)} ({', '.join(few[:_SHOWN])}{more})"


def _order_of_chances(truth: Values, given: Said, known: Values) -> Values:
    """Return the classes in the order of the chances' columns; None where nobody knows."""
    if given.chances is None:
        return None
    width = given.chances.shape[1]
    if known is not None and len(known) == width:
        return np.asarray(known)
    if kind_of(given.values) is Kind.WHOLE and (given.values == given.chances.argmax(axis=1)).all():
        return np.arange(width)
    seen = np.unique(np.concatenate([_sortable(truth), _sortable(given.values)]))
    return seen if len(seen) == width else None


def _sortable(values: Values) -> Values:
    return values if values.dtype.kind != "O" else values.astype(str)


def _in_places(truth: Values, given: Said, order: Values) -> Judged:
    """Return labels as places among all classes: first those that the model's chances name."""
    wanted, found = _sortable(truth), _sortable(given.values)
    parts = [wanted, found] if order is None else [_sortable(order), wanted, found]
    every, places = np.unique(np.concatenate(parts), return_inverse=True)
    first = 0 if order is None else len(order)
    head = places[:first] if first else np.arange(len(every))
    ranked = [*head.tolist(), *(set(range(len(every))) - set(head.tolist()))]
    rank = np.empty(len(every), dtype=np.int64)
    rank[ranked] = np.arange(len(every))
    moved = rank[places]
    return Judged(
        truth=moved[first : first + len(wanted)],
        predicted=moved[first + len(wanted) :],
        classes=every[ranked],
        known=first or len(every),
        chances=given.chances,
    )


def _require_overlap(judged: Judged, truth: Values, given: Said, name: str) -> None:
    knows = set(judged.predicted.tolist())
    if judged.chances is not None:
        knows |= set(range(judged.known))
    if not knows & set(judged.truth.tolist()) and len(judged.classes) > _TWO_CLASSES:
        raise _mismatch(truth, given.values, name)


def _with_positive(judged: Judged, positive: str | None, name: str) -> Judged:
    judged = _with_the_other(judged)
    told = [shown(label) for label in judged.classes]
    if len(judged.classes) > _TWO_CLASSES:
        if positive is not None:
            raise UsageError(
                f"the target {name!r} has {len(judged.classes)} classes, so none is the positive",
                fix="leave --positive out",
            )
        return judged
    if positive is None:
        return replace(judged, positive=_last(judged))
    _require_positive(positive, told, name)
    return replace(judged, positive=told.index(positive))


def _with_the_other(judged: Judged) -> Judged:
    """Return labels of which only 0 or 1 is there with the other among the classes, too."""
    if len(judged.classes) != 1 or judged.classes[0] not in {0, 1}:
        return judged
    places = np.full_like(judged.truth, int(judged.classes[0]))
    classes = np.array([0, 1]).astype(judged.classes.dtype)
    return replace(judged, classes=classes, truth=places, predicted=places, known=_TWO_CLASSES)


def _last(judged: Judged) -> int:
    return int(np.argsort(_sortable(judged.classes))[-1])


def _require_positive(positive: str, told: list[str], name: str) -> None:
    if positive not in told:
        raise UsageError(
            f"the target {name!r} has no class {positive!r}{nearest(positive, told)}",
            why=f"it has {', '.join(told[:_SHOWN])}",
        )
