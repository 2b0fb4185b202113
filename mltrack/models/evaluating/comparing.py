"""Hold the figures of one model against those of another: which are better. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from mltrack.models.evaluating.entities import Evaluation
from mltrack.query.directions import Better


class Verdict(StrEnum):
    """How a figure of the one compares with that of the other."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNKNOWN = ""
    """Nobody knows which values are better, or one of them has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure of an evaluation beside that of another on the same rows.

    Attributes:
        metric: the figure.
        value: that of the first; None where it has none.
        other: that of the other; None where it has none.
        difference: the first less the other; None where one has none.
        verdict: what that means for the first.
    """

    metric: str
    value: float | None
    other: float | None
    difference: float | None
    verdict: Verdict


def differences(found: Evaluation, other: Evaluation) -> list[Difference]:
    """Return how the figures of an evaluation differ from those of another."""
    names = dict.fromkeys([*found.metrics, *other.metrics])
    return [_difference(name, found, other) for name in names]


def _difference(name: str, found: Evaluation, other: Evaluation) -> Difference:
    value, against = found.metrics.get(name), other.metrics.get(name)
    if value is None or against is None:
        return Difference(
            metric=name, value=value, other=against, difference=None, verdict=Verdict.UNKNOWN
        )
    better = found.better.get(name, Better.NEITHER)
    return Difference(
        metric=name,
        value=value,
        other=against,
        difference=value - against,
        verdict=_verdict(value - against, better),
    )


def _verdict(difference: float, better: Better) -> Verdict:
    if better is Better.NEITHER or difference - difference != 0:  # NaN and the infinities alone
        return Verdict.UNKNOWN
    if difference == 0:
        return Verdict.SAME
    rises = difference > 0
    return Verdict.BETTER if rises == (better is Better.HIGHER) else Verdict.WORSE
