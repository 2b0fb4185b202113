"""Name one value of a run, such as `params.lr` or `max metrics.acc`, and look it up in a row."""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from mltrack.errors import UsageError, nearest
from mltrack.query.tokens import is_text

Row = Mapping[str, Any]
"""A run as JSON has it: attributes, the dicts params, metrics (each metric's last), tags, inputs.

`summaries` has the `min` and `max` of each metric; NaN and infinities may be texts.
"""

GROUPS = ("params", "metrics", "tags", "inputs", "datasets")
SAID_GROUPS = ("params", "tags", "inputs")
"""Groups whose values are whatever was logged; a text may be compared with any of them."""
MLFLOW_GROUPS = {
    "metric": "metrics",
    **dict.fromkeys(("param", "parameter", "parameters"), "params"),
    "tag": "tags",
    "dataset": "datasets",
    **dict.fromkeys(("attr", "attribute", "run"), "attributes"),
}
"""What MLflow calls groups too."""
MLFLOW_ATTRIBUTES = {
    "run_id": "id",
    **dict.fromkeys(("run_name", "run name"), "name"),
    "user_id": "user",
    **dict.fromkeys(("start_time", "created"), "started"),
    "end_time": "ended",
}
OF_DATASETS = ("name", "digest", "context")
ATTRIBUTES = (
    *("id", "name", "status", "experiment", "user", "host", "started", "ended"),
    *("parent", "job"),
)
ASPECTS = ("last", "min", "max")
MAX_KNOWN = 8
NAMED = ("metrics", "params", "tags")
"""The groups in which a bare name is looked for, after the attributes."""
_KEY = re.compile(r"(?:(?P<aspect>last|min|max)\s+)?(?P<named>.+)", re.DOTALL)
_GROUPED = re.compile(r"(?:`(?P<quoted>[^`]+)`|(?P<plain>[^`.]+))\.(?P<name>.+)", re.DOTALL)
_PLAIN = re.compile(r"[\w./-]+")
_TWO_QUOTES = 2
_TEXTS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class Key(NamedTuple):
    """One value of a run.

    Attributes:
        group: params, metrics, tags or inputs; empty for an attribute; datasets for a fact of any
            of the inputs.
        name: what it is called there; of inputs the data set and the fact, as in `train.rows`.
        aspect: which number of a metric is meant: last, min or max.
    """

    group: str
    name: str
    aspect: str = "last"

    def __str__(self) -> str:
        named = f"{self.group}.{self.name}" if self.group else self.name
        return named if self.aspect == "last" else f"{self.aspect} {named}"


def metric_key(text: str) -> Key:
    """Return the key that `--max` names: `acc`, `metrics.acc`, `min loss`, `params.lr`."""
    found = _KEY.fullmatch(text.strip())
    if found is None or not is_text(text):
        raise UsageError(f"{text!r} names no metric", fix="name one, such as: --max acc")
    group, name = divided(found["named"])
    key = Key(group, unquoted(name)) if group in NAMED else Key("metrics", unquoted(found["named"]))
    return key._replace(aspect=found["aspect"] or "last")


def divided(word: str) -> tuple[str, str]:
    """Return the group that a word names, as we call it, and what stands behind its dot.

    Both are empty where there is no dot, nothing behind it, or where it stands in backticks.
    """
    found = _GROUPED.fullmatch(word)
    if found is None:
        return "", ""
    group = found["quoted"] or found["plain"]
    return MLFLOW_GROUPS.get(group.lower(), group), found["name"]


def unquoted(name: str) -> str:
    """Return a name without backticks, or without the quotes in which it stands as a whole."""
    if len(name) > _TWO_QUOTES and name[0] in "\"'" and name[0] == name[-1]:
        return name[1:-1]
    return name.replace("`", "")


def written(key: Key) -> str:
    """Return a key as somebody writes it who means no other: `a b` in backticks."""
    if not key.group:
        return f"attributes.{key.name}"
    quote = "" if _PLAIN.fullmatch(key.name) else '"' if "`" in key.name else "`"
    return str(key._replace(name=f"{quote}{key.name}{quote}"))


def attribute_named(name: str) -> str | None:
    """Return the attribute that has a name, here or in MLflow; None where none has."""
    attribute = MLFLOW_ATTRIBUTES.get(name.lower(), name)
    return attribute if attribute in ATTRIBUTES else None


def value_of(row: Row, key: Key) -> Any:  # noqa: ANN401 - any value that a run can hold
    """Return the value of a key in a row; None when the run does not have it."""
    if not key.group:
        return row.get(key.name)
    if key.aspect != "last":
        summary = (row.get("summaries") or {}).get(key.name) or {}
        return number_of(summary.get(key.aspect))
    if key.group == "inputs":
        return _fact(row, key.name)
    value = (row.get(key.group) or {}).get(key.name)
    return number_of(value) if key.group == "metrics" else value


def _fact(row: Row, name: str) -> Any:  # noqa: ANN401 - any value that a run can hold
    data, _, fact = name.rpartition(".")
    return ((row.get("inputs") or {}).get(data) or {}).get(fact)


def number_of(value: object) -> float | None:
    """Return the number that JSON has for a metric, where NaN and infinities are texts."""
    if isinstance(value, str):
        return _TEXTS.get(value)
    return value if isinstance(value, int | float) else None


def alike(one: object, other: object) -> bool:
    """Tell whether two values are the same: 1 and 1.0 are, 1 and true are not, NaN is."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return one == other or repr(one) == repr(other)


def unknown_key(key: Key, known: list[str]) -> UsageError:
    """Return the error that no run has a key, which names the nearest of those that one has."""
    return UsageError(
        f"no run has {key}{nearest(key.name, known)}",
        why=f"known {key.group}: {', '.join(known[:MAX_KNOWN]) or 'none'}",
    )


def no_number(key: Key) -> UsageError:
    """Return the error that runs cannot be ranked by a key, for none has a number there."""
    return UsageError(f"no run has a number in {key}", fix=f"sort by it instead: {written(key)}")
