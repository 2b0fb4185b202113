"""Read one parameter's declaration from a project file."""

import math
import re

from mltrack.errors import UsageError, nearest
from mltrack.projects import params
from mltrack.projects.file.fields import Fields
from mltrack.projects.spec import DATA, Param, ParamType, Value

KEYS = (
    "type",
    "default",
    "min",
    "max",
    "choices",
    "optional",
    "items",
    "help",
    "sha256",
    "keep",
)
_NO_ITEMS = frozenset({ParamType.LIST, ParamType.JSON, ParamType.DATETIME})
_NUMBERS = frozenset({ParamType.INT, ParamType.FLOAT})
_SHA256 = r"[0-9a-fA-F]{64}\Z"


def read_param(top: Fields, name: str) -> Param:
    """Return the parameter that `params.NAME` declares.

    Raises:
        UsageError: a key is unknown, or a value is not of the parameter's own type.
    """
    fields = top.section("params", None).section(name, KEYS)
    kind = _type(fields, "type")
    _check_keys_fit(fields, kind)
    param = Param(
        name=name,
        type=kind,
        optional=fields.get("optional", bool) or False,
        minimum=fields.get("min", float),
        maximum=fields.get("max", float),
        items=_type(fields, "items"),
        help=fields.get("help", str) or "",
        sha256=_sha256(fields),
        keep=fields.get("keep", bool) or False,
    )
    _check_bounds(fields, param)
    param = param._replace(choices=_choices(fields, param))
    return param._replace(default=_default(fields, param))


def _type(fields: Fields, key: str) -> ParamType:
    text = fields.get(key, str) or ParamType.STR
    types = [str(kind) for kind in ParamType]
    if text not in types:
        raise fields.fault(
            f"there is no type {text}{nearest(text, types)}", key, why=f"types: {', '.join(types)}"
        )
    return ParamType(text)


def _check_keys_fit(fields: Fields, kind: ParamType) -> None:
    for key in ("min", "max"):
        if fields.has(key) and kind not in _NUMBERS:
            raise fields.fault(f"{key} is for int and float, not for {kind}", key)
    for key in ("sha256", "keep"):
        if fields.has(key) and kind not in DATA:
            raise fields.fault(f"{key} is for path and uri, not for {kind}", key)
    if fields.has("items") and kind is not ParamType.LIST:
        raise fields.fault(f"items is for list, not for {kind}", "items")
    if fields.raw("items") in _NO_ITEMS:
        raise fields.fault("a list holds texts, numbers or bools; else use json", "items")


def _sha256(fields: Fields) -> str:
    digest: str = fields.get("sha256", str) or ""
    if digest and not re.match(_SHA256, digest):
        raise fields.fault(
            f"{digest!r} is no sha256",
            "sha256",
            fix="give its 64 hexadecimal digits: sha256sum FILE",
        )
    return digest.lower()


def _check_bounds(fields: Fields, param: Param) -> None:
    low, high = param.minimum, param.maximum
    for key, bound in (("min", low), ("max", high)):
        if bound is not None and math.isnan(bound):
            raise fields.fault(f"{key} is not a number that another can be held against", key)
    if low is not None and high is not None and not low <= high:
        raise fields.fault(f"min is {low} and max is {high}: no value fits", "min")


def _choices(fields: Fields, param: Param) -> tuple[Value, ...]:
    choices = fields.get("choices", list) or []
    found = []
    for index, choice in enumerate(choices):
        with fields.located("choices", index):
            found.append(params.allowed(param, _of_file(param, choice)))
    return tuple(found)


def _default(fields: Fields, param: Param) -> Value:
    default = fields.raw("default")
    if default is None:
        _check_not_empty(fields)
        return None
    with fields.located("default"):
        return params.allowed(param, _of_file(param, default))


def _check_not_empty(fields: Fields) -> None:
    if fields.has("default"):
        raise fields.fault(
            "default is empty", "default", fix="give it a value, or write optional: true instead"
        )


def _of_file(param: Param, value: object) -> Value:
    """Return a value of the file; a time alone is written as a text there."""
    if param.type is ParamType.DATETIME and isinstance(value, str):
        return params.value_of(param._replace(choices=()), value)
    try:
        return params.typed(param, value)
    except UsageError as error:
        wants_quotes = isinstance(value, int | float) and param.type in {"str", "path", "uri"}
        raise UsageError(
            error.message, fix=f'write it in quotes: "{value}"' if wants_quotes else ""
        ) from None
