"""A cell of a Markdown table reads as the text that it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mltrack.cli.tables import markdown

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(text: str) -> str | None:
    """Return what a reader of Markdown shows of a cell; None where it is more than text."""
    cells = [token for token in READER.parse(markdown(["x"], [[text]])) if token.type == "inline"]
    parts = cells[1].children or []
    is_text = all(part.type.startswith("text") for part in parts)
    return "".join(part.content for part in parts) if is_text else None


@pytest.mark.parametrize("text", ["_a_", "~~b~~", "&lt;", "<b>", "[x](y)", "a|b", "`c`", "a_b_c"])
def test_what_looks_like_markdown_stays_text(text: str) -> None:
    assert read(text) == text


@given(st.text("ab1 _*~`<>|[]()!&;#-+=\\:/.@\"'$", min_size=1).map(str.strip).filter(bool))
def test_any_text_stays_itself(text: str) -> None:
    assert read(text) == text


def test_a_name_with_an_underscore_is_written_plainly() -> None:
    assert "learning_rate" in markdown(["learning_rate"], [])
