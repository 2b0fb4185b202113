"""Typed parameters: what a text stands for, what a value may be, and every parameter its value."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mltrack.errors import UsageError, nearest
from mltrack.projects import templates
from mltrack.projects.spec import TEXTS, EntryPoint, Param, ParamType, ProjectSpec, Value

_INT = re.compile(r"[-+]?[0-9]{1,4000}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z|[-+]?(nan|inf)\Z")
_BOOLS = {"true": True, "false": False}
_KINDS: dict[ParamType, tuple[type, ...]] = {
    ParamType.STR: (str,),
    ParamType.PATH: (str,),
    ParamType.URI: (str,),
    ParamType.INT: (int,),
    ParamType.FLOAT: (float, int),
    ParamType.BOOL: (bool,),
    ParamType.LIST: (list, tuple),
    ParamType.DATETIME: (datetime,),
}


def bound(params: Mapping[str, Param], given: Mapping[str, object]) -> dict[str, Value]:
    """Return the value of every declared parameter, given or default, in the order declared.

    Args:
        params: what the project declares.
        given: by name; a text is read by the parameter's type, anything else must be of that type.

    Raises:
        UsageError: a name is not declared, a value is missing or may not be.
    """
    for name in given:
        if name not in params:
            raise UsageError(
                f"the project declares no parameter {name}{nearest(name, list(params))}",
                why=f"declared: {', '.join(params) or 'none'}",
                fix="declare it under params in project.yaml, or correct the name",
            )
    missing = [p.name for p in params.values() if p.required and p.name not in given]
    if missing:
        raise UsageError(
            f"no value for the required parameter {', '.join(missing)}",
            fix=" ".join(f"-P {name}=VALUE" for name in missing),
        )
    return {
        name: value_of(param, given[name]) if name in given else param.default
        for name, param in params.items()
    }


def bound_to(spec: ProjectSpec, entry: EntryPoint, given: Mapping[str, object]) -> dict[str, Value]:
    """Return the value of every parameter that an entry point takes, in the order declared.

    Raises:
        UsageError: a name is not declared or taken, a value is missing or may not be.
    """
    taken = {name: param for name, param in spec.params.items() if entry.takes(name)}
    for name in given:
        if name in spec.params and name not in taken:
            raise _not_taken(spec, entry, name)
    return bound(taken, given)


def value_of(param: Param, given: object) -> Value:
    """Return what was given for a parameter as a value of its type, inside its bounds.

    Raises:
        UsageError: the value is of another type, out of bounds, or not among the choices.
    """
    text = isinstance(given, str) and param.type not in TEXTS
    value = _read(param, str(given)) if text else typed(param, given)
    return allowed(param, value)


def typed(param: Param, value: object) -> Value:
    """Return a value that is of the parameter's type already; an int will do for a float."""
    if not _is_of(param.type, value):
        raise _wrong(param, value)
    if isinstance(value, list | tuple) and param.type is ParamType.LIST:
        if not all(_is_of(param.items, item) and _passes(item) for item in value):
            raise _wrong(param, value)
        return list(value)
    if param.type is ParamType.FLOAT and isinstance(value, int):
        return float(value)
    if not _passes(value):
        raise _wrong(param, value)
    return value  # type: ignore[return-value] # _is_of has just told


def allowed(param: Param, value: Value) -> Value:
    """Return a value that lies within the bounds and among the choices of its parameter."""
    if isinstance(value, int | float):
        if param.minimum is not None and not value >= param.minimum:
            raise _refused(param, value, f"it must be at least {param.minimum}")
        if param.maximum is not None and not value <= param.maximum:
            raise _refused(param, value, f"it must be at most {param.maximum}")
    if param.choices and value not in param.choices:
        listed = ", ".join(shown(choice) for choice in param.choices)
        raise _refused(param, value, f"it must be one of {listed}")
    return value


