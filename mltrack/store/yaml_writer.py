"""Write YAML with the standard library alone: a small subset that every YAML reader understands.

Block mappings, flow lists of plain values, every text in double quotes (YAML 1.2.2, section 7.3.1).
"""

import json
import math
import re
from json.encoder import encode_basestring
from typing import Any

_PLAIN_KEY = r"[A-Za-z_][A-Za-z0-9_./-]*\Z"
_WORD_KEYS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
SIMPLE_KEY_LENGTH = 1000
"""A key longer than YAML's 1024 must be marked with `? ` (YAML 1.2.2, section 7.4.2)."""
_UNSAFE = "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
_FLOW_WIDTH = 100
MAX_DEPTH = 64
MAX_DIGITS = 600
"""Of an integer; Python itself can be told to read no more than 640."""
_MAX_INDENT = 2 * (MAX_DEPTH - 2)

Plain = None | bool | int | float | str


def dump(value: dict[str, Any] | list[Any], *, comment: str = "") -> bytes:
    """Return a mapping, or a list, as YAML in UTF-8, ending in one newline.

    Args:
        value: a tree of dict, list, str, int, float, bool and None; keys are texts.
        comment: lines to stand at the top, each behind `# `.

    What readers would refuse is written as text: anything nested deeper than `MAX_DEPTH`, as JSON,
    and integers of more than `MAX_DIGITS` digits.

    Raises:
        TypeError: the tree holds something else.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    if isinstance(value, dict):
        lines += _mapping(value, "") or ["{}"]
    else:
        lines += _sequence(value, "") or ["[]"]
    return ("\n".join(lines) + "\n").encode()


def _mapping(value: dict[str, Any], indent: str) -> list[str]:
    lines: list[str] = []
    for key, item in value.items():
        name = key_text(key)
        if len(name) > SIMPLE_KEY_LENGTH:
            lines += [f"{indent}? {name}", *_entry(f"{indent}:", item, indent)]
        else:
            lines += _entry(f"{indent}{name}:", item, indent)
    return lines


def _entry(start: str, item: Any, indent: str) -> list[str]:  # noqa: ANN401 - any plain tree
    if type(item) is str or not isinstance(item, dict | list | tuple):
        return [f"{start} {scalar(item)}"]
    if not item:
        return [f"{start} {'{}' if isinstance(item, dict) else '[]'}"]
    if len(indent) >= _MAX_INDENT:
        return [f"{start} {_text(json.dumps(item, ensure_ascii=False))}"]
    if isinstance(item, dict):
        return [start, *_mapping(item, indent + "  ")]
    flow = _flow(item)
    if flow is not None and len(flow) <= _FLOW_WIDTH:
        return [f"{start} {flow}"]
    return [start, *_sequence(item, indent + "  ")]


def _sequence(items: "list[Any] | tuple[Any, ...]", indent: str) -> list[str]:
    lines: list[str] = []
    for item in items:
        if isinstance(item, dict) and item and len(indent) < _MAX_INDENT:
            first, *rest = _mapping(item, indent + "  ")
            lines += [f"{indent}- {first.lstrip()}", *rest]
        else:
            lines += _entry(f"{indent}-", item, indent)
    return lines


def _flow(items: "list[Any] | tuple[Any, ...]") -> str | None:
    if any(isinstance(item, dict | list | tuple) for item in items):
        return None
    return f"[{', '.join(scalar(item) for item in items)}]"


def key_text(key: str) -> str:
    """Return a key as it stands in a file, without its colon."""
    if not isinstance(key, str):
        raise TypeError(f"a key must be a text, not {type(key).__name__}")
    plain = (key.isidentifier() and key.isascii()) or re.match(_PLAIN_KEY, key)
    if plain and key.lower() not in _WORD_KEYS:
        return key
    return scalar(key)


def scalar(value: Plain) -> str:
    """Return one value as it stands in a file."""
    if type(value) is str:
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(int(value))
    if isinstance(value, float):
        return _float(float(value))
    if isinstance(value, str):
        return _text(value)
    raise TypeError(f"cannot write a {type(value).__name__} as YAML")


def _integer(value: int) -> str:
    text = str(value)
    return text if len(text) <= MAX_DIGITS else _text(text)


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    mantissa, exponent, power = text.partition("e")
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text


def _text(value: str) -> str:
    if value.isascii() and value.isprintable():
        return encode_basestring(value)
    whole = value.encode("utf-8", "replace").decode()
    return re.sub(_UNSAFE, lambda m: f"\\u{ord(m[0]):04x}", encode_basestring(whole))
