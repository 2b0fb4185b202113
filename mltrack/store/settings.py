"""What a user may set, where it was set, and what holds when nobody set it.

Order: flag, `MLTRACK_*` variable, the store's config.yaml, the user's config.yaml, default.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import UsageError, nearest
from mltrack.store.config_file import ConfigFile, Line, decode_config, read_config
from mltrack.store.folders import user_folder
from mltrack.store.layout import CONFIG

SETTINGS_VARIABLE = "MLTRACK_SETTINGS"
ENVIRONMENT, RUNNER, FLAG, DEFAULT = "environment", "runner", "flag", "default"

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
    "ranks": Rule("join", str, ("join", "separate"), "what runs the ranks of a job have"),
    "index_branch": Rule("", str, (), "the branch on which registry.yaml is written"),
    "identity.user": Rule("email", str, ("email", "hash", "none"), "how a run names its user"),
    "identity.host": Rule("name", str, ("name", "none"), "whether a run names its host"),
    "artifacts.inline_file_bytes": Rule(_MIB, int, (), "larger files go to objects/"),
    "artifacts.inline_run_bytes": Rule(10 * _MIB, int, (), "files beyond go to objects/"),
    "capture.code": Rule(True, bool, (), "whether a run records the code that ran"),  # noqa: FBT003
    "capture.packages": Rule(True, bool, (), "whether a run records its packages"),  # noqa: FBT003
    "capture.output_bytes": Rule(256 * _MIB, int, (), "how much of a command's output is kept"),
    "capture.digests": Rule(True, bool, (), "whether a model's lock asks the index for digests"),  # noqa: FBT003
    "rehearsal_timeout": Rule(300, int, (), "seconds in which a saved model must load and predict"),
    "system_metrics": Rule(False, bool, (), "whether runs sample how busy the machine is"),  # noqa: FBT003
    "system_metrics_seconds": Rule(10, int, (), "the time from one such sample to the next"),
    "secrets.allow": Rule([], list, (), "keys that are never masked"),
    "stages": Rule(DEFAULT_STAGES, dict, (), "stages of a model, in order"),
    "moves": Rule({}, dict, (), "stages that may follow a stage; empty: any"),
    "gates": Rule({}, dict, (), "rules that a promotion must meet"),
}
_BRIEF = 60
_MAX_DIGITS = 18
_WHOLE = frozenset(key for key, rule in RULES.items() if rule.kind is dict)
_KINDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number, 0 or more",
    list: "a list of texts",
    dict: "a mapping",
}


class Settings:
    """The settings in force: each value and where it came from.

    Attributes:
        warnings: a line for each thing in a file that this mltrack does not know.
    """

    __slots__ = ("_origins", "_values", "warnings")

    def __init__(
        self, values: dict[str, Any], origins: dict[str, str], warnings: Sequence[str] = ()
    ) -> None:
        self._values = values
        self._origins = origins
        self.warnings = tuple(warnings)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - as the rule of the key says
        """Return the value in force."""
        return self._values[key]

    def origin(self, key: str) -> str:
        """Return where the value in force was set: `file:line`, environment, flag, default."""
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
        UsageError: a file or variable holds a value that its key cannot have.
        IntegrityError: a file cannot be read or understood.
    """
    warnings: list[str] = []
    layers = [_all(DEFAULT, {key: rule.default for key, rule in RULES.items()})]
    handed_down = os.environ.get(SETTINGS_VARIABLE)
    if handed_down:
        layers.append(_all(RUNNER, _from_runner(handed_down)))
    else:
        files = [user_folder(), *([store] if store is not None else [])]
        layers += [_from_file(folder / CONFIG, warnings) for folder in files]
    layers += [_from_environment(), _all(FLAG, flags or {})]
    return _in_force(layers, warnings)


