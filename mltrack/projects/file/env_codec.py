"""Read `env`: the Python, the source of packages, and the variables that a project asks for."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from mltrack.envs import specifier
from mltrack.envs.spec import EnvSpec, Index, Pyproject
from mltrack.errors import UsageError
from mltrack.projects.file.fields import Fields
from mltrack.projects.file.places import file_named
from mltrack.projects.templates import passes

SOURCES = ("requirements", "requirements_file", "pyproject", "lock")
KEYS = (
    "python",
    *SOURCES,
    "constraints",
    "index",
    "vars",
    "pass",
    "secrets",
    "system_site_packages",
)
PYPROJECT_KEYS = ("path", "extras", "groups")
INDEX_KEYS = ("url", "extra")

_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*\Z"
_PASSED = r"(?=.*[A-Za-z0-9])[A-Za-z0-9_*?]+\Z"
_OURS = r"MLTRACK_|CONDA_|(PATH|PYTHONPATH|PYTHONHOME|PYTHONNOUSERSITE|VIRTUAL_ENV)\Z"
_WORD = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z"


def read_env(top: Fields, folder: Path) -> EnvSpec:
    """Return what `env` asks for; paths in it count from `folder`.

    Raises:
        UsageError: a key is unknown, two sources are named, or a value cannot be meant.
    """
    fields = top.section("env", KEYS)
    source = fields.only_one(SOURCES, "an environment has one source of packages")
    if source == "lock" and fields.has("constraints"):
        raise fields.fault(
            "constraints are of no use beside a lock", "constraints", fix="remove it"
        )
    return EnvSpec(
        python=_python(fields),
        folder=folder,
        requirements=_requirements(fields),
        requirements_file=_file(fields, "requirements_file", folder),
        pyproject=_pyproject(fields, folder) if source == "pyproject" else None,
        lock=_file(fields, "lock", folder),
        constraints=_file(fields, "constraints", folder),
        indexes=_indexes(fields),
        variables=_variables(fields),
        passed=_each(fields, "pass", _passed),
        secrets=_each(fields, "secrets", _variable),
        system_site_packages=fields.get("system_site_packages", bool) or False,
    )


def _python(fields: Fields) -> specifier.Specifier:
    python = fields.get("python", str)
    with fields.located("python"):
        return specifier.Specifier() if python is None else specifier.parse(python)


def _requirements(fields: Fields) -> tuple[str, ...]:
    if not fields.texts("requirements"):
        return ()
    from mltrack.envs import requirements

    return _each(fields, "requirements", requirements.normalised)


def _file(fields: Fields, key: str, folder: Path) -> Path | None:
    text = fields.get(key, str)
    with fields.located(key):
        return None if text is None else file_named(text, folder)


def _pyproject(fields: Fields, folder: Path) -> Pyproject:
    inner = fields.section("pyproject", PYPROJECT_KEYS)
    with inner.located("path"):
        path = file_named(inner.get("path", str) or "pyproject.toml", folder)
    return Pyproject(path, _each(inner, "extras", _word), _each(inner, "groups", _word))


def _indexes(fields: Fields) -> Index:
    inner = fields.section("index", INDEX_KEYS)
    url = inner.get("url", str)
    with inner.located("url"):
        url = None if url is None else _url(url)
    return Index(url, _each(inner, "extra", _url))


def _variables(fields: Fields) -> Mapping[str, str]:
    inner = fields.section("vars", None)
    values = {}
    for name in inner.names():
        values[name] = inner.require(name, str)
        with inner.located(name):
            _check_variable(name, values[name])
    twice = [name for name in fields.texts("secrets") if name in values]
    if twice:
        raise inner.fault(f"{twice[0]} is one of the secrets, which no file keeps", twice[0])
    return values


def _check_variable(name: str, value: str) -> None:
    _variable(name)
    if re.match(_OURS, name):
        raise UsageError(
            f"{name} is set, or taken away, by the runner itself",
            why="a project gets its Python from env, and its modules from its own folder",
            fix="remove it",
        )
    if not passes(value):
        raise UsageError(f"{name} holds a character that no variable can hold", fix="remove it")


def _variable(name: str) -> str:
    if re.match(_VARIABLE, name):
        return name
    raise UsageError(f"{name!r} is no name of a variable", fix="as in: OMP_NUM_THREADS")


def _passed(text: str) -> str:
    if re.match(_PASSED, text):
        return text
    raise UsageError(
        f"{text!r} does not say which variables are passed",
        why="what is passed is kept in the record of each run",
        fix="write names, or the part that they share: [CUDA_VISIBLE_DEVICES, SLURM_*]",
    )


def _word(text: str) -> str:
    if re.match(_WORD, text):
        return text
    raise UsageError(f"{text!r} is no name of an extra or a group")


def _url(text: str) -> str:
    scheme, host = _parts(text)
    if scheme not in {"http", "https"} or not host:
        raise UsageError(
            f"{text!r} is no address of a package index",
            fix="as in: https://pypi.org/simple (for folders: mltrack run --find-links FOLDER)",
        )
    if "@" in host:
        raise UsageError(
            f"the address of {host.rpartition('@')[2]} holds a user name or a password",
            why="git keeps them for ever",
            fix="give them to the installer: its own settings, keyring, or ~/.netrc",
        )
    return text


def _parts(text: str) -> tuple[str, str]:
    """Return the scheme of an address and what stands for its host; empty where it is none."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        is_address = bool(parts.hostname) and text.isprintable() and " " not in text
    except ValueError:
        return "", ""
    return (parts.scheme, parts.netloc) if is_address else ("", "")


def _each(fields: Fields, key: str, read: Callable[[str], str]) -> tuple[str, ...]:
    """Return each text of a list as `read` gives it back, its faults with their lines."""
    found = []
    for index, text in enumerate(fields.texts(key)):
        with fields.located(key, index):
            found.append(read(text))
    return tuple(found)
