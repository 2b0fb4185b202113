"""Read `project.yaml`, format 1, strictly: what cannot be meant is named by file and line."""

import re
from pathlib import Path
from typing import Any

from mltrack.envs import specifier
from mltrack.envs.spec import EnvSpec
from mltrack.errors import NotFoundError
from mltrack.projects import command
from mltrack.projects.fields import Fields, Keys
from mltrack.projects.param_codec import read_param
from mltrack.projects.spec import FILE_NAME, EntryPoint, Param, ProjectSpec
from mltrack.store.names import check_name
from mltrack.store.sha256 import sha256_hex
from mltrack.store.yaml_reader import parse, read_bytes

FORMAT = 1

_PROJECT = Keys(
    known=("format", "name", "env", "params", "entry_points"), later=("outputs", "verify")
)
_ENV = Keys(
    known=("python", "requirements"),
    later=(
        "requirements_file",
        "pyproject",
        "lock",
        "constraints",
        "index",
        "vars",
        "pass",
        "secrets",
        "system_site_packages",
    ),
)
_ENTRY = Keys(
    known=("command",), later=("module", "file", "args", "params", "shell", "timeout_seconds")
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")


def read(path: Path) -> ProjectSpec:
    """Return the project that a folder, or its `project.yaml`, describes.

    Raises:
        NotFoundError: there is no such file.
        IntegrityError: it is no YAML of the kind that is read here.
        UsageError: a key is unknown or not supported yet, or a value cannot be meant.
    """
    file = path if path.name == FILE_NAME else path / FILE_NAME
    if not file.is_file():
        raise NotFoundError(
            f"there is no {FILE_NAME} in {file.parent}",
            fix=f"name the project's folder: mltrack run FOLDER, or write a {FILE_NAME}",
        )
    data = read_bytes(file)
    top = Fields.top(parse(data, str(file)), _PROJECT)
    _check_format(top)
    params = _params(top)
    return ProjectSpec(
        name=_name(top),
        folder=file.parent,
        digest=sha256_hex(data),
        env=_env(top),
        params=params,
        entry_points=_entry_points(top, params),
    )


def _check_format(top: Fields) -> None:
    version = top.require("format", int)
    if version != FORMAT:
        raise top.fault(
            f"format {version} is not one that this mltrack reads",
            "format",
            fix=f"write format: {FORMAT}, or upgrade: pip install --upgrade mltrack-local",
        )


def _name(top: Fields) -> str:
    name: str = top.require("name", str)
    with top.located("name"):
        return check_name(name, "project")


def _env(top: Fields) -> EnvSpec:
    fields = top.section("env", _ENV)
    python, lines = fields.get("python", str), fields.texts("requirements")
    with fields.located("python"):
        wanted = specifier.parse(python) if python else specifier.Specifier()
    return EnvSpec(python=wanted, requirements=_normalised(lines, fields) if lines else ())


def _normalised(lines: tuple[str, ...], fields: Fields) -> tuple[str, ...]:
    from mltrack.envs import requirements

    with fields.located("requirements"):
        return tuple(requirements.normalised(line) for line in lines)


def _params(top: Fields) -> dict[str, Param]:
    names = top.section("params", None).names()
    return {name: read_param(top, _checked_name(name, top, "params")) for name in names}


def _entry_points(top: Fields, params: dict[str, Param]) -> dict[str, EntryPoint]:
    section = top.section("entry_points", None)
    names = [_checked_name(name, top, "entry_points") for name in section.names()]
    if not names:
        raise top.fault(
            "the project has no entry point",
            "entry_points",
            fix='add, for example: entry_points: {main: {command: [python, "train.py"]}}',
        )
    return {name: _entry(section.section(name, _ENTRY), name, params) for name in names}


def _entry(fields: Fields, name: str, params: dict[str, Param]) -> EntryPoint:
    template = fields.texts("command")
    if not template or not template[0]:
        raise fields.fault(
            f"the entry point {name} has no command", fix="command: [python, train.py]"
        )
    with fields.located("command"):
        for element in template:
            command.check(element, params)
    return EntryPoint(name=name, command=template)


def _checked_name(name: Any, top: Fields, section: str) -> str:  # noqa: ANN401 - a key of YAML
    if _NAME.match(name):
        return str(name)
    raise top.fault(
        f"{name!r} is not a name: letters, digits, _ and - after a letter", section, name
    )
