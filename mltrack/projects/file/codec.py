"""Read `project.yaml`, format 1, strictly: what cannot be meant is named by file and line."""

import re
from pathlib import Path

from mltrack.errors import NotFoundError
from mltrack.projects.file.entry_codec import read_entry
from mltrack.projects.file.env_codec import read_env
from mltrack.projects.file.fields import Fields
from mltrack.projects.file.param_codec import read_param
from mltrack.projects.file.places import is_file
from mltrack.projects.file.result_codec import read_outputs, read_verification
from mltrack.projects.spec import FILE_NAME, EntryPoint, Param, ProjectSpec
from mltrack.store.names import check_name
from mltrack.store.sha256 import sha256_hex
from mltrack.store.yaml_reader import parse, read_bytes

FORMAT = 1
KEYS = ("format", "name", "env", "params", "entry_points", "outputs", "verify")
HELP = "help"
"""No parameter is called so: with `args: auto`, `--help` is a question to the program."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")


def read(path: Path) -> ProjectSpec:
    """Return the project that a folder, or its `project.yaml`, describes.

    Raises:
        NotFoundError: there is no such file.
        IntegrityError: it is no YAML of the kind that is read here.
        UsageError: a key is unknown, or a value cannot be meant.
    """
    file = path if path.name == FILE_NAME else path / FILE_NAME
    if not is_file(file):
        raise NotFoundError(
            f"there is no {FILE_NAME} in {file.parent}",
            fix=f"name the project's folder: mltrack run FOLDER, or write a {FILE_NAME}",
        )
    data = read_bytes(file)
    top = Fields.top(parse(data, str(file)), KEYS)
    _check_format(top)
    params = _params(top)
    return ProjectSpec(
        name=_name(top),
        folder=file.parent,
        digest=sha256_hex(data),
        env=read_env(top, file.parent),
        params=params,
        entry_points=_entry_points(top, params, file.parent),
        outputs=read_outputs(top),
        verification=read_verification(top),
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


def _params(top: Fields) -> dict[str, Param]:
    names = top.section("params", None).names()
    if HELP in names:
        raise top.fault(
            "no parameter can be called help", "params", HELP, fix="give it another name"
        )
    return {name: read_param(top, _checked_name(name, top, "params")) for name in names}


def _entry_points(top: Fields, params: dict[str, Param], folder: Path) -> dict[str, EntryPoint]:
    section = top.section("entry_points", None)
    names = [_checked_name(name, top, "entry_points") for name in section.names()]
    if not names:
        raise top.fault(
            "the project has no entry point",
            "entry_points",
            fix='add, for example: entry_points: {main: {command: [python, "train.py"]}}',
        )
    return {name: read_entry(section, name, params, folder) for name in names}


def _checked_name(name: str, top: Fields, section: str) -> str:
    if _NAME.match(name):
        return name
    raise top.fault(
        f"{name!r} is not a name: letters, digits, _ and - after a letter", section, name
    )