def settings_in(data: bytes, source: str) -> Settings:
    """Return what the bytes of a config.yaml set, and the defaults; nothing of this machine counts.

    Args:
        data: the bytes, such as a commit has them.
        source: where they come from, for errors and for origins.

    Raises:
        UsageError: they hold a value that its key cannot have.
        IntegrityError: they cannot be understood.
    """
    warnings: list[str] = []
    defaults = _all(DEFAULT, {key: rule.default for key, rule in RULES.items()})
    read = decode_config(data, source, whole=_WHOLE)
    return _in_force([defaults, _known(read, source, warnings)], warnings)


def _in_force(layers: Sequence[Mapping[str, Line]], warnings: Sequence[str]) -> Settings:
    """Return the settings that layers make, of which the later counts."""
    in_force = {key: line for layer in layers for key, line in layer.items()}
    return Settings(
        {key: line.value for key, line in in_force.items()},
        {key: line.where for key, line in in_force.items()},
        warnings,
    )


def _all(origin: str, values: Mapping[str, Any]) -> dict[str, Line]:
    return {key: Line(checked(key, value, origin), origin) for key, value in values.items()}


def _from_runner(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise UsageError(
            f"{SETTINGS_VARIABLE} does not hold the settings that a runner hands down",
            fix=f"unset {SETTINGS_VARIABLE}",
        )
    return values


def _from_file(path: Path, warnings: list[str]) -> dict[str, Line]:
    return _known(read_config(path, whole=_WHOLE), f"{path}", warnings)


def _known(read: ConfigFile, source: str, warnings: list[str]) -> dict[str, Line]:
    """Return what a file sets; what a newer mltrack may have meant is passed over and told."""
    lines, is_newer = read
    if is_newer:
        warnings.append(f"{source} is of a newer format than this mltrack writes; it is only read")
    known: dict[str, Line] = {}
    for key, (value, where) in lines.items():
        if key in RULES:
            known[key] = Line(checked(key, value, where), where)
        elif not is_newer:
            _refuse_wrong_shape(key, where)
            warnings.append(f"{where}: there is no setting {_shown(key)}, so it says nothing")
    return known


def _refuse_wrong_shape(key: str, where: str) -> None:
    """Refuse a known key that holds inner ones, and a group of keys that holds none."""
    for known, rule in RULES.items():
        if key.startswith(f"{known}."):
            raise UsageError(f"{where}: {known} must be {_KINDS[rule.kind]}, not a mapping")
        if known.startswith(f"{key}."):
            raise UsageError(f"{where}: {key} must be a mapping, with keys such as {known}")


def _shown(key: str) -> str:
    """Return a key that a file holds as it may be told, with the known one that is nearest."""
    told = key if key.isprintable() and len(key) <= _BRIEF else f"{key[:_BRIEF]!a}"
    return f"{told}{nearest(key, list(RULES))}"


def _from_environment() -> dict[str, Line]:
    found: dict[str, Line] = {}
    for key, rule in RULES.items():
        variable = variable_of(key)
        text = os.environ.get(variable)
        if text and rule.kind is not dict:
            found[key] = Line(checked(key, _from_text(text, rule.kind), variable), ENVIRONMENT)
    return found


def variable_of(key: str) -> str:
    """Return the environment variable that sets a key, of those whose value is no mapping."""
    return f"MLTRACK_{key.replace('.', '_').upper()}"


def _from_text(text: str, kind: type) -> object:
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind is int and _is_count(text):
        return int(text)
    if kind is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS


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
    if not _fits(value, rule.kind):
        raise UsageError(f"{origin}: {key} must be {_KINDS[rule.kind]}, not {value!r:.80}")
    if rule.choices and value not in rule.choices:
        choices = ", ".join(rule.choices)
        raise UsageError(f"{origin}: {key} must be one of {choices}, not {value!r:.80}")
    return value


def _fits(value: Any, kind: type) -> bool:  # noqa: ANN401 - whatever a file holds
    if kind is int:
        return type(value) is int and value >= 0
    if kind is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, kind)
