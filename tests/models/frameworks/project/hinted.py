"""Functions whose hints say what they take."""

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np


class Patient(TypedDict):
    age: int
    dose: float | None


@dataclass
class Visit:
    age: int
    notes: list[str]


def ages_next_year(rows: list[Patient]) -> list[float]:
    return [row["age"] + 1.0 for row in rows]


def note_counts(rows: list[Visit]) -> list[int]:
    return [len(visit.notes) * visit.age for visit in rows]


def lengths(rows: list[str]) -> list[int]:
    return [len(text) for text in rows]


class Reading(TypedDict):
    count: int | None
    dose: float | None
    kind: str | None


def kinds_of_values(rows: list[Reading]) -> list[str]:
    names = ("count", "dose", "kind")
    return [",".join(type(dict(row)[name]).__name__ for name in names) for row in rows]


@dataclass
class Checked:
    age: int

    def __post_init__(self) -> None:
        if self.age < 0:
            raise LookupError("nobody is that young")


def checked_ages(rows: list[Checked]) -> list[int]:
    return [row.age for row in rows]


class Scorer:
    """An object that is called."""

    def __call__(self, rows: list[Patient]) -> list[float]:
        return [row["age"] + 1.0 for row in rows]


def sums(rows: list[list[float]]) -> list[float]:
    return [float(sum(row)) for row in rows]


def corners(rows: list[np.ndarray]) -> list[float]:
    return [float(row[0, 0]) for row in rows]


def missing_texts(rows: list[str | None]) -> list[bool]:
    return [row is None for row in rows]


scorer: Any = Scorer()
