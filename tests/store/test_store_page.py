"""The page for users says what the program does."""

import re
from pathlib import Path

import pytest

from mltrack.store.settings import RULES, variable_of

PAGE = (Path(__file__).parents[2] / "docs" / "store.md").read_text("utf-8")
ROWS = {
    cells[1]: cells
    for line in PAGE.splitlines()
    if (cells := re.split(r"\s*\|\s*", line)) and len(cells) == 6
}


@pytest.mark.parametrize("key", RULES)
def test_every_setting_is_in_the_table_with_its_default(key: str) -> None:
    rule = RULES[key]
    _, _, default, variable, means, _ = ROWS[f"`{key}`"]
    words = [str(rule.default).lower()] if rule.kind in {str, bool, int} else list(rule.default)
    assert default == ", ".join(f"`{word}`" for word in words if word)
    assert variable == ("" if rule.kind is dict else f"`{variable_of(key)}`")
    assert all(f"`{choice}`" in means for choice in rule.choices)


def test_the_table_has_no_setting_that_does_not_exist() -> None:
    named = {name.strip("`") for name in ROWS if "." in name or name.strip("`") in RULES}
    assert named == set(RULES)
