"""Functions whose hints say what they take."""

from dataclasses import dataclass
from typing import TypedDict


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
