"""Stretches of rows that hold values of the same metrics each, taken as columns: pure.

They are what `log_metric` and `log_metrics` write, and most of what a long run has. A text that
matches the pattern below is made of such rows alone, whatever wrote it, and its numbers are read
as one JSON array: two to four times as fast as row by row, and what comes out is the same.
"""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from mltrack.store.journal_reader import rows_in
from mltrack.store.repeats import ONCE
from mltrack.tracking.rows import Block, Columns

_INT = rb"(?:0|[1-9][0-9]{0,17}+)"
_ONCE = ONCE.encode()
_NUMBER = _INT + rb"(?:\.[0-9]{1,60}+)?%b(?:[eE][-+]?[0-9]{1,2}+)?%b" % (_ONCE, _ONCE)
"""Small enough to be finite, so that what is not finite stands for one of the texts below."""
_VALUE = rb'(?:-?%b|"(?:NaN|-?Infinity)")' % _NUMBER
_KEY = rb'"[^",\\\x00-\x1f]*+"'
"""A key without a comma: one that is followed by a quotation mark is then always between two."""
_ROW = rb'\{"step":-?%b,"time":%b,"metrics":\{%%b\}\}\n' % (_INT, _NUMBER)
_MOST_METRICS = 8
"""Rows of more are read sooner one by one."""
_SHORT_BYTES = 4096
"""A stretch of less is not worth it."""


def pieces_of(block: bytes) -> Iterator[Block]:
    """Yield the rows of whole lines, as columns where that can be."""
    start = 0
    while start < len(block):
        end = _end_of_columns(block, start)
        columns = _columns_of(block[start:end]) if end else None
        if columns is None:
            end = block.find(b"\n", start + _SHORT_BYTES) + 1 or len(block)
            yield rows_in(block[start:end])
        else:
            yield columns
        start = end


def _end_of_columns(block: bytes, start: int) -> int:
    """Return where the rows with the keys of the first one end; 0 where they are not worth it."""
    keys = _keys_at(block, start)
    if not keys or len(keys) > _MOST_METRICS or len(set(keys)) != len(keys):
        return 0
    if _keys_at(block, block.find(b"\n", start) + 1) != keys:
        return 0
    rows = _rows_with(keys).match(block, start)
    end = rows.end() if rows else 0
    return end if end == len(block) or end - start >= _SHORT_BYTES else 0


def _columns_of(lines: bytes) -> Columns | None:
    """Return rows that all have the keys of the first one, and no others, as columns."""
    keys = _keys_at(lines, 0)
    try:
        names = [key[1:-1].decode() for key in keys]
    except UnicodeDecodeError:
        return None
    lines = lines.replace(b',"metrics":{%b:' % keys[0], b",")  # first: its key may be "step"
    for key in (b'"time"', *keys[1:]):
        lines = lines.replace(b",%b:" % key, b",")
    lines = lines.replace(b'{"step":', b"").replace(b"}}\n", b",").replace(b'"', b"")
    numbers = json.loads(b"[%b]" % lines[:-1])
    width = 2 + len(keys)
    values = {name: numbers[n::width] for n, name in enumerate(names, 2)}
    return Columns(numbers[::width], numbers[1::width], values)


def _keys_at(block: bytes, start: int) -> tuple[bytes, ...]:
    """Return the metrics of a row, in quotation marks; none where it is of another kind."""
    row = _any_row().match(block, start)
    return tuple(_key_of_value().findall(row[1])) if row else ()


@cache
def _any_row() -> re.Pattern[bytes]:
    return re.compile(_ROW % (b'((?:%b:%b(?:,(?=")|(?=})))+%b)' % (_KEY, _VALUE, _ONCE)))


@cache
def _key_of_value() -> re.Pattern[bytes]:
    return re.compile(b"(%b):" % _KEY)


@lru_cache(maxsize=64)
def _rows_with(keys: tuple[bytes, ...]) -> re.Pattern[bytes]:
    values = b",".join(b"%b:%b" % (re.escape(key), _VALUE) for key in keys)
    return re.compile(b"(?:%b)+%b" % (_ROW % values, _ONCE))
