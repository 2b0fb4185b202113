"""What a caller may log, checked and put into the form that is written."""

import hashlib
import json
import operator
import unicodedata
from typing import Any

from mltrack.errors import BadValueError
from mltrack.store.secrets import masked_value

MAX_PARAM_BYTES = 64 * 1024
MAX_KEY_LENGTH = 250
_EXACT = 2**53
_PLAIN = (str, bool, int, float, type(None))


def checked_key(key: str, what: str) -> str:
    """Return the name of a metric, parameter or tag.

    Raises:
        TypeError: it is no text.
        BadValueError: it is empty, too long, or holds a control character.
    """
    if not isinstance(key, str):
        raise TypeError(f"the name of a {what} must be a text, not {type(key).__name__}")
    if not key or len(key) > MAX_KEY_LENGTH:
        raise BadValueError(f"the name of a {what} must have 1 to {MAX_KEY_LENGTH} characters")
    if any(unicodedata.category(c).startswith("C") for c in key):
        raise BadValueError(f"the name of a {what} holds a control character: {key!r}")
    return key


def as_number(name: str, value: object) -> float:
    """Return a metric's value; numpy and torch scalars are understood.

    Raises:
        TypeError: the value is not a number.
    """
    if type(value) is float:
        return value
    if type(value) is int and -_EXACT <= value <= _EXACT:
        return value
    if not isinstance(value, str | bytes | complex):
        try:
            return float(value)  # type: ignore[arg-type]  # whatever has __float__
        except (TypeError, ValueError, OverflowError):
            pass
    raise TypeError(
        f"the metric {name!r} must be a number, not {type(value).__name__} {value!r:.60}"
    )


def as_step(step: object) -> int:
    """Return a step.

    Raises:
        TypeError: it is not an integer.
        BadValueError: it does not fit into 64 bits.
    """
    if isinstance(step, bool):
        raise TypeError("a step must be an integer, not bool")
    whole = operator.index(step)  # type: ignore[arg-type]  # raises TypeError itself
    if not -(2**63) <= whole < 2**63:
        raise BadValueError(f"a step must fit into 64 bits, not {whole}")
    return whole


def as_plain(value: object) -> Any:  # noqa: ANN401 - a tree of plain values
    """Return a parameter's or tag's value as a tree of plain values; anything else as its text."""
    if isinstance(value, dict):
        return {str(k): as_plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(v) for v in value]
    if type(value) in _PLAIN:
        return value
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return as_plain(value.item())
    return str(value)


def checked_values(values: dict[str, Any], what: str, allowed: list[str]) -> dict[str, Any]:
    """Return parameters or tags in the form that is written, secrets masked.

    Raises:
        TypeError: a name is no text, or `values` is no mapping.
        BadValueError: a name is empty, too long, or holds a control character.
    """
    if not hasattr(values, "items"):
        raise TypeError(f"{what}s must be a mapping, not {type(values).__name__}")
    never = frozenset(allowed)
    return {
        checked_key(key, what): masked_value(key, as_plain(value), never)
        for key, value in values.items()
    }


def too_large(value: Any) -> bytes | None:  # noqa: ANN401 - a tree of plain values
    """Return the bytes of a value that is too large to stand in a row, else None."""
    if isinstance(value, str):
        if len(value) * 4 <= MAX_PARAM_BYTES:
            return None
        data = value.encode("utf-8", "replace")
    elif isinstance(value, dict | list):
        data = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    else:
        return None
    return data if len(data) > MAX_PARAM_BYTES else None


def stand_in(data: bytes) -> dict[str, Any]:
    """Return what a parameter holds in place of a value that became an artifact."""
    sha256 = hashlib.sha256(data).hexdigest()
    return {"artifact": f"params/{sha256}.txt", "sha256": sha256, "size": len(data)}
