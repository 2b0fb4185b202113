"""Code of a user's project: a function, and classes that keep their state in several ways."""

import json
from pathlib import Path
from typing import Any

print("thresholds is imported")  # noqa: T201 - users' modules do print


def above_one(rows: Any) -> Any:
    return rows["dose"].to_numpy() > 1.0


class Rule:
    """Attributes of plain values alone."""

    def __init__(self, limits: dict[str, float]) -> None:
        self.limits = limits
        self.seen = [1, None, True, "x", float("inf")]

    def predict(self, rows: Any) -> Any:
        return sum(rows[name].to_numpy() / limit for name, limit in self.limits.items())

    def predict_proba(self, rows: Any) -> Any:
        high = self.predict(rows) % 1
        return {"low": 1 - high, "high": high}


class Words:
    """Files of its own, and an `__init__` that cannot be called without arguments."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = tuple(weights.items())

    def save(self, folder: Path) -> None:
        (folder / "words.json").write_text(json.dumps(self.weights), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Words":
        return cls(dict(json.loads((folder / "words.json").read_text(encoding="utf-8"))))

    def __call__(self, texts: Any) -> list[str]:
        weights = dict(self.weights)
        scores = [sum(weights.get(word, 0) for word in text.split()) for text in texts]
        return ["good" if score > 0 else "bad" for score in scores]
