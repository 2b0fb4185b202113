"""What a model package says of itself: its columns, its signature, its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class ColumnType(StrEnum):
    """What the values of a column are."""

    BOOL = "bool"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT8 = "uint8"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    FLOAT16 = "float16"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    STR = "str"
    BYTES = "bytes"
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
    TENSOR = "tensor"
    """One array whose first dimension is the rows, or several by name."""


class Task(StrEnum):
    """What a model predicts."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that goes into a model or comes out of it.

    Attributes:
        name: its name; empty for the one tensor of a model that takes one.
        type: what its values are, or what they hold where they have a shape.
        nullable: whether a value may be missing.
        shape: the shape of one value: `()` for a plain one, `(-1,)` for a list of any length,
            `(28, 28)` for a row of a tensor.
    """

    name: str
    type: ColumnType
    nullable: bool = False
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a model takes, and what it gives where that is known."""

    layout: Layout
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a fitted model itself knows.

    Attributes:
        signature: its inputs; None where it does not know them.
        task: what it predicts; None where it does not know.
        methods: what it can be asked for, `predict` first.
        tensors: whether it takes arrays as they are, and not columns.
    """

    signature: Signature | None = None
    task: Task | None = None
    methods: tuple[str, ...] = ("predict",)
    tensors: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asks for when a model is saved.

    Attributes:
        inputs: rows like those that the model will see, which are looked at and not kept.
        example: a few rows to keep in the package.
        flavor: the flavour; empty to look for the one whose model it is.
        format: the flavour's format to write; empty for the flavour's own choice.
        arguments: what the class of a PyTorch model is made with.
        artifacts: files that a Python model reads, by name.
        pickle: whether a Python model may be pickled.
        code: further modules of the project that it needs, by name.
        requirements: further distributions that it needs, by name.
        check: whether the package is loaded and asked in a process of its own before it counts.
    """

    inputs: Any = None
    example: Any = None
    flavor: str = ""
    format: str = ""
    arguments: Mapping[str, Any] | None = None
    artifacts: Mapping[str, str | Path] = field(default_factory=dict)
    pickle: bool = False
    code: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    check: bool = True

    @property
    def rows(self) -> Any:  # noqa: ANN401 - whatever a user holds rows in
        """Return the rows that the user gave, in either way; None without."""
        return self.example if self.inputs is None else self.inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts:
    """What `model.yaml` holds.

    Attributes:
        flavor: the flavour that saved it.
        executes_code: whether loading it runs code of the package.
        python: the Python it was saved with, as `3.11`.
        requirements: the file of its direct requirements.
        lock: the file of all that these need, with digests; empty in older packages.
        details: what the flavour wrote for itself when it saved the model.
        signature: what it takes and gives; None where it could not be known.
        task: what it predicts; None where nobody knows.
        methods: what it can be asked for.
        code: the modules of the project that travel in `code/`.
        example: the file of the input example; empty where none was given.
    """

    flavor: str
    executes_code: bool
    python: str
    requirements: str
    details: Mapping[str, Any]
    signature: Signature | None = None
    lock: str = ""
    task: Task | None = None
    methods: tuple[str, ...] = ("predict",)
    code: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedModel:
    """A package that was just written."""

    path: Path
    digest: str
    flavor: str
    notes: tuple[str, ...] = field(default=())
    """What the user should know, such as types that could not be known."""
