"""Read config.yaml into flat keys, each with the line on which it stands."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import IntegrityError
from mltrack.store.plain import open_plain

FORMAT = 1
TEMPLATE = (
    b"# The policy of this store, edited by hand; `mltrack config ls` shows what can be set.\n"
    b"format: 1\n"
)


class Line(NamedTuple):
    """A value, and where it was set: `file:line`."""

    value: Any
    where: str


class ConfigFile(NamedTuple):
    """What a config.yaml sets; `is_newer` says that a newer mltrack wrote its format."""

    lines: dict[str, Line]
    is_newer: bool


def read_config(path: Path, *, whole: frozenset[str] = frozenset()) -> ConfigFile:
    """Return the keys that a file sets; none where there is no file.

    Args:
        path: the file.
        whole: as `decode_config`.

    Raises:
        IntegrityError: it cannot be read, is no YAML, or holds no mapping of keys to values.
    """
    try:
        with open_plain(path) as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return ConfigFile({}, is_newer=False)
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror or error}") from error
    return decode_config(data, f"{path}", whole=whole)


def decode_config(data: bytes, source: str, *, whole: frozenset[str] = frozenset()) -> ConfigFile:
    """Return the keys that the bytes of a file set, inner ones as `outer.inner`.

    A key without a value counts as not set.

    Args:
        data: the bytes.
        source: where they come from, for errors.
        whole: keys whose value is a mapping of its own.

    Raises:
        IntegrityError: they are no YAML, or hold no mapping of keys to values.
    """
    if data in {TEMPLATE, b""}:
        return ConfigFile({}, is_newer=False)
    from mltrack.store.yaml_reader import parse

    document = parse(data, source)
    tree = {} if document.value is None else document.value
    if not isinstance(tree, dict):
        raise IntegrityError(f"{source} holds no mapping of keys to values")
    version = tree.pop("format", FORMAT)
    if type(version) is not int:
        raise IntegrityError(f"{document.where('format')}: format must be a whole number")
    lines = {
        ".".join(keys): Line(value, document.where(*keys))
        for keys, value in _flat(tree, (), whole)
        if value is not None
    }
    return ConfigFile(lines, is_newer=version > FORMAT)


def _flat(
    tree: Mapping[str, Any], outer: tuple[str, ...], whole: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in tree.items():
        keys = (*outer, key)
        if isinstance(value, dict) and value and ".".join(keys) not in whole:
            yield from _flat(value, keys, whole)
        else:
            yield keys, value
