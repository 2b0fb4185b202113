"""What a caller may log, checked and put into the form that is written."""

import json
import math
import operator
from collections.abc import Iterator, Mapping
from typing import Any, SupportsFloat, SupportsIndex

from mltrack.errors import BadValueError, with_article
from mltrack.store.journal import Row, number_name
from mltrack.store.secrets import masked_text, masked_value
from mltrack.tracking import notices

MAX_VALUE_BYTES = 64 * 1024
MAX_KEY_LENGTH = 250
MAX_ROW_BYTES = 1024 * 1024
MAX_DEPTH = 16
_EXACT = 2**53
_DIGITS, _HEX = 64, frozenset("0123456789abcdef")
_LEAST_STEP, GREATEST_STEP = -(2**63), 2**63 - 1
_INTEGERS = range(-(10**1000), 10**1000)


def checked_key(key: str, what: str) -> str:
    """Return the name of a metric, parameter or tag.

    Raises:
        TypeError: it is no text.
        BadValueError: it is empty, too long, or holds a control character.
    """
    if not isinstance(key, str):
        raise TypeError(
            f"the name of {with_article(what)} must be a text, not {type(key).__name__}"
        )
    if not key or len(key) > MAX_KEY_LENGTH:
        raise BadValueError(
            f"the name of {with_article(what)} must have 1 to {MAX_KEY_LENGTH} characters"
        )
    if not key.isprintable() and any(map(_is_control, key)):
        raise BadValueError(f"the name of {with_article(what)} holds a control character: {key!r}")
    return key


def _is_control(character: str) -> bool:
    import unicodedata

    return unicodedata.category(character).startswith(("C", "Zl", "Zp"))


def checked_run_name(name: str) -> str:
    """Return the name of a run, secrets in it masked; raises as `checked_key` does."""
    masked = masked_text(checked_key(name, "run"))
    if masked != name:
        notices.say_once("the name of the run holds what looks like a secret, which was masked")
    return masked


def as_number(name: str, value: object) -> float:
    """Return a metric's value; whatever holds one real number is understood, as numpy's do.

    Raises:
        TypeError: the value is not a number.
        BadValueError: it does not fit into a double.
    """
    if type(value) is float:
        return value
    try:
        number = value.item() if hasattr(value, "item") else value
    except (TypeError, ValueError, RuntimeError):  # an array of several numbers
        number = None
    if type(number) is float:
        return number
    if type(number) is int and -_EXACT <= number <= _EXACT:
        return number
    if isinstance(number, SupportsFloat | SupportsIndex):
        try:
            return float(number)
        except OverflowError:
            raise BadValueError(f"the metric {name!r} does not fit into a double") from None
        except (TypeError, ValueError):
            pass
    shown = f"{value!r:.60}".partition("\n")[0]
    raise TypeError(f"the metric {name!r} must be a number, not {type(value).__name__} {shown}")


def as_step(step: object) -> int:
    """Return a step.

    Raises:
        TypeError: it is not an integer.
        BadValueError: it does not fit into 64 bits.
    """
    if type(step) is not int:
        if isinstance(step, bool) or not isinstance(step, SupportsIndex):
            raise TypeError(f"a step must be an integer, not {type(step).__name__} {step!r:.60}")
        step = operator.index(step)
    if not _LEAST_STEP <= step <= GREATEST_STEP:
        raise BadValueError(f"a step must fit into 64 bits, not one of {step.bit_length()} bits")
    return step


def as_time(time: object) -> float:
    """Return a moment in Unix seconds, to the millisecond.

    Raises:
        TypeError: it is not a number.
        BadValueError: it is NaN or infinite.
    """
    seconds = float(as_number("time", time))
    if not math.isfinite(seconds):
        raise BadValueError(f"a time must be in Unix seconds, not {seconds}")
    return round(seconds, 3)


