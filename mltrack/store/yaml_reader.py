"""Read YAML that a stranger may have written: YAML 1.2 core types, hard limits, no aliases.

One pass over the parser's events builds the values on a stack of our own, so nothing recurses.
Source of the types: YAML 1.2.2, section 10.3 (core schema), without octal and hexadecimal.
"""

import re
from pathlib import Path
from types import ModuleType
from typing import Any

from mltrack.errors import IntegrityError, NotFoundError
from mltrack.store.borrowed import borrow
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain
from mltrack.store.yaml_writer import MAX_DEPTH, MAX_DIGITS

MAX_BYTES = 16 * 1024 * 1024
MAX_EVENTS = 2_000_000

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

KeyPath = tuple[str | int, ...]


class Document:
    """A parsed file: its value, and the line on which each key, or item of a list, stands."""

    __slots__ = ("lines", "source", "value")

    def __init__(self, value: Any, lines: dict[KeyPath, int], source: str) -> None:  # noqa: ANN401
        self.value = value
        self.lines = lines
        self.source = source

    def where(self, *path: str | int) -> str:
        """Return `file:line` of the key at `path`, or of its nearest parent."""
        return f"{self.source}:{self.line(*path)}"

    def line(self, *path: str | int) -> int:
        """Return the number of the line of the key at `path`, or of its nearest parent."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_file(path: Path) -> dict[str, Any]:
    """Return the mapping that a file holds.

    Raises:
        NotFoundError: there is no such file.
        IntegrityError: it is too large, is no YAML, uses aliases, or holds no mapping.
    """
    return mapping_of(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, at most one more than `MAX_BYTES`.

    Raises:
        NotFoundError: there is no such file.
        IntegrityError: it cannot be read, or a symbolic link inside a store leads to it.
    """
    try:
        with open_plain(refuse_links(path)) as file:
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(f"there is no file {path}") from None
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror or error}") from error


def mapping_of(data: bytes, source: str) -> dict[str, Any]:
    """Return the mapping that bytes hold; `source` names them in errors."""
    from mltrack.store.own_yaml import own_mapping  # its patterns take long to make

    ours = own_mapping(data)
    if ours is not None:
        return ours
    value = parse(data, source).value
    if not isinstance(value, dict):
        raise IntegrityError(f"{source} holds no mapping of keys to values")
    return value


def parse(data: bytes, source: str) -> Document:
    """Return the document that bytes hold, with the line of every key and item.

    Raises:
        IntegrityError: too large, too deep, not YAML, more than one document, an alias or a tag.
    """
    if len(data) > MAX_BYTES:
        raise IntegrityError(f"{source} is larger than {MAX_BYTES // 2**20} MiB")
    yaml = borrow("yaml")
    builder = _Builder(source)
    try:
        text = data.decode("utf-8-sig")
        for count, event in enumerate(yaml.parse(text, Loader=_loader(yaml))):
            if count > MAX_EVENTS:
                raise builder.fault("too many values")
            builder.feed(event, type(event).__name__)
    except yaml.YAMLError as error:
        raise IntegrityError(_said_by(error, source)) from None
    except UnicodeDecodeError as error:
        raise IntegrityError(f"{source} is not UTF-8: {error.reason}") from None
    except (ValueError, OverflowError) as error:  # the loader in Python, of an escape such as \\U
        raise builder.fault(str(error)) from None
    return Document(builder.root, builder.lines, source)


def _loader(yaml: ModuleType) -> Any:  # noqa: ANN401 - a class of pyyaml
    """Return the loader in C, else the one in Python that gives the same events."""
    return getattr(yaml, "CSafeLoader", None) or yaml.SafeLoader


def _said_by(error: Exception, source: str) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"{source}:{mark.line + 1}: {problem}" if mark else f"{source}: {problem}"


class _Builder:
    """Builds values from parser events with an explicit stack."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Any = None
        self.lines: dict[KeyPath, int] = {}
        self._open: list[dict[str, Any] | list[Any]] = []
        self._path: list[str | int] = []
        self._key: str | None = None
        self._documents = 0
        self._line = 1

    def fault(self, what: str) -> IntegrityError:
        return IntegrityError(f"{self.source}:{self._line}: {what}")

    def feed(self, event: Any, kind: str) -> None:  # noqa: ANN401 - an event of either loader
        self._line = event.start_mark.line + 1
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise self.fault("anchors and aliases are not allowed")
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._start(event, {} if kind == "MappingStartEvent" else [])
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._open.pop()
            self._path = self._path[:-1]
        elif kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                raise self.fault("more than one document")

    def _start(self, event: Any, value: dict[str, Any] | list[Any]) -> None:  # noqa: ANN401
        if event.tag:
            raise self.fault(f"the tag {event.tag} is not allowed")
        if len(self._open) >= MAX_DEPTH:
            raise self.fault(f"nested more than {MAX_DEPTH} deep")
        if self._wants_key():
            raise self.fault("a key must be plain text")
        self._add(value)
        self._open.append(value)

    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], dict) and self._key is None

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - an event of either loader
        if event.tag and event.tag not in {"tag:yaml.org,2002:str", "!"}:
            raise self.fault(f"the tag {event.tag} is not allowed")
        text = event.value
        if _SURROGATE.search(text):
            raise self.fault("half of a surrogate pair is no character")
        if self._wants_key():
            self._begin_key(text)
            return
        plain = not event.style and not event.tag
        self._add(self._typed(text) if plain else text)
        if self._open:
            self._path = self._path[:-1]

    def _begin_key(self, key: str) -> None:
        if key in self._open[-1]:
            raise self.fault(f"the key {key!r} stands here twice")
        self._key = key
        self.lines[(*self._path, key)] = self._line

    def _add(self, value: Any) -> None:  # noqa: ANN401 - any plain value
        if not self._open:
            self.root = value
            return
        holder = self._open[-1]
        if isinstance(holder, dict):
            key: str | int = self._key or ""
            holder[str(key)] = value
            self._key = None
        else:
            key = len(holder)
            holder.append(value)
            self.lines[(*self._path, key)] = self._line
        self._path.append(key)

    def _typed(self, text: str) -> object:
        """Return what a plain scalar stands for in the core schema."""
        if text in _WORDS:
            return _WORDS[text]
        if _INT.match(text):
            if len(text) > MAX_DIGITS:
                raise self.fault(f"a number of more than {MAX_DIGITS} digits")
            return int(text)
        return float(text) if _FLOAT.match(text) else text
