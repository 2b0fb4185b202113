"""What SQL asks Python: patterns, and the text by which a value was logged."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from mltrack.tracking.catalog.schema import NOT_A_NUMBER, NUMBER, TEXT, TRUTH


@contextmanager
def added_functions(connection: sqlite3.Connection) -> Iterator[None]:
    """Give a connection the functions that conditions use.

    What stops one of them, such as Ctrl-C in a pattern that would run for ever, is raised as it
    is: SQLite would only tell that there was something.
    """
    stops: list[BaseException] = []
    for name, count, function in (
        ("like_text", 2, _like),
        ("ilike_text", 2, _ilike),
        ("matches_text", 2, _matches),
        ("as_text", 2, as_text),
        ("dataset_of", 1, _dataset_of),
    ):
        connection.create_function(name, count, _heard(function, stops), deterministic=True)
    try:
        yield
    except sqlite3.OperationalError:
        if stops:
            raise stops[0] from None
        raise


def _heard(function: Callable[..., Any], stops: list[BaseException]) -> Callable[..., Any]:
    def call(*arguments: object) -> Any:  # noqa: ANN401 - what SQLite takes
        try:
            return function(*arguments)
        except BaseException as stop:
            stops.append(stop)
            raise

    return call


def as_text(kind: int, value: object) -> str | None:
    """Return a value of a parameter or tag as `str` has it; None of one that is no plain value."""
    if kind == TRUTH:
        return str(bool(value))
    if kind == NOT_A_NUMBER:
        return "nan"
    return str(value) if kind in {TEXT, NUMBER} else None


def _like(pattern: str, text: str | None) -> bool:
    return text is not None and _wildcards(pattern, re.DOTALL).fullmatch(text) is not None


def _ilike(pattern: str, text: str | None) -> bool:
    flags = re.DOTALL | re.IGNORECASE
    return text is not None and _wildcards(pattern, flags).fullmatch(text) is not None


def _matches(pattern: str, text: str | None) -> bool:
    return text is not None and re.search(pattern, text) is not None


@lru_cache(maxsize=64)
def _wildcards(pattern: str, flags: int) -> re.Pattern[str]:
    """Return a pattern in which `%` stands for any text and `_` for any one character."""
    signs = {"%": ".*", "_": "."}
    return re.compile("".join(signs.get(c) or re.escape(c) for c in pattern), flags)


def _dataset_of(key: str) -> str:
    """Return the name of a data set in a key such as `train.digest`."""
    return key.rpartition(".")[0]
