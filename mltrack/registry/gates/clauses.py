"""Read each kind of rule from the mapping that stands for it in config.yaml. Pure."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mltrack.errors import nearest
from mltrack.query.directions import ALIASES, Better, better_of_figure
from mltrack.registry.attestation import Level
from mltrack.registry.gates.rules import (
    SLICE,
    Approved,
    Bound,
    Described,
    Flag,
    NoWorse,
    Rule,
    Stayed,
    Tagged,
)

_DIGEST = re.compile(r"[0-9a-f]{8,64}\Z")
_MAX_APPROVALS = 100
_MAX_DAYS = 36_500
_ANYHOW = "any"
_LEVELS = {_ANYHOW: Level.CLAIMED, "attested": Level.ATTESTED, "signed": Level.SIGNED}
_Clause = Mapping[str, Any]


class ClauseError(ValueError):
    """A rule says something that cannot be meant; the text says what."""


def metric(clause: _Clause, stages: Sequence[str]) -> Iterator[Rule]:  # noqa: ARG001
    """Yield what a rule about a figure asks: each of `min`, `max` and `no_worse_by`."""
    given = _text(clause["metric"], "metric")
    name = ALIASES.get(given, given)
    asked = [key for key in ("min", "max", "no_worse_by") if key in clause]
    if not asked:
        raise ClauseError(f"say what {given} must be: min, max or no_worse_by")
    data = _digest(clause["data"]) if "data" in clause else ""
    limits = {key: _number(clause[key], key) for key in asked}
    if limits.get("min", -math.inf) > limits.get("max", math.inf):
        raise ClauseError(f"min is above max, so no {given} can be right")
    for key in asked:
        if key == "no_worse_by":
            yield _no_worse(clause, name, limits[key], data)
        else:
            yield Bound(metric=name, limit=limits[key], is_least=key == "min", data=data)
    if "better" in clause and "no_worse_by" not in clause:
        raise ClauseError("better says nothing without no_worse_by")


def tags(clause: _Clause, stages: Sequence[str]) -> Iterator[Rule]:  # noqa: ARG001
    """Yield the tags that must be there, or must have a value."""
    wanted = clause["tags"]
    if isinstance(wanted, Mapping) and wanted:
        for name, value in wanted.items():
            if not isinstance(value, bool | int | float | str):
                raise ClauseError(f"tags.{name} must be a value, not {value!r:.60}")
            yield Tagged(name=_text(name, "the name of a tag"), value=value)
    else:
        yield from (Tagged(name=name) for name in _texts(wanted, "tags", "tag"))


def fields(clause: _Clause, stages: Sequence[str]) -> Iterator[Rule]:  # noqa: ARG001
    """Yield the fields that the model must have."""
    yield from (Described(name=name) for name in _texts(clause["fields"], "fields", "field"))


def approvals(clause: _Clause, stages: Sequence[str]) -> Iterator[Rule]:  # noqa: ARG001
    """Yield how many must approve, and how it must be known who they are."""
    count, by = clause["approvals"], clause.get("by", _ANYHOW)
    if type(count) is not int or not 0 < count <= _MAX_APPROVALS:
        raise ClauseError(
            f"approvals must be a whole number from 1 to {_MAX_APPROVALS}, not {count!r:.60}"
        )
    if not isinstance(by, str) or by not in _LEVELS:
        near = nearest(str(by), list(_LEVELS))
        raise ClauseError(f"by must be one of {', '.join(_LEVELS)}, not {by!r:.60}{near}")
    yield Approved(count=count, by=_LEVELS[by])


def days_in(clause: _Clause, stages: Sequence[str]) -> Iterator[Rule]:
    """Yield in which stage the version must have been, and for how long."""
    wanted = clause["days_in"]
    if not isinstance(wanted, Mapping) or len(wanted) != 1:
        raise ClauseError(f"days_in must name one stage, as {{staging: 2}}, not {wanted!r:.60}")
    stage, days = next(iter(wanted.items()))
    if stage not in stages:
        raise ClauseError(f"there is no stage {stage}{nearest(str(stage), list(stages))}")
    number = _number(days, f"days_in.{stage}")
    if not 0 < number <= _MAX_DAYS:
        raise ClauseError(f"days_in.{stage} must be above 0 and at most {_MAX_DAYS}, not {days}")
    yield Stayed(stage=stage, days=number)


def flag(which: Flag) -> Callable[[_Clause, Sequence[str]], Iterator[Rule]]:
    """Return how a rule is read that is there or is not."""

    def read(clause: _Clause, stages: Sequence[str]) -> Iterator[Rule]:  # noqa: ARG001
        if clause[which] is not True:
            raise ClauseError(
                f"{which} must be true, not {clause[which]!r:.60}; leave the rule out to ask less"
            )
        yield which

    return read


def _no_worse(clause: _Clause, name: str, margin: float, data: str) -> NoWorse:
    if margin < 0:
        raise ClauseError(f"no_worse_by must be 0 or more, not {clause['no_worse_by']}")
    known = better_of_figure(name.rpartition("/")[2] if name.startswith(SLICE) else name)
    said = clause.get("better")
    if said is not None and said not in (Better.HIGHER, Better.LOWER):
        raise ClauseError(f"better must be higher or lower, not {said!r:.60}")
    if said is None and known is Better.NEITHER:
        raise ClauseError(f"say which {name} is better: higher or lower")
    if said is not None and known is not Better.NEITHER and said != known:
        raise ClauseError(f"of {name} the {known} is better, not the {said}")
    better = Better(said) if said is not None else known
    return NoWorse(metric=name, margin=margin, better=better, data=data)


def _digest(value: object) -> str:
    if not isinstance(value, str) or not _DIGEST.match(value):
        quoted = "" if isinstance(value, str) else "; write it in quotes"
        raise ClauseError(
            f"data must be the first 8 or more hex digits of a digest, not {value!r:.80}{quoted}"
        )
    return value


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        raise ClauseError(f"{key} must be a number, not {value!r:.60}")
    try:
        return float(value)
    except OverflowError:
        raise ClauseError(f"{key} is larger than any number that a figure can be") from None


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ClauseError(f"{key} must be a text, not {value!r:.60}")
    return value


def _texts(value: object, key: str, noun: str) -> list[str]:
    if not isinstance(value, list) or not value:
        raise ClauseError(f"{key} must be a list with at least one {noun}, not {value!r:.60}")
    return [_text(one, f"each of {key}") for one in value]
