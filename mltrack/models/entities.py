"""What a model package says of itself: its columns, its signature, its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class ColumnType(StrEnum):
    """What the values of a column are."""

    BOOL = "bool"
    INT64 = "int64"
    FLOAT64 = "float64"
    STR = "str"
    DATETIME = "datetime"
    ANY = "any"
    """Nobody said: values in memory pass as they are, text from a file is refused."""


class Layout(StrEnum):
    """How the model wants its rows."""

    NAMED = "named"
    """Columns found by name."""
    POSITIONS = "positions"
    """Columns found by position; their names are made up."""
    SINGLE = "single"
    """One value a row, such as a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that goes into a model or comes out of it."""

    name: str
    type: ColumnType
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a model takes, and what it gives where that is known."""

    layout: Layout
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts:
    """What `model.yaml` holds; `signature` is None where it could not be known."""

    flavor: str
    executes_code: bool
    python: str
    requirements: str
    details: Mapping[str, Any]
    """What the flavour wrote for itself when it saved the model."""
    signature: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedModel:
    """A package that was just written."""

    path: Path
    digest: str
    flavor: str
    notes: tuple[str, ...] = field(default=())
    """What the user should know, such as types that could not be known."""
