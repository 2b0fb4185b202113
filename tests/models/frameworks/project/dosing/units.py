"""Another part of the package."""

from typing import Any


def per_hour(values: Any) -> Any:
    return values / 24.0
