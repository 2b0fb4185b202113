"""What a user may set, where it was set, and what holds when nobody set it.

Order: flag, `MLTRACK_*` variable, the store's config.yaml, the user's config.yaml, default.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import IntegrityError, UsageError, nearest

CONFIG_TEMPLATE = (
    b"# The policy of this store, edited by hand; `mltrack config ls` shows what can be set.\n"
    b"format: 1\n"
)
FORMAT = 1
SETTINGS_VARIABLE = "MLTRACK_SETTINGS"
HOME_VARIABLE = "MLTRACK_HOME"

DEFAULT_STAGES: dict[str, Any] = {
    "dev": {},
    "staging": {"exclusive": True},
    "production": {"exclusive": True},
    "archived": {},
}
_MIB = 1024 * 1024


class Rule(NamedTuple):
    """What one setting may be."""

    default: Any
    kind: type
    choices: tuple[str, ...]
    meaning: str


RULES: dict[str, Rule] = {
    "durability": Rule("normal", str, ("none", "normal", "full"), "when writes reach the disk"),
    "strict": Rule(False, bool, (), "a log call that fails raises instead of warning once"),  # noqa: FBT003
    "index_branch": Rule("", str, (), "the branch on which registry.yaml is written"),
    "identity.user": Rule("email", str, ("email", "hash", "none"), "how a run names its user"),
    "identity.host": Rule("name", str, ("name", "none"), "whether a run names its host"),
    "artifacts.inline_file_bytes": Rule(_MIB, int, (), "larger files go to objects/"),
    "artifacts.inline_run_bytes": Rule(10 * _MIB, int, (), "files beyond go to objects/"),
    "capture.code": Rule(True, bool, (), "whether a run records the code that ran"),  # noqa: FBT003
    "capture.packages": Rule(True, bool, (), "whether a run records its packages"),  # noqa: FBT003
    "secrets.allow": Rule([], list, (), "keys that are never masked"),
    "stages": Rule(DEFAULT_STAGES, dict, (), "stages of a model, in order"),
    "moves": Rule({}, dict, (), "stages that may follow a stage; empty: any"),
    "gates": Rule({}, dict, (), "rules that a promotion must meet"),
}
_OPEN_KEYS = frozenset({"stages", "moves", "gates"})


class Settings:
    """The settings in force: each value and where it came from."""

    __slots__ = ("_origins", "_values")

    def __init__(self, values: dict[str, Any], origins: dict[str, str]) -> None:
        self._values = values
        self._origins = origins

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - as the rule of the key says
        """Return the value in force."""
        return self._values[key]

    def origin(self, key: str) -> str:
        """Return where the value in force was set."""
        return self._origins[key]

    def as_json(self) -> str:
        """Return all values as JSON, for a child process."""
        return json.dumps(self._values)


def resolve(*, store: Path | None, flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings in force for a store.

    Args:
        store: the store's root, or None for the user's own settings alone.
        flags: values given on the command line, by key.

    Raises:
        UsageError: a file or variable holds an unknown key or a value of the wrong kind.
    """
    handed_down = os.environ.get(SETTINGS_VARIABLE)
    layers: list[tuple[str, Mapping[str, Any]]] = [
        ("default", {k: r.default for k, r in RULES.items()})
    ]
    if handed_down:
        layers.append(("runner", json.loads(handed_down)))
    else:
        layers += _layers_of_files(store)
    layers += [("environment", _from_environment()), ("flag", flags or {})]
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, layer in layers:
        for key, value in layer.items():
            values[key] = checked(key, value, origin)
            origins[key] = origin
    return Settings(values, origins)


def _layers_of_files(store: Path | None) -> list[tuple[str, Mapping[str, Any]]]:
    files = [user_folder() / "config.yaml"]
    if store is not None:
        files.append(store / "config.yaml")
    return [(str(path), layer) for path in files if (layer := _from_file(path))]


def user_folder() -> Path:
    """Return the folder of the user's own settings and of what this user trusts."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "mltrack"


def cache_folder() -> Path:
    """Return the user's cache: `MLTRACK_HOME`, else `mltrack` in the system's folder for caches."""
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mltrack"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    if data in {CONFIG_TEMPLATE, b""}:
        return {}
    from mltrack.store.yaml_reader import parse

    document = parse(data, str(path))
    flat = _flat(document.value or {})
    if not isinstance(flat.pop("format", FORMAT), int):
        raise IntegrityError(f"{document.where('format')}: format must be a number")
    return flat


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and path not in _OPEN_KEYS:
            flat |= _flat(value, f"{path}.")
        else:
            flat[path] = value
    return flat


def _from_environment() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, rule in RULES.items():
        text = os.environ.get(f"MLTRACK_{key.replace('.', '_').upper()}")
        if text is not None and rule.kind in {str, int, bool}:
            found[key] = _from_text(text, rule.kind)
    return found


def _from_text(text: str, kind: type) -> object:
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind is int and text.lstrip("-").isdigit():
        return int(text)
    return text


def checked(key: str, value: Any, origin: str) -> Any:  # noqa: ANN401 - as the rule of the key says
    """Return a value that a key may have.

    Raises:
        UsageError: the key is unknown, or the value is of the wrong kind.
    """
    rule = RULES.get(key)
    if rule is None:
        raise UsageError(
            f"{origin}: there is no setting {key}{nearest(key, list(RULES))}",
            fix="mltrack config ls shows every setting",
        )
    if not isinstance(value, rule.kind) or (rule.kind is int and isinstance(value, bool)):
        raise UsageError(f"{origin}: {key} must be a {rule.kind.__name__}, not {value!r}")
    if rule.choices and value not in rule.choices:
        raise UsageError(f"{origin}: {key} must be one of {', '.join(rule.choices)}, not {value!r}")
    return value
