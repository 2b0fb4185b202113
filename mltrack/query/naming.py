"""Say which value of a run a word means: `lr`, `metrics.acc`, `min loss as best`, `started`."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from mltrack.errors import UsageError, nearest
from mltrack.query.keys import (
    ATTRIBUTES,
    MAX_KNOWN,
    NAMED,
    Key,
    attribute_named,
    divided,
    unquoted,
    written,
)
from mltrack.query.tokens import is_text

Names = Callable[[str], Collection[str]]
"""Gives the names that the runs have in a group."""

_LONGEST = 2_000
_ASPECT = re.compile(r"(last|min|max)\s+(?=\S)")
_QUOTED = re.compile(r"""`[^`]*`|(?:\A|(?<=[.,\s]))(?:"[^"]+"|'[^']+')""")
_TITLED = re.compile(r"(?P<key>.+?)\s+as\s+(?P<title>.+)\Z", re.DOTALL)
_DIRECTED = re.compile(r"(?P<key>.+?)\s+(?P<direction>asc|desc)\Z", re.DOTALL | re.IGNORECASE)


class Column(NamedTuple):
    """A value of a run, and what stands above it."""

    key: Key
    title: str


class Order(NamedTuple):
    """What runs are sorted by, and whether the highest comes first."""

    key: Key
    descending: bool = False


def columns_of(text: str, names: Names) -> list[Column]:
    """Return what a list such as `lr, min loss as best` means.

    Raises:
        UsageError: it is no list, a name is unknown or means several things, or a title is taken.
    """
    found = [_column(part, names) for part in parts_of(text, "--columns 'lr, min loss as best'")]
    titles = [column.title for column in found]
    for title in titles:
        if titles.count(title) > 1:
            raise UsageError(
                f"two columns are called {title}", fix=f"give one another title: {title} as TITLE"
            )
    return found


def keys_of(text: str, names: Names) -> list[Key]:
    """Return what a list of keys such as `seed, fold` means.

    Raises:
        UsageError: it is no list, or a name is unknown or means several things.
    """
    return [key_of(part, names) for part in parts_of(text, "seed, fold")]


def order_of(text: str, names: Names) -> Order:
    """Return what `metrics.acc desc` means; ascending where nothing else is said.

    Raises:
        UsageError: there are several keys, or the name is unknown or means several things.
    """
    parts = parts_of(text, "--sort 'metrics.acc desc'")
    if len(parts) > 1:
        raise UsageError("runs are sorted by one key only", fix="write it as: --sort 'acc desc'")
    directed = _DIRECTED.match(_masked(parts[0]))
    if directed is None:
        return Order(key_of(parts[0], names))
    key = key_of(parts[0][: directed.end("key")], names)
    return Order(key, directed["direction"].lower() == "desc")


def parts_of(text: str, example: str) -> list[str]:
    """Return the parts between the commas of a list; a comma in backticks or quotes is no border.

    Raises:
        UsageError: a part is empty, or a backtick does not end.
    """
    if len(text) > _LONGEST:
        raise UsageError(f"a list of more than {_LONGEST:,} characters is not read")
    masked = _masked(text)
    ends = [found.start() for found in re.finditer(r",|\Z", masked)]
    begins = [0, *(end + 1 for end in ends[:-1])]
    parts = [text[begin:end].strip() for begin, end in zip(begins, ends, strict=True)]
    if "`" in masked or not all(parts):
        raise UsageError(f"{text!r} is no list of keys", fix=f"write it as: {example}")
    return parts


def _masked(text: str) -> str:
    """Return a text of the same length in which what stands in quotes is no border of anything."""
    return _QUOTED.sub(lambda found: "_" * len(found[0]), text)


def _column(text: str, names: Names) -> Column:
    titled = _TITLED.match(_masked(text))
    if titled is None:
        key = key_of(text, names)
        return Column(key, str(key))
    title = unquoted(text[titled.start("title") :].strip()).strip()
    if not title:
        raise UsageError(f"{text!r} gives a column no title", fix="write it as: lr as RATE")
    return Column(key_of(text[: titled.end("key")], names), title)


def key_of(text: str, names: Names) -> Key:
    """Return the value of a run that a name means, its group said or not.

    Raises:
        UsageError: no run has such a value, or the name means several.
    """
    word = text.strip()
    aspect = _ASPECT.match(word)
    if aspect:
        named = re.sub(r"metrics?\.", "", word[aspect.end() :], count=1)
        return _known(Key("metrics", unquoted(named), aspect[1]), names)
    group, name = divided(word)
    if group in (*NAMED, "inputs"):
        return _known(Key(group, unquoted(name)), names)
    if group == "attributes":
        bare = unquoted(name)
        return Key("", attribute_named(bare) or _raise_unknown(bare, names))
    return _bare_key(unquoted(word), names)


def _bare_key(name: str, names: Names) -> Key:
    attribute = attribute_named(name)
    found = [Key("", attribute)] if attribute else []
    found += [Key(group, name) for group in NAMED if name in names(group)]
    if not found:
        _raise_unknown(name, names)
    if len(found) > 1:
        said = ", ".join(map(written, found))
        raise UsageError(f"{name} may be any of {said}", fix="say which one")
    return found[0]


def _known(key: Key, names: Names) -> Key:
    known = names(key.group)
    if key.name in known:
        return key
    raise UsageError(
        f"no run has {_shown(key)}{nearest(key.name, list(known))}",
        why=f"known {key.group}: {', '.join(sorted(known)[:MAX_KNOWN]) or 'none'}",
    )


def _shown(key: Key) -> str:
    return str(key) if is_text(key.name) else f"{key.group}.{key.name!r}"


def _raise_unknown(name: str, names: Names) -> str:
    known = [*(one for group in NAMED for one in sorted(names(group))), *ATTRIBUTES]
    shown = name if is_text(name) else repr(name)
    raise UsageError(
        f"no run has {shown}{nearest(name, known)}",
        why=f"known: {', '.join(known[:MAX_KNOWN])}{', ...' if known[MAX_KNOWN:] else ''}",
    )


def names_in(rows: Collection[Mapping[str, object]]) -> Names:
    """Return what gives the names that some rows have."""

    def names(group: str) -> Collection[str]:
        found: set[str] = set()
        for row in rows:
            values = row.get(group) or {}
            if isinstance(values, Mapping):
                found |= _facts(values) if group == "inputs" else set(values)
        return found

    return names


def _facts(inputs: Mapping[str, object]) -> set[str]:
    return {
        f"{data}.{fact}"
        for data, facts in inputs.items()
        if isinstance(facts, Mapping)
        for fact in facts
    }
