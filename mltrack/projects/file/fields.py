"""The keys of one mapping in a project file, read strictly, every fault with its file and line."""

import contextlib
from collections.abc import Iterator
from typing import Any

from mltrack.errors import UsageError, nearest
from mltrack.store.yaml_reader import Document, KeyPath

Keys = tuple[str, ...]
"""The keys that a mapping may have."""

_SHOWN = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
}


class Fields:
    """One mapping of a document: typed access to its keys."""

    __slots__ = ("_document", "_path", "_values")

    def __init__(self, document: Document, path: KeyPath, values: dict[str, Any]) -> None:
        self._document = document
        self._path = path
        self._values = values

    @classmethod
    def top(cls, document: Document, keys: Keys) -> "Fields":
        """Return the outermost mapping, with no key but those given."""
        return cls(document, (), {}).below((), document.value, keys)

    def section(self, key: str, keys: Keys | None) -> "Fields":
        """Return the mapping at a key, empty when it is absent; `keys` of None takes any."""
        return self.below((key,), self._values.get(key), keys)

    def item(self, key: str, index: int, keys: Keys) -> "Fields":
        """Return the mapping that stands in the list at a key."""
        return self.below((key, index), self._values[key][index], keys)

    def below(self, path: KeyPath, value: Any, keys: Keys | None) -> "Fields":  # noqa: ANN401
        """Return the mapping that a value is, with no key but those given; None is an empty one."""
        inner = Fields(self._document, (*self._path, *path), value or {})
        if value is not None and not isinstance(value, dict):
            raise self.fault(f"{inner.label} must be a mapping, not {_written(value)}", *path)
        if keys is None:
            return inner
        for key in inner.names():
            if key not in keys:
                raise inner.fault(
                    f"unknown key {key}{nearest(key, keys)}", key, why=f"known: {', '.join(keys)}"
                )
        return inner

    @property
    def label(self) -> str:
        """Return the keys that lead here, as people write them."""
        return ".".join(str(part) for part in self._path) or "the file"

    def names(self) -> list[str]:
        """Return the keys in the order of the file."""
        return list(self._values)

    def has(self, key: str) -> bool:
        """Tell whether a key is there, whatever its value."""
        return key in self._values

    def only_one(self, keys: Keys, what: str) -> str | None:
        """Return which of some keys is there; None when none is, and two are an error."""
        given = [key for key in self._values if key in keys]
        if len(given) > 1:
            first, second = given[:2]
            line = self._document.line(*self._path, first)
            raise self.fault(
                f"{second} stands beside {first} (line {line}), and {what}",
                second,
                fix=f"keep one of {', '.join(given)}",
            )
        return given[0] if given else None

    def get(self, key: str, kind: type) -> Any:  # noqa: ANN401 - a value of `kind`
        """Return the value at a key, or None when it is absent; a whole number is a number too."""
        value = self._values.get(key)
        if value is None:
            if self.has(key) and kind is not list:
                raise self.fault(f"{key} is empty", key, fix="give it a value, or remove the line")
            return None
        if type(value) is kind or (kind is float and type(value) is int):
            return value
        fix = f'write it in quotes: "{_written(value)}"' if kind is str else ""
        raise self.fault(f"{key} must be {_SHOWN[kind]}, not {_written(value)}", key, fix=fix)

    def require(self, key: str, kind: type) -> Any:  # noqa: ANN401 - a value of `kind`
        """Return the value at a key that must be there."""
        value = self.get(key, kind)
        if value is None:
            raise self.fault(f"{self.label} has no {key}", fix=f"add {key}: to it")
        return value

    def raw(self, key: str) -> Any:  # noqa: ANN401 - any value of YAML
        """Return the value at a key as it was read, or None when it is absent."""
        return self._values.get(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when it is absent."""
        items = self.get(key, list) or []
        for index, item in enumerate(items):
            if not isinstance(item, str):
                message = f"{key} holds {_written(item)}, which is no text"
                raise self.fault(message, key, index, fix=_quoted(item))
        return tuple(items)

    def fault(self, message: str, *path: str | int, why: str = "", fix: str = "") -> UsageError:
        """Return an error that says where in the file the fault is."""
        where = self._document.where(*self._path, *path)
        return UsageError(f"{where}: {message}", why=why, fix=fix)

    @contextlib.contextmanager
    def located(self, *path: str | int) -> Iterator[None]:
        """Say of an error raised inside where in the file its cause is."""
        try:
            yield
        except UsageError as error:
            raise self.fault(error.message, *path, why=error.why, fix=error.fix) from None


def _quoted(item: object) -> str:
    if isinstance(item, dict) and len(item) == 1:
        return f'a placeholder needs quotes: "{{{next(iter(item))}}}"'
    return f'write it in quotes: "{_written(item)}"'


def _written(value: object) -> str:
    """Return a value as people write it in YAML, or nearly so."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return repr(value)
