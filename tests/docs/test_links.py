"""Every link within the documentation leads somewhere."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGES = [*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")]
_LINK = re.compile(r"\]\(([^)#:\s]+)(#[^)\s]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [found[1] for found in _LINK.finditer(page.read_text("utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []
