"""Read one parameter's declaration from a project file."""

from mltrack.errors import UsageError, nearest
from mltrack.projects import params
from mltrack.projects.fields import Fields, Keys
from mltrack.projects.spec import Param, ParamType, Value

_KEYS = Keys(
    known=("type", "default", "min", "max", "choices", "optional", "items", "help"),
    later=("sha256", "keep"),
)
_NO_ITEMS = frozenset({ParamType.LIST, ParamType.JSON, ParamType.DATETIME})
_NUMBERS = frozenset({ParamType.INT, ParamType.FLOAT})


def read_param(top: Fields, name: str) -> Param:
    """Return the parameter that `params.NAME` declares.

    Raises:
        UsageError: a key is unknown, or a value is not of the parameter's own type.
    """
    fields = top.section("params", None).section(name, _KEYS)
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
    )
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
    if fields.has("items") and kind is not ParamType.LIST:
        raise fields.fault(f"items is for list, not for {kind}", "items")
    if fields.raw("items") in _NO_ITEMS:
        raise fields.fault("a list holds texts, numbers or bools; else use json", "items")


def _choices(fields: Fields, param: Param) -> tuple[Value, ...]:
    choices = fields.get("choices", list) or []
    with fields.located("choices"):
        return tuple(_of_file(param, choice) for choice in choices)


def _default(fields: Fields, param: Param) -> Value:
    default = fields.raw("default")
    if default is None:
        return None
    with fields.located("default"):
        return params.allowed(param, _of_file(param, default))


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
