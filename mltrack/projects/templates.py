"""Texts with `{name}` in them: each is filled in alone, so that no value becomes two arguments."""

import os
import re
from collections.abc import Collection, Iterator, Mapping

from mltrack.errors import UsageError, nearest

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]|[^{}]+")


def check(element: str, known: Collection[str]) -> None:
    """Say that an element of a command can be formatted.

    Raises:
        UsageError: no program can be given it, a brace stands alone, or a placeholder names no
            parameter.
    """
    if not passes(element):
        raise UsageError(f"{element!r} holds a character that no command can hold", fix="remove it")
    for token, name in _tokens(element):
        if token in {"{", "}"}:
            raise UsageError(
                f"a brace stands alone in {element!r}",
                fix="write {{ or }} to mean the brace itself",
            )
        if name is not None and name not in known:
            raise UsageError(
                f"{token} in {element!r} names no parameter{nearest(name, list(known))}",
                fix="declare it under params, or write {{ and }} to mean the braces themselves",
            )


def check_name(name: str, declared: Collection[str]) -> None:
    """Say that a parameter is declared.

    Raises:
        UsageError: it is not.
    """
    if name not in declared:
        raise UsageError(
            f"{name} is no parameter of the project{nearest(name, list(declared))}",
            why=f"declared: {', '.join(declared) or 'none'}",
            fix="declare it under params, or correct the name",
        )


def passes(text: str) -> bool:
    """Tell whether the system can hand a text to a program as one argument."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def names_in(element: str) -> list[str]:
    """Return the name in each placeholder, once, in the order in which they stand there."""
    return list(dict.fromkeys(name for _, name in _tokens(element) if name is not None))


def formatted(element: str, values: Mapping[str, str]) -> str:
    """Return the element in which every placeholder has its parameter's value."""
    parts = []
    for token, name in _tokens(element):
        if name is not None:
            parts.append(values[name])
        else:
            parts.append(token[0] if token in {"{{", "}}"} else token)
    return "".join(parts)


def _tokens(element: str) -> Iterator[tuple[str, str | None]]:
    """Yield each piece of an element, and the name where the piece is a placeholder."""
    return ((match[0], match["name"]) for match in _TOKEN.finditer(element))