def as_plain(value: object, depth: int = 0) -> Any:  # noqa: ANN401 - a tree of plain values
    """Return a parameter's or tag's value as a tree of plain values; anything else as its text."""
    if depth < MAX_DEPTH:
        if isinstance(value, dict):
            return {str(k): as_plain(v, depth + 1) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [as_plain(v, depth + 1) for v in value]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    return _as_scalar(value)


def _as_scalar(value: object) -> bool | int | float | str | None:
    if value is None or type(value) in {str, bool}:
        return value  # type: ignore[return-value]  # as the line before says
    if type(value) is float:
        return value if math.isfinite(value) else number_name(value)
    if type(value) is int:
        return value if value in _INTEGERS else hex(value)
    return str(value)


def checked_values(values: Mapping[str, Any], what: str, allowed: list[str]) -> dict[str, Any]:
    """Return parameters or tags in the form that is written, secrets masked.

    Raises:
        TypeError: a name is no text, or `values` is no mapping.
        BadValueError: a name is empty, too long, or holds a control character; a tag is too long.
    """
    if not hasattr(values, "items"):
        raise TypeError(f"{what}s must be a mapping, not {type(values).__name__}")
    never = frozenset(allowed)
    checked = {}
    for key, value in values.items():
        plain = as_plain(value)
        checked[checked_key(key, what)] = masked = masked_value(key, plain, never)
        if masked != plain:
            notices.say_once(
                f"the {what} {key!r} looks like a secret and was masked; "
                "`secrets: {allow: [...]}` in the store's config.yaml keeps it"
            )
        if what == "tag" and too_large(masked):
            raise BadValueError(f"the tag {key!r} is over {MAX_VALUE_BYTES // 1024} KiB")
    return checked


def check_metrics(metrics: Mapping[str, Any], step: object, time: object) -> None:
    """Make sure that values of metrics can be logged.

    Raises:
        TypeError, BadValueError: as the checks of names, numbers, steps and times say.
    """
    if not hasattr(metrics, "items"):
        raise TypeError(f"metrics must be a mapping, not {type(metrics).__name__}")
    for name, value in metrics.items():
        checked_key(name, "metric")
        as_number(name, value)
    if step is not None:
        as_step(step)
    if time is not None:
        as_time(time)


def check_values(values: Mapping[str, Any], what: str) -> None:
    """Make sure that parameters or tags can be logged; raises as `checked_values` does."""
    if not hasattr(values, "items"):
        raise TypeError(f"{what}s must be a mapping, not {type(values).__name__}")
    for key, value in values.items():
        checked_key(key, what)
        if what == "tag" and too_large(as_plain(value)):
            raise BadValueError(f"the tag {key!r} is over {MAX_VALUE_BYTES // 1024} KiB")


def digests_of(*, data: str | None, model: str | None) -> dict[str, str]:
    """Return the digests of what metrics are about, by kind, those that are given.

    Raises:
        TypeError: one is no text.
        BadValueError: one is not 64 hex digits.
    """
    about: dict[str, str] = {}
    for kind, digest in (("data", data), ("model", model)):
        if digest is None:
            continue
        if not isinstance(digest, str):
            raise TypeError(f"the digest of the {kind} is a text, not {type(digest).__name__}")
        if len(digest) != _DIGITS or set(digest) - _HEX:
            raise BadValueError(
                f"the digest of the {kind} must be a sha256 in 64 hex digits, not {digest!r:.80}"
            )
        about[kind] = digest
    return about


def too_large(value: Any) -> bytes | None:  # noqa: ANN401 - a tree of plain values
    """Return the bytes of a value that is too large to stand in a row, else None."""
    if isinstance(value, str):
        if len(value) * 4 <= MAX_VALUE_BYTES:
            return None
        data = value.encode("utf-8", "replace")
    elif isinstance(value, dict | list):
        data = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    else:
        return None
    return data if len(data) > MAX_VALUE_BYTES else None


def stand_in(data: bytes) -> dict[str, Any]:
    """Return what a parameter holds in place of a value that became an artifact."""
    import hashlib

    sha256 = hashlib.sha256(data).hexdigest()
    return {"artifact": f"params/{sha256}.txt", "sha256": sha256, "size": len(data)}


def in_rows(kind: str, values: Mapping[str, Any]) -> Iterator[Row]:
    """Yield rows that hold all of these values, none of them too long to be read again."""
    if len(values) == 1:
        yield {kind: dict(values)}
        return
    row: dict[str, Any] = {}
    room = MAX_ROW_BYTES
    for key, value in values.items():
        size = len(key) + len(json.dumps(value))
        if row and size > room:
            yield {kind: row}
            row, room = {}, MAX_ROW_BYTES
        row[key] = value
        room -= size
    if row:
        yield {kind: row}
