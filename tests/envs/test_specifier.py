"""Ranges of Python versions mean what PEP 440 says."""

import pytest

from mltrack.envs.specifier import parse
from mltrack.errors import UsageError


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">=3.11,<3.14", (3, 13, 9), (3, 14, 0)),
        (">=3.11", (3, 11, 0), (3, 10, 99)),
        ("<=3.12", (3, 12, 0), (3, 12, 1)),
        (">3.12", (3, 12, 1), (3, 12, 0)),
        ("==3.12", (3, 12, 0), (3, 12, 1)),
        ("==3.12.*", (3, 12, 7), (3, 13, 0)),
        ("!=3.12.*", (3, 13, 0), (3, 12, 7)),
        ("!=3.12.1", (3, 12, 2), (3, 12, 1)),
        ("~=3.11", (3, 99, 0), (3, 10, 0)),
        ("~=3.11.4", (3, 11, 9), (3, 12, 0)),
        ("~= 3.11.4 , != 3.11.5", (3, 11, 6), (3, 11, 5)),
    ],
)
def test_a_range_admits_what_lies_in_it(
    text: str, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    assert parse(text).admits(inside)
    assert not parse(text).admits(outside)


@pytest.mark.parametrize(
    "text", ["3.11", ">=3.11,", "=>3.11", ">=3.11rc1", ">=3.*", "~=3", "", "==3.1.2.3"]
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a comparison"):
        parse(text)
