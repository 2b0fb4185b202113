"""The classes of a classifier, in the order of its chances: the details of a package keep them."""

from collections.abc import Mapping
from typing import Any

MOST = 1000
_KEY = "classes"
_PLAIN = (bool, int, float, str)


def told(model: object) -> dict[str, list[Any]]:
    """Return what details hold of a fitted classifier: its classes, as plain values.

    Empty where it does not tell them as scikit-learn does, where they are no plain values, and
    where there are more than `MOST`.
    """
    found: Any = getattr(model, "classes_", None)
    if getattr(found, "ndim", 0) != 1 or len(found) > MOST:
        return {}
    values = found.tolist()
    return {_KEY: values} if _are_plain(values) else {}


def in_details(details: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Return the classes that a package tells; None where it tells none."""
    found = details.get(_KEY)
    return tuple(found) if isinstance(found, list) and _are_plain(found) else None


def _are_plain(values: list[Any]) -> bool:
    return all(type(value) in _PLAIN and value == value for value in values)  # noqa: PLR0124
