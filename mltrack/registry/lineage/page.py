"""A page of headings, texts and tables, as Markdown and as HTML; every text is only text."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_ACTS = re.compile(r"([\\`*_\[\]<>|#&~])")
_LEADS = re.compile(r"\A(\s*\d*)([-+=.)])")
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #999;padding:.2em .6em;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows below a heading; without one, names and what they are."""

    rows: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ("", "")


class Code(str):
    """A line of Python."""

    __slots__ = ()


Block = str | Code | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with texts and tables below it; one without any is left out."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def filled(self) -> tuple[Block, ...]:
        """Return the blocks that are not empty."""
        return tuple(b for b in self.blocks if (b.rows if isinstance(b, Table) else b))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page.

    Attributes:
        front: lines for programs that stand before a page of Markdown.
    """

    title: str
    sections: tuple[Section, ...]
    front: tuple[str, ...] = ()


def as_markdown(page: Page) -> str:
    """Return a page as Markdown, in which nothing that was written elsewhere acts."""
    lines = [*page.front, f"# {_plain(page.title)}", ""]
    for section in page.sections:
        if section.filled and section.title:
            lines += [f"## {_plain(section.title)}", ""]
        for block in section.filled:
            lines += [*_block(block), ""]
    return "\n".join(lines)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Code):
        yield from ("```python", _one_line(block).replace("```", ""), "```")
    elif isinstance(block, str):
        yield _LEADS.sub(r"\1\\\2", _plain(block))
    else:
        yield from _table(block)


def _table(block: Table) -> Iterator[str]:
    yield _row(block.header)
    yield _row(("---",) * len(block.header), escaped=True)
    yield from (_row(row) for row in block.rows)


def _row(texts: Sequence[str], *, escaped: bool = False) -> str:
    return f"| {' | '.join(text if escaped else _plain(text) for text in texts)} |"


def _plain(text: str) -> str:
    return _ACTS.sub(r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    """Return a text without characters that act, such as line ends."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if _is_control(c) else c for c in text)


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "C" or category in {"Zl", "Zp"}


def as_html(page: Page) -> str:
    """Return a page as one HTML file that asks for nothing else and runs nothing."""
    title = _escaped(page.title)
    body = "\n".join(line for section in page.sections for line in _html_of(section))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{title}</h1>\n{body}\n</body></html>\n"
    )


def _html_of(section: Section) -> Iterator[str]:
    if section.filled and section.title:
        yield f"<h2>{_escaped(section.title)}</h2>"
    for block in section.filled:
        if isinstance(block, Code):
            yield f"<pre>{_escaped(block)}</pre>"
        elif isinstance(block, str):
            yield f"<p>{_escaped(block)}</p>"
        else:
            yield f"<table>{_html_row(block.header, 'th')}"
            yield from (_html_row(row, "td") for row in block.rows)
            yield "</table>"


def _html_row(texts: Sequence[str], tag: str) -> str:
    cells = "".join(f"<{tag}>{_escaped(text)}</{tag}>" for text in texts)
    return f"<tr>{cells}</tr>" if any(texts) else ""


def _escaped(text: str) -> str:
    return html.escape(_one_line(text))
