"""A part of a package, which needs another part when it is asked."""

from typing import Any


class Rate:
    def __init__(self, factor: float) -> None:
        self.factor = factor

    def predict(self, rows: Any) -> Any:
        from dosing.units import per_hour

        return per_hour(rows * self.factor)
