"""Read back what our own writer wrote, without a YAML library; anything else is left to one.

The writer gives each value a line of its own (`yaml_writer`). A text of these lines alone is read
here some ten times as fast as by a YAML library, which needs not even be imported for it.
"""

import json
import re
from typing import Any

from mltrack.store.repeats import ONCE

MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 60
_MAX_KEY = 1000

_PLAIN = '[^"\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*+'
_ESCAPE = r'\\["\\bfnrt]|\\u(?!d[89a-f])[0-9a-f]{4}'
_TEXT = f'"{_PLAIN}(?:(?:{_ESCAPE}){_PLAIN})*{ONCE}"'
_NUMBER = r"-?(?:0|[1-9][0-9]{0,500})(?:\.[0-9]++(?:e[+-]?[0-9]++)?)?"
_SCALAR = rf"(?:{_TEXT}|{_NUMBER}|null|true|false|\.nan|-?\.inf)"
_FLOW = rf"\[{_SCALAR}(?:, {_SCALAR})*{ONCE}\]"
_LINE = re.compile(
    rf"(((?:  )*{ONCE})(- )?(?:([A-Za-z_][A-Za-z0-9_./-]*+|{_TEXT}):(?: |(?=\n)))?"
    rf"({_SCALAR}|\{{\}}|\[\]|{_FLOW})?\n)"
)
"""A line; in it its indent, the dash of an item, a key, a value."""
_ITEM = re.compile(_SCALAR)
_WORDS: dict[str, Any] = {
    "null": None,
    "true": True,
    "false": False,
    ".nan": float("nan"),
    ".inf": float("inf"),
    "-.inf": float("-inf"),
}
Line = tuple[str, str, str, str, str]


def own_mapping(data: bytes) -> dict[str, Any] | None:
    """Return the mapping that our own writer wrote; None where the bytes may be anybody's.

    What is returned is what a whole YAML reader returns of the same bytes.
    """
    if not data or len(data) > MAX_BYTES:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    lines = _LINE.findall(text)
    if sum([len(line[0]) for line in lines]) != len(text):  # else there is something between them
        return None
    return _built(lines)


def _built(  # noqa: C901 - one loop, for a call a line would double its time
    lines: list[Line],
) -> dict[str, Any] | None:
    """Return what lines say together; None where one is not where our writer would put it."""
    root: dict[str, Any] = {}
    above: list[tuple[int, Any]] = []
    holder: Any = root  # the innermost open container, and the indent of its lines
    level = 0
    waiting: str | None = None  # the key whose value stands in the lines below it
    for _, indent, dash, key, value in lines:
        depth = len(indent)
        if waiting is not None:
            begun: Any = [] if dash else {}
            if depth != level + 2 or len(above) > _MAX_DEPTH:
                return None
            holder[waiting] = begun
            above.append((level, holder))
            level, holder, waiting = depth, begun, None
        while level > depth:
            level, holder = above.pop()
        if level != depth or (dash != "") != (type(holder) is list):
            return None
        if dash:
            if not key:
                if not value:
                    return None
                holder.append(_value(value))
                continue
            above.append((level, holder))
            holder.append({})
            level, holder = depth + 2, holder[-1]
        elif not key:
            return None
        name = key if key[0] != '"' else _text(key)
        if name in holder or len(key) > _MAX_KEY:
            return None
        holder[name] = _value(value) if value else None
        waiting = None if value else name
    return root if waiting is None else None


def _value(token: str) -> Any:  # noqa: ANN401 - any plain value
    first = token[0]
    if first == '"':
        return _text(token)
    if first == "{":
        return {}
    if first == "[":
        return [_value(item) for item in _ITEM.findall(token)]
    if token in _WORDS:
        return _WORDS[token]
    return float(token) if "." in token else int(token)


def _text(token: str) -> str:
    return json.loads(token) if "\\" in token else token[1:-1]
