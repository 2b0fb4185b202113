"""A project as its `project.yaml` describes it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs.spec import EnvSpec
from mltrack.errors import UsageError
from mltrack.store.ids import handle_of

FILE_NAME = "project.yaml"

Value = str | int | float | bool | datetime | list[Any] | dict[str, Any] | None
"""What a parameter may be; None only for an optional one, or inside JSON."""


class ParamType(StrEnum):
    """The types a parameter can have."""

    STR = "str"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    PATH = "path"
    URI = "uri"
    LIST = "list"
    JSON = "json"
    DATETIME = "datetime"


class Param(NamedTuple):
    """A declared parameter; None says that it has no default, no minimum, no maximum."""

    name: str
    type: ParamType = ParamType.STR
    default: Value = None
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Value, ...] = ()
    items: ParamType = ParamType.STR
    help: str = ""

    @property
    def required(self) -> bool:
        """Tell whether a value must be given."""
        return self.default is None and not self.optional


class EntryPoint(NamedTuple):
    """A named command: a template for each element of its argument list."""

    name: str
    command: tuple[str, ...]


class ProjectSpec(NamedTuple):
    """A whole project. `digest` is the sha256 of the bytes of its file."""

    name: str
    folder: Path
    digest: str
    env: EnvSpec
    params: Mapping[str, Param]
    entry_points: Mapping[str, EntryPoint]

    def entry_point(self, name: str) -> EntryPoint:
        """Return the entry point with this name.

        Raises:
            UsageError: the project has none of that name.
        """
        if name not in self.entry_points:
            raise UsageError(
                f"{self.name} has no entry point {name}",
                why=f"it has: {', '.join(self.entry_points)}",
                fix=f"mltrack run {self.folder} -e {next(iter(self.entry_points))}",
            )
        return self.entry_points[name]


class Order(NamedTuple):
    """One run of a project that was asked for, checked; nothing has been written for it yet."""

    spec: ProjectSpec
    entry: EntryPoint
    values: Mapping[str, Value]
    experiment: str
    name: str
    tags: Mapping[str, Any]


class ProjectRun(NamedTuple):
    """How a run of a project ended; `exit_code` is the child's, or 128 + the signal's number."""

    run_id: str
    exit_code: int
    status: str

    @property
    def handle(self) -> str:
        """Return the letters by which people name the run."""
        return handle_of(self.run_id)
