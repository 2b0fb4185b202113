"""Draw rows as a table that fits its place."""

import os
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from shutil import get_terminal_size
from typing import Any

from mltrack.cli.cells import cell, safe, value_at
from mltrack.cli.context import manner

_GAP = 2
_WIDEST_CELL = 40
_CUT = "…"
Styles = Mapping[tuple[int, int], str]
"""How cells look, by row and column: a sequence that a terminal acts on."""
BOLD, GREEN, RED = "\x1b[1m", "\x1b[32m", "\x1b[31m"
PLAIN = "\x1b[0m"
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
_OFF_A_TERMINAL = 80
_GROUP = re.compile(  # of params.lr, min metrics.loss
    r"(?:\A|(?<=\Amin )|(?<=\Amax ))(?:metrics|params|tags|inputs)\."
)
_MARKDOWN = re.compile(r"([\\`*\[\]<>|~&]|(?<![^\W_])_|_(?![^\W_]))")  # not the _ inside a word


def titles_of(columns: Sequence[str]) -> list[str]:
    """Return a title for each column: without its group, or whole where two would be alike."""
    short = [_GROUP.sub("", column, count=1) or column for column in columns]
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


def drawn(
    titles: Sequence[str], rows: Sequence[Sequence[str]], styles: Styles | None = None
) -> tuple[list[str], int]:
    """Return a table's lines, and how many last columns the terminal has no room for.

    On a terminal no cell is wider than half of it, so that one long name leaves room for others.

    Args:
        titles: what stands above the columns.
        rows: the cells.
        styles: how cells look on a terminal, by row and column.
    """
    is_cut = sys.stdout.isatty() and not manner().wide
    available = get_terminal_size().columns if is_cut else sys.maxsize
    widest = max(min(_WIDEST_CELL, available // 2), 1) if is_cut else sys.maxsize
    widths = _widths([titles, *rows], widest)
    fits = how_many_fit(widths, available)
    heading = _line(titles, widths[:fits])
    worn = (styles or {}) if is_styled() else {}
    lines = [f"{BOLD}{heading}{PLAIN}" if is_styled() else heading]
    lines += [_line(row, widths[:fits], worn, number) for number, row in enumerate(rows)]
    return lines, len(widths) - fits


def laid_out(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines in which the columns stand below each other."""
    widths = _widths(rows, sys.maxsize)
    return [_line(row, widths) for row in rows]


def _widths(rows: Sequence[Sequence[str]], widest: int) -> list[int]:
    from rich.cells import cell_len

    return [min(max(map(cell_len, column)), widest) for column in zip(*rows, strict=True)]


def _line(
    texts: Sequence[str], widths: Sequence[int], styles: Styles | None = None, row: int = 0
) -> str:
    cells = list(map(fitted, texts, widths))
    for column, text in enumerate(cells):
        code = styles.get((row, column)) if styles else None
        cells[column] = f"{code}{text.rstrip()}{PLAIN}{' ' * _trailing(text)}" if code else text
    return (" " * _GAP).join(cells).rstrip()


def _trailing(text: str) -> int:
    return len(text) - len(text.rstrip())


def shortened(text: str, width: int) -> str:
    """Return a text that takes so many cells at most; what is cut ends in `…`."""
    return fitted(text, width).rstrip()


def fitted(text: str, width: int) -> str:
    """Return a text that takes exactly so many cells."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + _CUT
    return set_cell_size(text, width)


def rows_of(line: str, columns: int) -> int:
    """Return how many rows of a terminal a line takes; its colours take no room."""
    from rich.cells import cell_len

    return max(-(-cell_len(_COLOUR.sub("", line)) // max(columns, 1)), 1)


def is_styled() -> bool:
    """Tell whether what is printed may have colours: on a terminal that wants them."""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not is_plain


def room() -> int:
    """Return how many cells a line may have: those of the terminal, or 80 off a terminal."""
    return get_terminal_size().columns if sys.stdout.isatty() else _OFF_A_TERMINAL


def how_many_fit(widths: Sequence[int], available: int) -> int:
    """Return how many of the first columns fit side by side; never fewer than one."""
    used = -_GAP
    for count, width in enumerate(widths):
        used += width + _GAP
        if used > available:
            return max(count, 1)
    return len(widths)
