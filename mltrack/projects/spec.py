"""A project as its `project.yaml` describes it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.envs.spec import EnvSpec
from mltrack.errors import UsageError, nearest
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


DATA = frozenset({ParamType.PATH, ParamType.URI})
"""The types that name data."""
TEXTS = DATA | {ParamType.STR}
"""The types whose values are texts."""


class Param(NamedTuple):
    """A declared parameter; None says that it has no default, no minimum, no maximum.

    Attributes:
        sha256: the digest that the file of a `path` or `uri` must have; empty: any.
        keep: whether the bytes of a `path` or `uri` are kept with the run.
    """

    name: str
    type: ParamType = ParamType.STR
    default: Value = None
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Value, ...] = ()
    items: ParamType = ParamType.STR
    help: str = ""
    sha256: str = ""
    keep: bool = False

    @property
    def required(self) -> bool:
        """Tell whether a value must be given."""
        return self.default is None and not self.optional


class EntryPoint(NamedTuple):
    """A named way to start a project: a command, a module or a file of Python.

    Attributes:
        command: a template for each element of the argument list; of a shell, the one text.
        module: what `python -m` gets.
        file: a file of Python, relative to the project.
        args: templates for the arguments of a module or file.
        auto: whether every parameter becomes an argument by itself, after `args`.
        params: the parameters that it takes; None: all.
        shell: whether the command is a text that a shell reads.
        timeout_seconds: how long it may take; None: for ever.
    """

    name: str
    command: tuple[str, ...] = ()
    module: str = ""
    file: str = ""
    args: tuple[str, ...] = ()
    auto: bool = False
    params: tuple[str, ...] | None = None
    shell: bool = False
    timeout_seconds: float | None = None

    def takes(self, name: str) -> bool:
        """Tell whether a parameter of the project is one of this entry point."""
        return self.params is None or name in self.params


class Output(NamedTuple):
    """Files that become artifacts once the command has ended well: a pattern, and where to."""

    pattern: str
    to: str = ""


class Verification(NamedTuple):
    """How the results of a second run are held against those of the first.

    Attributes:
        ignore: patterns of metrics and artifacts that are not compared.
        rtol: how far a metric may differ as a share of its value, by pattern.
        atol: how far a metric may differ, by pattern.
    """

    ignore: tuple[str, ...] = ()
    rtol: Mapping[str, float] = {}
    atol: Mapping[str, float] = {}


class ProjectSpec(NamedTuple):
    """A whole project. `digest` is the sha256 of the bytes of its file."""

    name: str
    folder: Path
    digest: str
    env: EnvSpec
    params: Mapping[str, Param]
    entry_points: Mapping[str, EntryPoint]
    outputs: tuple[Output, ...] = ()
    verification: Verification = Verification()

    def writes_to(self, text: str) -> bool:
        """Tell whether a path is where its outputs go, so that it is no data that it reads."""
        folder = f"{text.rstrip('/')}/"
        return any(f"{output.pattern}/".startswith(folder) for output in self.outputs)

    def entry_point(self, name: str) -> EntryPoint:
        """Return the entry point with this name.

        Raises:
            UsageError: the project has none of that name.
        """
        if name not in self.entry_points:
            raise UsageError(
                f"{self.name} has no entry point {name}{nearest(name, list(self.entry_points))}",
                why=f"it has: {', '.join(self.entry_points)}",
                fix=f"name one of them: -e {next(iter(self.entry_points))}",
            )
        return self.entry_points[name]


class CodePlace(NamedTuple):
    """Where the code lies that is to run.

    Attributes:
        folder: the project's folder, or its `project.yaml`.
        own_folder: the project's folder in the user's tree, where the store is looked for.
        home: the folder to which the record's paths are relative; None: the store's project.
        told: what the record says of it.
    """

    folder: Path
    own_folder: Path
    home: Path | None = None
    told: Mapping[str, Any] = {}


class Order(NamedTuple):
    """One run of a project that was asked for, checked; nothing has been written for it yet.

    Attributes:
        home: the folder to which the record's paths are relative, as that of a checkout; None
            means the store's project.
        rerun_of: the id of the run that is run again.
        told: what the record says of the project besides, as `rev`; of what is no project, all.
        variables: what the child inherits; None: what this process has.
    """

    spec: ProjectSpec
    entry: EntryPoint
    values: Mapping[str, Value]
    experiment: str
    name: str
    tags: Mapping[str, Any]
    home: Path | None = None
    rerun_of: str | None = None
    told: Mapping[str, Any] = {}
    variables: Mapping[str, str] | None = None


class ProjectRun(NamedTuple):
    """How a run of a project ended.

    Attributes:
        run_id: the run.
        exit_code: the child's, or 128 + the signal's number.
        status: finished, failed or killed.
        error: how it failed or why it was stopped; empty where it finished.
        is_new: whether it was made now; not so where an earlier one is the same.
    """

    run_id: str
    exit_code: int
    status: str
    error: str = ""
    is_new: bool = True

    @property
    def handle(self) -> str:
        """Return the letters by which people name the run."""
        return handle_of(self.run_id)