def shown(value: Value) -> str:
    """Return a value as a command's argument: text as it is, lists and JSON as compact JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=shown)
    return str(value)


def recorded(value: Value) -> Value:
    """Return a value as a run's record keeps it; only a time becomes a text."""
    if isinstance(value, list):
        return [recorded(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _passes(value: Any) -> bool:  # noqa: ANN401 - any value of a parameter
    """Tell whether a program can be given a value; a number always can."""
    return not isinstance(value, str | list | dict) or templates.passes(shown(value))


def _is_of(kind: ParamType, value: object) -> bool:
    if kind is ParamType.JSON:
        return True
    if isinstance(value, bool):
        return kind is ParamType.BOOL
    return isinstance(value, _KINDS[kind])


def _read(param: Param, text: str) -> Value:
    try:
        value = _list(param, text) if param.type is ParamType.LIST else _scalar(param.type, text)
        can_be_told = _passes(value)
    except (ValueError, RecursionError):
        can_be_told = False
    if not can_be_told:
        raise _wrong(param, text)
    return value


def _list(param: Param, text: str) -> Value:
    """Read a JSON array, or items between commas."""
    if text.startswith("["):
        return typed(param, json.loads(text))
    return [_scalar(param.items, item.strip()) for item in text.split(",")] if text else []


def _scalar(kind: ParamType, text: str) -> Value:
    readers: dict[ParamType, Callable[[str], Any]] = {
        ParamType.INT: _int,
        ParamType.FLOAT: _float,
        ParamType.BOOL: _bool,
        ParamType.JSON: json.loads,
        ParamType.DATETIME: datetime.fromisoformat,
    }
    return readers.get(kind, str)(text)  # type: ignore[no-any-return] # each as its type says


def _int(text: str) -> int:
    if not _INT.match(text):
        raise ValueError(text)
    return int(text)


def _float(text: str) -> float:
    if not _FLOAT.match(text):
        raise ValueError(text)
    return float(text)


def _bool(text: str) -> bool:
    if text not in _BOOLS:
        raise ValueError(text)
    return _BOOLS[text]


def _wrong(param: Param, value: object) -> UsageError:
    return UsageError(
        f"the parameter {param.name} cannot be {value!r}: it is of type {_described(param)}",
        why=param.help,
        fix=f"-P {param.name}={_EXAMPLES[param.type]}",
    )


def _refused(param: Param, value: Value, reason: str) -> UsageError:
    return UsageError(
        f"the parameter {param.name} cannot be {shown(value)!r}: {reason}",
        why=param.help,
        fix=f"take a value such as {shown(_nearest_allowed(param, value))}",
    )


def _not_taken(spec: ProjectSpec, entry: EntryPoint, name: str) -> UsageError:
    takers = [other.name for other in spec.entry_points.values() if other.takes(name)]
    return UsageError(
        f"the entry point {entry.name} does not take the parameter {name}",
        why=f"it is taken by {', '.join(takers) or 'no entry point'}",
        fix=f"run it with -e {takers[0]}" if takers else f"leave -P {name} out",
    )


def _nearest_allowed(param: Param, value: Value) -> Value:
    if param.choices:
        return param.choices[0]
    above = isinstance(value, int | float) and param.maximum is not None and value > param.maximum
    return param.maximum if above or param.minimum is None else param.minimum


def _described(param: Param) -> str:
    return f"list of {param.items}" if param.type is ParamType.LIST else str(param.type)


_EXAMPLES = {
    ParamType.STR: "text",
    ParamType.PATH: "data/file.csv",
    ParamType.URI: "https://example.org/file.csv",
    ParamType.INT: "10",
    ParamType.FLOAT: "0.1",
    ParamType.BOOL: "true",
    ParamType.LIST: "'1,2,3'",
    ParamType.JSON: "'{\"key\": 1}'",
    ParamType.DATETIME: "2026-01-31T12:00:00",
}
