"""Draw rows as a table that fits its place."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mltrack.cli.cells import cell, safe, value_at

_GAP = 2
_WIDEST_CELL = 40
_MARKDOWN = re.compile(r"([\\`*\[\]<>|])")


def titles_of(columns: Sequence[str]) -> list[str]:
    """Return a title for each column: its last part, or all of it where two would be alike."""
    short = [column.partition(".")[2] or column for column in columns]
    times = Counter(short)
    return [safe(s if times[s] == 1 else column) for s, column in zip(short, columns, strict=True)]


def cells_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[list[str]]:
    """Return the text of every cell, safe to print."""
    return [[cell(value_at(row, column)) for column in columns] for row in rows]


def markdown(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as GitHub's Markdown reads it, with every cell as plain text."""
    lines = [_markdown_row(titles), _markdown_row(["---"] * len(titles), escape=False)]
    return "\n".join([*lines, *(_markdown_row(row) for row in rows)])


def _markdown_row(texts: Sequence[str], *, escape: bool = True) -> str:
    inner = [_MARKDOWN.sub(r"\\\1", text) if escape else text for text in texts]
    return f"| {' | '.join(inner)} |"


def draw(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Print a table and return how many of its last columns the terminal had no room for."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    widths = _widths(titles, rows)
    console = Console(highlight=False, emoji=False, markup=False)
    fits = len(widths)
    if console.is_terminal:
        fits = how_many_fit(widths, console.width)
    else:
        console.width = sum(widths) + _GAP * len(widths)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    for title, width in zip(titles[:fits], widths, strict=False):
        table.add_column(Text(title), no_wrap=True, overflow="ellipsis", max_width=width)
    for row in rows:
        table.add_row(*(Text(text) for text in row[:fits]))
    console.print(table)
    return len(widths) - fits


def how_many_fit(widths: Sequence[int], available: int) -> int:
    """Return how many of the first columns fit side by side; never fewer than one."""
    used = -_GAP
    for count, width in enumerate(widths):
        used += width + _GAP
        if used > available:
            return max(count, 1)
    return len(widths)


def _widths(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    from rich.cells import cell_len

    columns = zip(titles, *rows, strict=True)
    return [min(max(map(cell_len, column)), _WIDEST_CELL) for column in columns]
