"""The keys of one mapping in a project file, read strictly, every fault with its file and line."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from mltrack.errors import UsageError, nearest
from mltrack.store.yaml_reader import Document, KeyPath

_SHOWN = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
}


class Keys(NamedTuple):
    """The keys that a mapping may have: those read now, and those of a later version."""

    known: tuple[str, ...]
    later: tuple[str, ...] = ()


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
        whole = cls(document, (), {})
        return cls(document, (), whole.checked(document.value, keys))

    def section(self, key: str, keys: Keys | None) -> "Fields":
        """Return the mapping at a key, empty when it is absent; `keys` of None takes any."""
        inner = Fields(self._document, (*self._path, key), {})
        return Fields(self._document, inner._path, inner.checked(self._values.get(key), keys))

    def checked(self, value: Any, keys: Keys | None) -> dict[str, Any]:  # noqa: ANN401 - from YAML
        """Return a mapping that has no key but those given; None counts as empty."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.fault(f"{self._label()} must be a mapping, not {value!r}")
        for key in value:
            if keys and key not in keys.known:
                raise self._unknown(key, keys)
        return value

    def _label(self) -> str:
        return ".".join(str(part) for part in self._path) or "the file"

    def _unknown(self, key: str, keys: Keys) -> UsageError:
        if key in keys.later:
            return self.fault(f"{key} is not supported yet by this version of mltrack", key)
        return self.fault(
            f"unknown key {key}{nearest(key, list(keys.known))}",
            key,
            why=f"known here: {', '.join(keys.known)}",
        )

    def names(self) -> list[str]:
        """Return the keys in the order of the file."""
        return list(self._values)

    def has(self, key: str) -> bool:
        """Tell whether a key is there, whatever its value."""
        return key in self._values

    def get(self, key: str, kind: type) -> Any:  # noqa: ANN401 - a value of `kind`
        """Return the value at a key, or None when it is absent; a whole number is a number too."""
        value = self._values.get(key)
        if value is None or (kind is float and type(value) is int):
            return value
        if type(value) is not kind:
            hint = f', write it in quotes: "{value}"' if kind is str else ""
            raise self.fault(f"{key} must be {_SHOWN[kind]}, not {value!r}{hint}", key)
        return value

    def require(self, key: str, kind: type) -> Any:  # noqa: ANN401 - a value of `kind`
        """Return the value at a key that must be there."""
        value = self.get(key, kind)
        if value is None:
            raise self.fault(f"{self._label()} has no {key}", fix=f"add {key}: to it")
        return value

    def raw(self, key: str) -> Any:  # noqa: ANN401 - any value of YAML
        """Return the value at a key as it was read, or None when it is absent."""
        return self._values.get(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when it is absent."""
        items = self.get(key, list) or []
        for item in items:
            if not isinstance(item, str):
                raise self.fault(f"{key} holds {item!r}, which is no text", key, fix=_quoted(item))
        return tuple(items)

    def fault(self, message: str, *path: str, why: str = "", fix: str = "") -> UsageError:
        """Return an error that says where in the file the fault is."""
        where = self._document.where(*self._path, *path)
        return UsageError(f"{where}: {message}", why=why, fix=fix)

    @contextlib.contextmanager
    def located(self, key: str) -> Iterator[None]:
        """Say of an error raised inside where in the file its cause is."""
        try:
            yield
        except UsageError as error:
            raise self.fault(error.message, key, why=error.why, fix=error.fix) from None


def _quoted(item: object) -> str:
    if isinstance(item, dict) and len(item) == 1:
        return f'a placeholder needs quotes: "{{{next(iter(item))}}}"'
    return f'write it in quotes: "{item}"'
