"""Turn texts and trees of plain values into bytes that depend on nothing else."""

import json
from collections.abc import Mapping
from typing import Any

from mltrack.errors import BadValueError
from mltrack.store.journal import jsonable
from mltrack.store.yaml_writer import dump
from mltrack.tracking.contents.scalars import plain_scalar
from mltrack.tracking.contents.suffixes import form_of

FORMS = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}
MAX_DEPTH = 60
Tree = Any
"""Dicts with texts as keys, lists, texts, numbers, true, false and None."""


def text_bytes(text: str) -> bytes:
    """Return a text in UTF-8, as it is: no line end is changed or added.

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"log_text keeps a text, not {type(text).__name__}")
    return text.encode("utf-8", "replace")


def checked_tree(tree: object, to: str) -> Tree:
    """Return a mapping or list as a tree of plain values that the form of `to` can hold.

    Raises:
        TypeError: it is neither, or holds what JSON has no form for; the message says where.
        BadValueError: a dict has one key twice, it is too deep, or the suffix of `to` is unknown.
    """
    form_of(to, FORMS, "log_dict")
    if not isinstance(tree, Mapping | list | tuple):
        raise TypeError(f"log_dict keeps a dict or a list, not {type(tree).__name__}")
    return _plain(tree, "", 0)


def tree_bytes(tree: Tree, to: str) -> bytes:
    """Return a checked tree as JSON or YAML, keys in their order, ending in one newline."""
    if form_of(to, FORMS, "log_dict") == "yaml":
        return dump(tree)
    text = json.dumps(jsonable(tree), ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode("utf-8", "replace")


def _plain(value: object, place: str, depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise BadValueError(f"log_dict: the value is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return _plain_mapping(value, place, depth)
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{i}]", depth + 1) for i, item in enumerate(value)]
    if value is None:
        return None
    if isinstance(value, str | int | float):
        return plain_scalar(value)
    held = value.tolist() if hasattr(value, "tolist") else None
    if held is None or type(held) is type(value):
        where = f" at {place.removeprefix('.')}" if place else ""
        raise TypeError(
            f"log_dict: the value{where} is of type {type(value).__name__}, "
            "for which JSON has no form"
        )
    return _plain(held, place, depth + 1)


def _plain_mapping(value: Mapping[Any, object], place: str, depth: int) -> dict[str, Tree]:
    tree: dict[str, Tree] = {}
    for key, item in value.items():
        if not isinstance(key, str | int):
            raise TypeError(f"log_dict: the key {key!r:.60} must be a text or an integer")
        name = str.__str__(key) if isinstance(key, str) else str(int(key))
        if name in tree:
            raise BadValueError(f"log_dict: two keys read {name!r:.60}")
        tree[name] = _plain(item, f"{place}.{name:.60}", depth + 1)
    return tree
